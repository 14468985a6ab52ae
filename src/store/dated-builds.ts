/** When builds started and how they ended: what is counted over time. */
import type { Blame } from '../model/pattern.ts';
import type { Instant } from '../model/time.ts';
import type { Db } from './store.ts';

export interface DatedBuild {
  /** The start of the first build, else of the job. */
  readonly at: Instant;
  /** 1 for a first attempt, and for one that nothing tells. */
  readonly first: number;
  readonly failed: number;
  readonly cause: string | null;
  readonly blame: Blame | null;
}

/** Jobs that built and were not canceled, without those that a partial re-run only copied: the same that reports count. */
export const datedBuildsQuery = `SELECT coalesce(b.at, o.started_at) AS at,
  o.attempt IS NULL OR o.attempt = 1 AS first,
  o.status IS NOT NULL AND o.status <> 'passed' AS failed, o.cause, o.blame
FROM (
  SELECT *, min(attempt) OVER (
    PARTITION BY host, run_id, job, started_at, completed_at, runner) AS earliest
  FROM job_overview) o
JOIN (SELECT host, job_id, min(started_at) AS at FROM builds GROUP BY host, job_id) b
  USING (host, job_id)
LEFT JOIN log_states s USING (host, job_id)
WHERE s.state IS NOT 'copied' AND o.cause IS NOT 'job-canceled'
  AND NOT (o.conclusion IS 'cancelled' AND o.cause IS NULL)
  AND (o.run_id IS NULL OR o.attempt IS NULL OR o.started_at IS NULL OR o.attempt = o.earliest)
  AND coalesce(b.at, o.started_at) IS NOT NULL
ORDER BY at`;

/** In the order of their starts. */
export function readDatedBuilds(db: Db): DatedBuild[] {
  return db.prepare<[], DatedBuild>(datedBuildsQuery).all();
}
