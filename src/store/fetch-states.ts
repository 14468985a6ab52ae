/** What is still to be fetched: attempts whose jobs are not known yet, and logs that are wanted. */
import type { JobKey } from '../model/job.ts';
import type { Instant } from '../model/time.ts';
import { prepared } from './prepared.ts';
import type { Db } from './store.ts';

export type AttemptStateName = 'open' | 'pending' | 'complete' | 'deleted' | 'denied';

export interface AttemptKey {
  readonly host: string;
  readonly runId: number;
  readonly attempt: number;
}

export interface PendingAttempt extends AttemptKey {
  readonly repository: string;
  readonly path: string | null;
  readonly tries: number;
  /** Null when nothing but the number of the attempt is known. */
  readonly startedAt: Instant | null;
  readonly conclusion: string | null;
}

/** The state of an attempt; null for one that was never heard of. */
export function attemptState(
  db: Db,
  { host, runId, attempt }: AttemptKey,
): AttemptStateName | null {
  const row = db
    .prepare<[string, number, number], { state: AttemptStateName }>(
      'SELECT state FROM attempt_states WHERE host = ? AND run_id = ? AND attempt = ?',
    )
    .get(host, runId, attempt);
  return row?.state ?? null;
}

/** Sets the state of an attempt. `later` says when to try again and why. */
export function writeAttemptState(
  db: Db,
  { host, runId, attempt }: AttemptKey,
  state: AttemptStateName,
  later: {
    readonly tries: number;
    readonly nextTry: Instant | null;
    readonly note: string | null;
  } = {
    tries: 0,
    nextTry: null,
    note: null,
  },
): void {
  prepared(db, 'INSERT OR IGNORE INTO attempts (host, run_id, attempt) VALUES (?, ?, ?)').run(
    host,
    runId,
    attempt,
  );
  prepared(
    db,
    `INSERT INTO attempt_states VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET state = excluded.state, tries = excluded.tries,
       next_try = excluded.next_try, note = excluded.note`,
  ).run(host, runId, attempt, state, later.tries, later.nextTry, later.note);
}

/** Attempts whose jobs are to be fetched by now, each run's in the order of their numbers. */
export function readPendingAttempts(
  db: Db,
  host: string,
  repository: string,
  now: Instant,
): PendingAttempt[] {
  return db
    .prepare<[string, string, Instant], PendingAttempt>(
      `SELECT s.host, s.run_id AS runId, s.attempt, r.repository, r.path, s.tries,
         a.started_at AS startedAt, a.conclusion
       FROM attempt_states s JOIN run_states r USING (host, run_id)
       JOIN attempts a USING (host, run_id, attempt)
       WHERE s.host = ? AND r.repository = ? AND s.state = 'pending'
         AND (s.next_try IS NULL OR s.next_try <= ?)
       ORDER BY s.run_id, s.attempt`,
    )
    .all(host, repository, now);
}

export type LogStateName =
  | 'wanted'
  | 'not-sampled'
  | 'stored'
  /** The job is a copy of an earlier attempt's. */
  | 'copied'
  | 'absent'
  | 'expired'
  | 'denied'
  | 'too-big'
  | 'failed';

export interface LogState extends JobKey {
  readonly state: LogStateName;
  readonly probability: number | null;
  readonly tries: number;
  readonly nextTry: Instant | null;
  readonly note: string | null;
  readonly verified: boolean | null;
}

type StoredState = Omit<LogState, 'verified'> & { readonly verified: number | null };
const logColumns = `s.host, s.job_id AS jobId, s.state, s.probability, s.tries, s.next_try AS nextTry, s.note, s.verified`;

export function readLogState(db: Db, { host, jobId }: JobKey): LogState | null {
  const row = db
    .prepare<[string, number], StoredState>(
      `SELECT ${logColumns} FROM log_states s WHERE host = ? AND job_id = ?`,
    )
    .get(host, jobId);
  return row === undefined
    ? null
    : { ...row, verified: row.verified === null ? null : row.verified === 1 };
}

export function writeLogState(db: Db, state: LogState): void {
  const verified = state.verified === null ? null : Number(state.verified);
  prepared(
    db,
    `INSERT INTO log_states VALUES ($host, $jobId, $state, $probability, $tries, $nextTry, $note, $verified)
     ON CONFLICT DO UPDATE SET state = $state, probability = $probability, tries = $tries,
       next_try = $nextTry, note = $note, verified = $verified`,
  ).run({ ...state, verified });
}

