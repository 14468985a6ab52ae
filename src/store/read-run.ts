/** Reads one run: its jobs, and how far its attempts have come. */
import type { JobOverview } from './read-jobs.ts';
import type { Db } from './store.ts';

/** All jobs of all attempts of the runs with this id, one for each GitHub host. */
export function readRunJobs(db: Db, runId: number): JobOverview[] {
  return db
    .prepare<[number], JobOverview>(
      'SELECT * FROM job_overview WHERE run_id = ? ORDER BY host, attempt, job_id',
    )
    .all(runId);
}

/** The newest attempt that anything is known of, even if its jobs are not. */
export function readLatestAttempt(db: Db, host: string, runId: number): number {
  const latest = db
    .prepare<{ host: string; runId: number }, number>(
      `SELECT max(attempt) FROM (
         SELECT attempt FROM attempts WHERE host = $host AND run_id = $runId
         UNION ALL SELECT attempt FROM jobs WHERE host = $host AND run_id = $runId)`,
    )
    .pluck()
    .get({ host, runId });
  return latest ?? 1;
}
