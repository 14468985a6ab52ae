/**
 * Takes all that another database knows. The rules are those of an ingest: what is known never gives way to what is
 * not, of two logs for one job the longer is kept, a second time changes nothing.
 */
import { mergeJobs, type JobKey, type Run } from '../model/job.ts';
import { CountedJobs, prunedJobs } from './counted-jobs.ts';
import { readKnownJobs } from './known-jobs.ts';
import type { Db, Store } from './store.ts';
import { writeJobs, writeRun } from './write-jobs.ts';

/** What was read from a log: it comes as a whole, or not at all. */
const ofLog = ['logs', 'builds', 'facts', 'builder_events', 'occurrences', 'verdicts'] as const;
/** What an ingest from GitHub has to remember: work that is done in one of the two is done. */
const states = [
  [
    'run_states',
    ['host', 'run_id'],
    "excluded.attempt > attempt OR (excluded.attempt = attempt AND state = 'open')",
  ],
  ['attempt_states', ['host', 'run_id', 'attempt'], "state IN ('open', 'pending')"],
  ['log_states', ['host', 'job_id'], "state <> 'stored' AND excluded.state = 'stored'"],
  ['kept_logs', ['host', 'job_id'], 'false'],
] as const;

export interface Merged {
  readonly jobs: number;
  readonly added: number;
  /** Jobs whose log, or a longer one, came from the other database. */
  readonly logs: number;
}

/** Looking them up and writing them is cheap only for many together. */
const jobsAtOnce = 1000;

/** Merges `other` into `store`; the cross-job step is to follow. Call inside a transaction. */
export function mergeStore(store: Store, other: Store): Merged {
  mergeRuns(store.db, other.db);
  const keys = other.db
    .prepare<[], JobKey>('SELECT host, job_id AS jobId FROM jobs ORDER BY host, job_id')
    .all();
  let added = 0;
  let logs = 0;
  for (let at = 0; at < keys.length; at += jobsAtOnce) {
    const some = keys.slice(at, at + jobsAtOnce);
    const ours = readKnownJobs(store.db, some);
    const merged = [...readKnownJobs(other.db, some)].map(([name, theirs]) =>
      mergeJobs(ours.get(name) ?? null, theirs),
    );
    writeJobs(
      store.db,
      merged.map((job) => ({ job, log: null, verdict: null, patterns: '' })),
    );
    added += some.length - ours.size;
    for (const key of some) if (takeLog(store.db, other.db, key)) logs++;
  }
  takePruned(store.db, other.db);
  for (const [table, key, rule] of states) mergeRows(store.db, other.db, table, key, rule);
  return { jobs: keys.length, added, logs };
}

/** Of a job that either has pruned, the line; of one that either has whole, the job. */
function takePruned(db: Db, other: Db): void {
  const lines = new CountedJobs(db);
  const isKnown = db.prepare('SELECT 1 FROM counted_jobs WHERE host = ? AND job_id = ?').pluck();
  const isThere = db.prepare('SELECT 1 FROM jobs WHERE host = ? AND job_id = ?').pluck();
  for (const job of prunedJobs(other)) {
    const { host, job_id: id } = job.traits;
    if (isKnown.get(host, id) === undefined && isThere.get(host, id) === undefined) {
      lines.write(job);
    }
  }
  const until = other.prepare<[], { until: string; jobs: number }>('SELECT * FROM prunings');
  for (const pruning of until.all()) insertRow(db, 'prunings', pruning, 'ON CONFLICT DO NOTHING');
}

function mergeRuns(db: Db, other: Db): void {
  const runs = other
    .prepare<[], Run>(
      `SELECT r.host, r.repository, r.run_id AS runId, a.attempt, r.workflow, r.event,
         r.head_branch AS headBranch, a.head_sha AS headSha, a.status, a.conclusion,
         a.created_at AS createdAt, a.started_at AS startedAt, a.updated_at AS updatedAt
       FROM runs r JOIN attempts a USING (host, run_id) WHERE r.repository IS NOT NULL`,
    )
    .all();
  const known = db.prepare<[string, number, number], { status: string | null; at: string | null }>(
    'SELECT status, updated_at AS at FROM attempts WHERE host = ? AND run_id = ? AND attempt = ?',
  );
  for (const run of runs) {
    const ours = known.get(run.host, run.runId, run.attempt);
    const isOlder = ours?.status === 'completed' && (ours.at ?? '') >= (run.updatedAt ?? '');
    if (!isOlder) writeRun(db, run);
  }
}

/** Whether the other's log is taken: there was none, or it is the longer one. */
function takeLog(db: Db, other: Db, { host, jobId }: JobKey): boolean {
  const logOf = (from: Db): { bytes: number; sha256: string } | undefined =>
    from
      .prepare<[string, number], { bytes: number; sha256: string }>(
        'SELECT bytes, sha256 FROM logs WHERE host = ? AND job_id = ?',
      )
      .get(host, jobId);
  const [ours, theirs] = [logOf(db), logOf(other)];
  if (theirs === undefined) {
    if (ours === undefined) copyRows(db, other, 'verdicts', { host, jobId });
    return false;
  }
  if (ours !== undefined && !isLonger(theirs, ours)) return false;
  for (const table of ofLog) {
    db.prepare(`DELETE FROM ${table} WHERE host = ? AND job_id = ?`).run(host, jobId);
    copyRows(db, other, table, { host, jobId });
  }
  return true;
}

function isLonger(
  a: { readonly bytes: number; readonly sha256: string },
  b: { readonly bytes: number; readonly sha256: string },
): boolean {
  return a.bytes > b.bytes || (a.bytes === b.bytes && a.sha256 < b.sha256);
}

function copyRows(db: Db, other: Db, table: string, { host, jobId }: JobKey): void {
  const rows = other
    .prepare<[string, number], Record<string, unknown>>(
      `SELECT * FROM ${table} WHERE host = ? AND job_id = ?`,
    )
    .all(host, jobId);
  for (const row of rows) insertRow(db, table, row, 'ON CONFLICT DO NOTHING');
}

/** All rows of a table; where both have one, the other's is taken if `rule` says so. */
function mergeRows(db: Db, other: Db, table: string, key: readonly string[], rule: string): void {
  const rows = other.prepare<[], Record<string, unknown>>(`SELECT * FROM ${table}`).all();
  for (const row of rows) {
    const values = Object.keys(row).filter((column) => !key.includes(column));
    const set = values.map((column) => `${column} = excluded.${column}`).join(', ');
    insertRow(db, table, row, `ON CONFLICT DO UPDATE SET ${set} WHERE ${rule}`);
  }
}

function insertRow(
  db: Db,
  table: string,
  row: Readonly<Record<string, unknown>>,
  conflict: string,
): void {
  const columns = Object.keys(row);
  const places = columns.map((column) => `$${column}`).join(', ');
  db.prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${places}) ${conflict}`).run(
    row,
  );
}
