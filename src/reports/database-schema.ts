/** What the columns of the public views mean. A test holds this against the database: no column lacks a word. */
import type { Db } from '../store/store.ts';
import { readViews } from '../store/views.ts';

interface ViewDescription {
  readonly about: string;
  readonly columns: Readonly<Record<string, string>>;
}

const key = {
  host: 'the GitHub host, `github.com`; `file` for a log whose job nobody named',
  job_id: "GitHub's id of the job, unique on its host; one job of one attempt",
} as const;

const versions = {
  runner_version: "the runner agent's version; null where the log does not tell",
  os_image: "the hosted runner's image",
  docker_client: 'version of the `docker` command',
  docker_server: 'version of Docker Engine',
  buildx: 'version of Buildx',
} as const;

const cross = {
  culprit_job_id: 'the job whose log shows the removal of the builder; null where no job did it',
  delay_s: "seconds from the begin of the removal to the victim's failure",
} as const;

export const viewDescriptions: Readonly<Record<string, ViewDescription>> = {
  job_overview: {
    about: 'One row a job: what it was, where it ran, on which versions, and why it failed.',
    columns: {
      ...key,
      repository: '`owner/name`',
      run_id: 'the workflow run',
      attempt: 'the attempt of the run, from 1',
      workflow: "the workflow's name",
      job: "the job's name; from the log where GitHub was not asked",
      conclusion:
        "GitHub's word: success, failure, cancelled, …; null while it runs or if only a log is known",
      started_at: 'UTC, ISO 8601; of the first line of the log where GitHub was not asked',
      completed_at: 'UTC, ISO 8601; likewise of the last line',
      runner: "the agent's name",
      machine: 'the host that the agent ran on; several agents can share one',
      engine_id: "the Docker daemon's own id, the surest sign of a shared engine",
      ...versions,
      buildkit:
        'version of BuildKit; of the builder that was used, from another log where this one does not tell',
      driver: "Buildx's driver: docker, docker-container, …",
      builder_used: 'the builder of the last build',
      foreign_builder: '1: the builder had been created by another job',
      pointer_reset: "1: the job made a builder, but the build ran on the engine's own `default`",
      built: '1: the job ran a build with BuildKit; the unit of every rate',
      status: 'passed, explained, unexplained, no-log or partial (the log is cut)',
      cause:
        'why it failed, an id of `buildlog patterns list`; after the logs of other jobs were looked at',
      blame: 'infra, code or mixed',
      confidence: 'high, medium or low',
      reason: 'why this cause, in one sentence',
      log_status: 'like status, from its own log alone',
      log_cause: 'like cause, from its own log alone',
      ...cross,
      log_source: 'where the log was read from; null without one',
      url: "the job's page",
    },
  },
  job_facts: {
    about: 'One row a job: what its log tells about its surroundings, as read.',
    columns: {
      ...key,
      job_name: "the job's name in its log",
      runner_name: "the agent's name",
      runner_group: "the agent's group",
      machine_name: 'the host',
      ...versions,
      buildkit: 'version of BuildKit, where this log tells it',
    },
  },
  collision_overview: {
    about: 'One row a job that a neighbour or a stop of the engine took down.',
    columns: {
      host: key.host,
      victim_job_id: 'the job that died',
      victim: 'its name',
      culprit_job_id: cross.culprit_job_id,
      culprit: 'its name',
      machine: 'the host of the victim',
      kind: 'builder-removed, pointer-reset or daemon-stopped',
      builder: 'the builder that was removed',
      removed_at: 'UTC; when the removal began',
      failed_at: 'UTC; when the victim died',
      delay_s: cross.delay_s,
      strength: 'strong: name and clock prove it; weak: only one of them does',
      cause: 'the cause that the victim has after this finding',
      reason: 'what proves it, in one sentence',
    },
  },
  log_overview: {
    about: 'One row a log that an ingest from GitHub wanted: what became of it.',
    columns: {
      ...key,
      repository: '`owner/name`',
      conclusion: "GitHub's word for the job",
      state: 'wanted, not-sampled, stored, copied, absent, expired, denied, too-big or failed',
      carried_over: '1: a partial re-run copied the job from an earlier attempt; in no count',
      probability:
        'with which the log was chosen to be read; null where there was nothing to choose',
      verified: '1: the log has the length that was announced; null if none was',
      tries: 'downloads tried',
      note: 'why it is not there',
    },
  },
};

export interface DescribedColumn {
  readonly name: string;
  /** As the tables declare it; null for what is computed. */
  readonly type: string | null;
  readonly about: string;
}

export interface DescribedView {
  readonly name: string;
  readonly about: string;
  readonly columns: readonly DescribedColumn[];
}

/** The views as the database has them, with what their columns mean. */
export function describeViews(db: Db): DescribedView[] {
  return readViews(db).map(({ name, columns }) => ({
    name,
    about: viewDescriptions[name]?.about ?? '',
    columns: columns.map((column) => ({
      name: column.name,
      type: column.type === '' ? null : column.type,
      about: viewDescriptions[name]?.columns[column.name] ?? '',
    })),
  }));
}
