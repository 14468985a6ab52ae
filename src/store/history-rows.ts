/** Jobs with what a rate needs of each, some at a time: a store of any size in little memory. */
import type { Blame } from '../model/pattern.ts';
import type { Conclusion } from '../model/job.ts';
import type { Instant } from '../model/time.ts';
import type { VerdictStatus } from '../model/verdict.ts';
import type { Setup, Work } from './roll-up-rows.ts';
import type { Db } from './store.ts';

export interface HistoryRow extends Setup, Work {
  readonly job_id: number;
  readonly run_id: number | null;
  readonly attempt: number | null;
  readonly conclusion: Conclusion;
  readonly started_at: Instant | null;
  readonly completed_at: Instant | null;
  readonly machine: string | null;
  readonly engine_id: string | null;
  readonly builder_used: string | null;
  readonly foreign_builder: number | null;
  readonly pointer_reset: number | null;
  readonly built: number;
  readonly status: VerdictStatus | null;
  readonly cause: string | null;
  readonly blame: Blame | null;
  readonly commit_sha: string | null;
  readonly failed_at: Instant | null;
  /** From the first build's start to the last one's end. */
  readonly built_from: Instant | null;
  readonly built_to: Instant | null;
  /**
   * What ingest knows to be a copy of an earlier attempt's job, or what looks like one in metadata from files: after a
   * partial re-run the passed jobs are in the new attempt again, with new ids and the old times. Counting them would
   * double passes and load.
   */
  readonly copied: number;
  /** With which a green log was drawn to be read; null where there was nothing to draw. */
  readonly probability: number | null;
}

/** Whose lines are to be made: those that a write has outdated, or all. */
export type WhichHistory = 'outdated_jobs' | 'jobs';

/** The jobs of `which` whose keys come after $host and $id. */
export function historyQuery(which: WhichHistory): string {
  return `SELECT o.host, o.job_id, o.repository, o.workflow, o.job, o.run_id, o.attempt, o.conclusion,
  o.started_at, o.completed_at, o.machine, o.engine_id, o.runner_version, o.os_image,
  o.docker_server, o.buildx, o.buildkit, o.driver, o.builder_used, o.foreign_builder,
  o.pointer_reset, o.built, o.status, o.cause, o.blame, j.head_sha AS commit_sha, v.failed_at,
  (SELECT min(b.started_at) FROM builds b WHERE b.host = o.host AND b.job_id = o.job_id
     AND b.ended_at IS NOT NULL) AS built_from,
  (SELECT max(b.ended_at) FROM builds b WHERE b.host = o.host AND b.job_id = o.job_id
     AND b.started_at IS NOT NULL) AS built_to,
  s.state IS 'copied' OR EXISTS (
    SELECT 1 FROM jobs e WHERE e.host = j.host AND e.run_id = j.run_id AND e.attempt < j.attempt
      AND e.name IS j.name AND e.started_at = j.started_at AND e.completed_at IS j.completed_at
      AND e.runner_name IS j.runner_name) AS copied,
  s.probability
FROM (SELECT host, job_id FROM ${which} WHERE (host, job_id) > ($host, $id)
  ORDER BY host, job_id LIMIT $most) d
CROSS JOIN jobs j USING (host, job_id) CROSS JOIN job_overview o USING (host, job_id)
LEFT JOIN verdicts v USING (host, job_id) LEFT JOIN log_states s USING (host, job_id)`;
}

const atOnce = 2000;

/** In the order of their keys, by the page: between two pages anything may be written. */
export function* historyPages(db: Db, which: WhichHistory): Generator<readonly HistoryRow[]> {
  const last = db.prepare<Page, Key>(
    `SELECT host, job_id AS id FROM ${which} WHERE (host, job_id) > ($host, $id)
     ORDER BY host, job_id LIMIT 1 OFFSET $most - 1`,
  );
  const rows = db.prepare<Page, HistoryRow>(historyQuery(which));
  for (let from: Key | undefined = { host: '', id: 0 }; from !== undefined;) {
    const page: Page = { ...from, most: atOnce };
    yield rows.all(page);
    from = last.get(page);
  }
}

interface Key {
  readonly host: string;
  readonly id: number;
}

interface Page extends Key {
  readonly most: number;
}
