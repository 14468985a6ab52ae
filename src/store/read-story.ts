/** Reads what only the story of one job tells: its steps, its builds, all that was recognised in its log. */
import type { Conclusion } from '../model/job.ts';
import type { Instant } from '../model/time.ts';
import type { Db } from './store.ts';

export interface StoredStep {
  readonly number: number;
  readonly name: string;
  readonly conclusion: Conclusion;
  readonly started_at: Instant | null;
  readonly completed_at: Instant | null;
}

export interface StoredBuildEnd {
  readonly line: number;
  readonly started_at: Instant | null;
  readonly ended_at: Instant | null;
  readonly builder: string | null;
  readonly driver: string | null;
  readonly error_line: number | null;
  readonly error: string | null;
}

export interface StoredSighting {
  readonly line: number;
  readonly at: Instant | null;
  readonly signature: string;
  readonly position: string;
  /** BuildKit's number of the vertex; null outside of one. */
  readonly vertex: number | null;
  readonly healed: number;
  readonly repeats: number;
  readonly text: string;
}

/** As GitHub lists them; none where only the log is known. */
export function readSteps(db: Db, host: string, jobId: number): StoredStep[] {
  return db
    .prepare<[string, number], StoredStep>(
      `SELECT number, name, conclusion, started_at, completed_at FROM steps
       WHERE host = ? AND job_id = ? ORDER BY number`,
    )
    .all(host, jobId);
}

export function readJobBuilds(db: Db, host: string, jobId: number): StoredBuildEnd[] {
  return db
    .prepare<[string, number], StoredBuildEnd>(
      `SELECT line, started_at, ended_at, builder, driver, error_line, error FROM builds
       WHERE host = ? AND job_id = ? ORDER BY line`,
    )
    .all(host, jobId);
}

export function readSightings(db: Db, host: string, jobId: number): StoredSighting[] {
  return db
    .prepare<[string, number], StoredSighting>(
      `SELECT line, at, signature, position, vertex, healed, repeats, text FROM occurrences
       WHERE host = ? AND job_id = ? ORDER BY line, signature`,
    )
    .all(host, jobId);
}

export interface StoredCommit {
  readonly head_branch: string | null;
  readonly head_sha: string | null;
}

/** What the job was built from. */
export function readCommit(db: Db, host: string, jobId: number): StoredCommit {
  return (
    db
      .prepare<[string, number], StoredCommit>(
        'SELECT head_branch, head_sha FROM jobs WHERE host = ? AND job_id = ?',
      )
      .get(host, jobId) ?? { head_branch: null, head_sha: null }
  );
}
