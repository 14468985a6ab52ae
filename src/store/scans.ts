/** How far the lists of a repository were read, and which of its runs were still open. */
import type { Instant } from '../model/time.ts';
import { prepared } from './prepared.ts';
import type { Db } from './store.ts';

export interface Scan {
  readonly host: string;
  readonly repository: string;
  /** GitHub's number of the repository, which outlives renames. */
  readonly repositoryId: number | null;
  /** A scan that was begun and not finished: what is stored may have gaps below its newest runs. */
  readonly begunAt: Instant | null;
  /** Begin of the last scan that was finished. */
  readonly completeAt: Instant | null;
  /** The same for one that looked back two days. */
  readonly deepAt: Instant | null;
  /** The same for one that looked back over all runs that can still be run again. */
  readonly sweptAt: Instant | null;
  /** No run since then is missing. */
  readonly coveredFrom: Instant | null;
  /** All work that the last scan found was done, or left with a reason. */
  readonly settled: boolean;
  /** How many nights in a row the repository could not be found. */
  readonly missingNights: number;
  readonly missingAt: Instant | null;
  readonly goneAt: Instant | null;
}

/** What is known of a repository's scans; a fresh one for a repository that was never read. */
export function readScan(db: Db, host: string, repository: string): Scan {
  const row = db
    .prepare<[string, string], Omit<Scan, 'settled'> & { settled: number }>(
      `SELECT host, repository, repository_id AS repositoryId, begun_at AS begunAt,
         complete_at AS completeAt, deep_at AS deepAt, swept_at AS sweptAt,
         covered_from AS coveredFrom, settled, missing_nights AS missingNights,
         missing_at AS missingAt, gone_at AS goneAt
       FROM scans WHERE host = ? AND repository = ?`,
    )
    .get(host, repository);
  if (row !== undefined) return { ...row, settled: row.settled === 1 };
  return {
    host,
    repository,
    repositoryId: null,
    begunAt: null,
    completeAt: null,
    deepAt: null,
    sweptAt: null,
    coveredFrom: null,
    settled: true,
    missingNights: 0,
    missingAt: null,
    goneAt: null,
  };
}

/** Keeps what is known of a repository's scans. Call inside a transaction. */
export function writeScan(db: Db, scan: Scan): void {
  prepared(
    db,
    `INSERT INTO scans VALUES ($host, $repository, $repositoryId, $begunAt, $completeAt, $deepAt,
       $sweptAt, $coveredFrom, $settled, $missingNights, $missingAt, $goneAt)
     ON CONFLICT DO UPDATE SET repository_id = $repositoryId, begun_at = $begunAt,
       complete_at = $completeAt, deep_at = $deepAt, swept_at = $sweptAt,
       covered_from = $coveredFrom, settled = $settled, missing_nights = $missingNights,
       missing_at = $missingAt, gone_at = $goneAt`,
  ).run({ ...scan, settled: Number(scan.settled) });
}

/** The name under which a repository with this number was read before; null when it never was. */
export function nameOfRepository(db: Db, host: string, repositoryId: number): string | null {
  const name = db
    .prepare('SELECT repository FROM scans WHERE host = ? AND repository_id = ?')
    .pluck()
    .get(host, repositoryId);
  return typeof name === 'string' ? name : null;
}

/** A repository has a new name: everything of it moves there. Call inside a transaction. */
export function renameRepository(db: Db, host: string, from: string, to: string): void {
  prepared(db, 'INSERT OR IGNORE INTO repositories (host, name) VALUES (?, ?)').run(host, to);
  for (const table of ['runs', 'jobs', 'run_states']) {
    prepared(db, `UPDATE ${table} SET repository = ? WHERE host = ? AND repository = ?`).run(
      to,
      host,
      from,
    );
  }
  prepared(db, 'UPDATE OR REPLACE scans SET repository = ? WHERE host = ? AND repository = ?').run(
    to,
    host,
    from,
  );
  prepared(db, 'DELETE FROM list_marks WHERE host = ? AND repository = ?').run(host, from);
  prepared(db, 'DELETE FROM repositories WHERE host = ? AND name = ?').run(host, from);
}

export interface RunState {
  readonly host: string;
  readonly runId: number;
  readonly repository: string;
  /** The file of the workflow. */
  readonly path: string | null;
  readonly state: 'open' | 'closed' | 'stuck' | 'deleted';
  /** The newest attempt. */
  readonly attempt: number;
  readonly createdAt: Instant | null;
  readonly updatedAt: Instant | null;
}

const runColumns =
  'host, run_id AS runId, repository, path, state, attempt, created_at AS createdAt, updated_at AS updatedAt';

export function readRunState(db: Db, host: string, runId: number): RunState | null {
  const row = db
    .prepare<[string, number], RunState>(
      `SELECT ${runColumns} FROM run_states WHERE host = ? AND run_id = ?`,
    )
    .get(host, runId);
  return row ?? null;
}

/** Runs of a repository that had not ended when they were last seen, oldest first. */
export function readOpenRuns(db: Db, host: string, repository: string): RunState[] {
  return db
    .prepare<[string, string], RunState>(
      `SELECT ${runColumns} FROM run_states WHERE host = ? AND repository = ? AND state = 'open'
       ORDER BY run_id`,
    )
    .all(host, repository);
}

/** Keeps what was last seen of a run; a page that is older than what is known changes nothing. */
export function writeRunState(db: Db, run: RunState): void {
  prepared(
    db,
    `INSERT INTO run_states VALUES ($host, $runId, $repository, $path, $state, $attempt, $createdAt, $updatedAt)
     ON CONFLICT DO UPDATE SET repository = $repository, path = coalesce($path, path), state = $state,
       attempt = $attempt, created_at = coalesce(created_at, $createdAt), updated_at = $updatedAt
     WHERE $attempt >= attempt AND coalesce($updatedAt, '') >= coalesce(updated_at, '')`,
  ).run(run);
}

/** Changes nothing but the state of a run. */
export function closeRun(db: Db, host: string, runId: number, state: RunState['state']): void {
  prepared(db, 'UPDATE run_states SET state = ? WHERE host = ? AND run_id = ?').run(
    state,
    host,
    runId,
  );
}

/** How many jobs the attempts of a host have had, for estimates. */
export function countJobsAndAttempts(db: Db, host: string): { jobs: number; attempts: number } {
  const count = (table: string): number =>
    Number(db.prepare(`SELECT count(*) FROM ${table} WHERE host = ?`).pluck().get(host));
  return {
    jobs: count('log_states'),
    attempts: count("(SELECT host FROM attempt_states WHERE state = 'complete')"),
  };
}