/** Logs to be fetched by now: those of failures first, and of each kind the one first that expires first. */
export function readWantedLogs(db: Db, host: string, repository: string, now: Instant): LogState[] {
  return db
    .prepare<[string, string, Instant], StoredState>(
      `SELECT ${logColumns} FROM log_states s JOIN jobs j USING (host, job_id)
       WHERE s.host = ? AND j.repository = ? AND s.state IN ('wanted', 'stored')
         AND (s.state = 'wanted' OR s.next_try IS NOT NULL)
         AND (s.next_try IS NULL OR s.next_try <= ?)
       ORDER BY j.conclusion IN ('success', 'neutral'), j.completed_at, s.job_id`,
    )
    .all(host, repository, now)
    .map((row) => ({ ...row, verified: row.verified === null ? null : row.verified === 1 }));
}

/** Green jobs whose logs were left out by the draw. */
export function readNotSampled(db: Db, host: string, repository: string): JobKey[] {
  return db
    .prepare<[string, string], JobKey>(
      `SELECT s.host, s.job_id AS jobId FROM log_states s JOIN jobs j USING (host, job_id)
       WHERE s.host = ? AND j.repository = ? AND s.state = 'not-sampled' ORDER BY s.job_id`,
    )
    .all(host, repository);
}

/** How many logs are in which state. */
export function countLogStates(db: Db): { state: LogStateName; count: number }[] {
  return db
    .prepare<[], { state: LogStateName; count: number }>(
      'SELECT state, count(*) AS count FROM log_states GROUP BY state ORDER BY state',
    )
    .all();
}

/** How many attempts and logs are known of and still to be read. */
export function countLeft(db: Db, host: string): { attempts: number; logs: number } {
  const count = (table: string, state: string): number =>
    Number(
      db
        .prepare(`SELECT count(*) FROM ${table} WHERE host = ? AND state = ?`)
        .pluck()
        .get(host, state),
    );
  return {
    attempts: count('attempt_states', 'pending'),
    logs: count('log_states', 'wanted'),
  };
}

/** Whether the same job stands in an earlier attempt of the run: same name, times and runner. */
export function isTwinOfEarlier(
  db: Db,
  key: AttemptKey & {
    readonly name: string | null;
    readonly startedAt: Instant | null;
    readonly completedAt: Instant | null;
    readonly runnerName: string | null;
  },
): boolean {
  return (
    prepared(
      db,
      `SELECT 1 FROM jobs WHERE host = $host AND run_id = $runId AND attempt < $attempt
           AND name = $name AND started_at = $startedAt AND completed_at = $completedAt
           AND runner_name IS $runnerName`,
    ).get(key) !== undefined
  );
}

/** Where the compressed log of a job is kept. Call inside a transaction. */
export function writeKeptLog(
  db: Db,
  { host, jobId }: JobKey,
  kept: { readonly sha256: string; readonly bytes: number; readonly file: string },
): void {
  prepared(
    db,
    `INSERT INTO kept_logs VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET sha256 = excluded.sha256, bytes = excluded.bytes, file = excluded.file`,
  ).run(host, jobId, kept.sha256, kept.bytes, kept.file);
}

/** Somebody else asks now: what was not given to the one before is asked for again. Call inside a transaction. */
export function retryDenied(db: Db, host: string, repository: string): void {
  prepared(
    db,
    `UPDATE log_states SET state = 'wanted', tries = 0, next_try = NULL
     WHERE host = ? AND (state = 'denied' OR (state = 'wanted' AND next_try IS NOT NULL))
       AND job_id IN (SELECT job_id FROM jobs WHERE host = ? AND repository = ?)`,
  ).run(host, host, repository);
}

/** A larger share makes all draws so far draws of the larger share. Call inside a transaction. */
export function raiseShare(db: Db, host: string, repository: string, share: number): void {
  prepared(
    db,
    `UPDATE log_states SET probability = ? WHERE host = ? AND probability < ?
       AND job_id IN (SELECT job_id FROM jobs WHERE host = ? AND repository = ?)`,
  ).run(share, host, share, host, repository);
}
