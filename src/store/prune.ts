/**
 * Takes old jobs out of the database, all but the line that is counted of each: reports go on saying what they said.
 * What was found between jobs near the cut stands as it was found, since the logs that proved it may be gone.
 */
import type { Instant } from '../model/time.ts';
import type { Db } from './store.ts';

/** No job is compared with one that ended longer before it failed. */
const nearTheCut = 24 * 3_600_000;

const ended = 'coalesce(completed_at, started_at)';

/**
 * Old enough, and nobody's source: a builder that a later job used has its version from the job that created it.
 */
const chosen = `SELECT host, job_id FROM counted_jobs c
WHERE pruned = 0 AND ${ended} < $before AND NOT EXISTS (
  SELECT 1 FROM builder_events e JOIN logs l ON l.builder_used = e.name
    JOIN counted_jobs k ON k.host = l.host AND k.job_id = l.job_id
  WHERE e.host = c.host AND e.job_id = c.job_id AND e.event = 'created'
    AND (k.completed_at IS NULL OR k.completed_at >= $before))`;

export interface Prunable {
  /** Jobs that would go, of all those that are there whole. */
  readonly jobs: number;
  readonly all: number;
}

/** What a pruning would take. The counted lines must be up to date. */
export function countPrunable(db: Db, before: Instant): Prunable {
  const count = (sql: string, given: object = {}): number =>
    Number(db.prepare(`SELECT count(*) FROM (${sql})`).pluck().get(given));
  return { jobs: count(chosen, { before }), all: count('SELECT 1 FROM jobs') };
}

export interface Pruned {
  readonly jobs: number;
  /** Files of `--keep-logs` that no job is left for. */
  readonly keptFiles: readonly string[];
}

/** Prunes at most `most` jobs. Call inside a transaction, again and again until none is left. */
export function pruneSome(db: Db, before: Instant, most: number): Pruned {
  db.exec(
    'CREATE TEMP TABLE IF NOT EXISTS going (host TEXT, job_id INTEGER, PRIMARY KEY (host, job_id))',
  );
  db.exec('DELETE FROM going');
  const { changes: jobs } = db
    .prepare(`INSERT INTO going ${chosen} ORDER BY host, job_id LIMIT $most`)
    .run({ before, most });
  if (jobs === 0) return { jobs, keptFiles: [] };
  const among = 'WHERE (host, job_id) IN (SELECT host, job_id FROM going)';
  const files = db
    .prepare<[], string>(`SELECT DISTINCT file FROM kept_logs ${among}`)
    .pluck()
    .all();
  db.exec(`UPDATE counted_jobs SET pruned = 1 ${among}`);
  db.exec(`DELETE FROM jobs ${among}`);
  // Their lines stay as they are.
  db.exec(`DELETE FROM outdated_jobs ${among}`);
  db.prepare(
    'INSERT INTO prunings VALUES (?, ?) ON CONFLICT DO UPDATE SET jobs = jobs + excluded.jobs',
  ).run(before, jobs);
  const isUsed = db.prepare('SELECT 1 FROM kept_logs WHERE file = ?').pluck();
  return { jobs, keptFiles: files.filter((file) => isUsed.get(file) === undefined) };
}

/** Findings about jobs that failed before this moment stand; empty when nothing was ever pruned. */
export function frozenUntil(db: Db): Instant {
  const until = db.prepare<[], string | null>('SELECT max(until) FROM prunings').pluck().get();
  return until == null ? '' : new Date(Date.parse(until) + nearTheCut).toISOString();
}

/** Whether of this job only the line is left. */
export function isPruned(db: Db, jobId: number): boolean {
  const found = db.prepare('SELECT 1 FROM counted_jobs WHERE job_id = ? AND pruned = 1').get(jobId);
  return found !== undefined;
}
