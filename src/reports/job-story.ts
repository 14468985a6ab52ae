/** The story of one job: what it was, what happened to it, what proves it, who was around. */
import { readCollisions, type StoredCollision } from '../store/collisions.ts';
import {
  readBuilderEvents,
  readFacts,
  readHealed,
  readOverview,
  readVerdict,
  type JobOverview,
  type StoredEvent,
  type StoredFact,
  type StoredOccurrence,
  type StoredVerdict,
} from '../store/read-jobs.ts';
import {
  readCommit,
  readJobBuilds,
  readSightings,
  readSteps,
  type StoredBuildEnd,
  type StoredCommit,
  type StoredSighting,
  type StoredStep,
} from '../store/read-story.ts';
import type { Db } from '../store/store.ts';
import { machineNeighbours } from './neighbours.ts';

export interface JobStory {
  readonly job: JobOverview;
  readonly commit: StoredCommit;
  readonly verdict: StoredVerdict | null;
  readonly facts: readonly StoredFact[];
  readonly steps: readonly StoredStep[];
  readonly builds: readonly StoredBuildEnd[];
  readonly events: readonly StoredEvent[];
  /** Everything that a signature recognised, whatever became of it. */
  readonly sightings: readonly StoredSighting[];
  /** Errors that the job got over. */
  readonly healed: readonly StoredOccurrence[];
  readonly collision: StoredCollision | null;
  readonly culprit: { readonly job: JobOverview; readonly removal: StoredEvent | null } | null;
  /** Jobs that this job's removals hit. */
  readonly victims: readonly StoredCollision[];
  /** Jobs that ran on the host while this one did. */
  readonly neighbours: readonly JobOverview[];
}

/** The stories of all jobs with this id: one, unless several GitHub hosts share a database. */
export function readStories(db: Db, jobId: number): JobStory[] {
  const collisions = readCollisions(db);
  return readOverview(db, [jobId]).map((job) => {
    const isThis = (row: { readonly host: string; readonly job_id: number }): boolean =>
      row.host === job.host && row.job_id === job.job_id;
    const collision = collisions.find(isThis) ?? null;
    return {
      job,
      commit: readCommit(db, job.host, job.job_id),
      verdict: readVerdict(db, job),
      facts: readFacts(db, job),
      steps: readSteps(db, job.host, job.job_id),
      builds: readJobBuilds(db, job.host, job.job_id),
      events: readBuilderEvents(db, job),
      sightings: readSightings(db, job.host, job.job_id),
      healed: readHealed(db, job),
      collision,
      culprit: collision === null ? null : culpritOf(db, collision),
      victims: collisions.filter(
        ({ culprit_host: host, culprit_job_id: id }) => host === job.host && id === job.job_id,
      ),
      neighbours: machineNeighbours(db, job),
    };
  });
}

function culpritOf(db: Db, collision: StoredCollision): JobStory['culprit'] {
  const { culprit_host: host, culprit_job_id: id, removed_line: line } = collision;
  const job = id === null ? undefined : readOverview(db, [id]).find((other) => other.host === host);
  if (job === undefined) return null;
  const events = readBuilderEvents(db, job);
  return {
    job,
    removal: events.find((event) => event.line === line) ?? null,
  };
}
