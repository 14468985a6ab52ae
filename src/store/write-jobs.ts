/**
 * Writes runs and jobs so that a second time changes nothing, and so that the order of writing does not
 * matter: what is known never gives way to what is not, and of two logs for one job the longer is kept.
 */
import { compareKeys, nameOf, type Job, type Run } from '../model/job.ts';
import {
  jobColumns,
  jobRow,
  logColumns,
  logRow,
  scanRows,
  stepRows,
  verdictRow,
  type Row,
} from './job-rows.ts';
import type { JudgedJob } from './judged-job.ts';
import { amongKeys, keyList } from './known-jobs.ts';
import { insertRows, prepared } from './prepared.ts';
import { replaceStandIns } from './stand-ins.ts';
import { isSameStanding, readStandings, standingAfter, whatCounts } from './standing.ts';
import type { Db } from './store.ts';

export type Change = 'added' | 'changed' | 'unchanged';

/** Writes one run attempt. Call inside a transaction. */
export function writeRun(db: Db, run: Run): void {
  const { host, repository, runId } = run;
  insertRepositories(db, [[host, repository]]);
  prepared(
    db,
    `INSERT INTO runs (host, run_id, repository, workflow, event, head_branch)
     VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET repository = excluded.repository,
       workflow = coalesce(excluded.workflow, workflow), event = coalesce(excluded.event, event),
       head_branch = coalesce(excluded.head_branch, head_branch)`,
  ).run(host, runId, repository, run.workflow, run.event, run.headBranch);
  prepared(
    db,
    `INSERT INTO attempts
       (host, run_id, attempt, head_sha, status, conclusion, created_at, started_at, updated_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET head_sha = coalesce(excluded.head_sha, head_sha),
       status = coalesce(excluded.status, status),
       conclusion = coalesce(excluded.conclusion, conclusion),
       created_at = coalesce(excluded.created_at, created_at),
       started_at = coalesce(excluded.started_at, started_at),
       updated_at = coalesce(excluded.updated_at, updated_at)`,
  ).run(
    host,
    runId,
    run.attempt,
    run.headSha,
    run.status,
    run.conclusion,
    run.createdAt,
    run.startedAt,
    run.updatedAt,
  );
}

/** Writes one job. Call inside a transaction. */
export function writeJob(db: Db, judged: JudgedJob): Change {
  const [change] = writeJobs(db, [judged]);
  if (change === undefined) throw new Error('a job that is written was added, changed or neither');
  return change;
}

/**
 * Writes jobs with all that was read and concluded, as if one came after the other; `job` is what is known of each by now
 * (see `mergeJobs`). A new job costs nothing but its rows, which are written with those of all others and in the order in
 * which they are kept. Call inside a transaction. What became of each.
 */
export function writeJobs(db: Db, judged: readonly JudgedJob[]): Change[] {
  const all = replaceStandIns(db, judged);
  const standings = readStandings(
    db,
    all.map(({ job }) => job),
  );
  const stored = new Set(standings.keys());
  const wanted = new Map<string, Wanted>();
  const changes = all.map((one): Change => {
    const { job } = one;
    const name = nameOf(job);
    const before = standings.get(name) ?? null;
    const counting = whatCounts(one, before);
    const after = standingAfter(job, counting, before);
    standings.set(name, after);
    wanted.set(name, { job, counting: counting ?? wanted.get(name)?.counting ?? null });
    if (before === null) return 'added';
    return isSameStanding(before, after) ? 'unchanged' : 'changed';
  });
  const inOrder = [...wanted.values()].toSorted((a, b) => compareKeys(a.job, b.job));
  writeJobRows(
    db,
    inOrder.map(({ job }) => job),
    stored,
  );
  writeCounting(
    db,
    inOrder.flatMap(({ counting }) => counting ?? []),
    stored,
  );
  return changes;
}

/** What is to be written of a job; `counting` is null where what is stored of its log and verdict stays. */
interface Wanted {
  readonly job: Job;
  readonly counting: JudgedJob | null;
}

function writeJobRows(db: Db, jobs: readonly Job[], stored: ReadonlySet<string>): void {
  insertRepositories(
    db,
    jobs.flatMap(({ host, repository }) => (repository === null ? [] : [[host, repository]])),
  );
  const inRuns = jobs.filter(({ runId }) => runId !== null);
  insertRows(
    db,
    'INSERT INTO runs (host, run_id, repository, workflow)',
    inRuns.map(({ host, runId, repository, workflow }) => [host, runId, repository, workflow]),
    `ON CONFLICT DO UPDATE SET repository = coalesce(repository, excluded.repository),
       workflow = coalesce(workflow, excluded.workflow)`,
  );
  insertRows(
    db,
    'INSERT OR IGNORE INTO attempts (host, run_id, attempt)',
    inRuns.flatMap(({ host, runId, attempt }) =>
      attempt === null ? [] : [[host, runId, attempt]],
    ),
  );
  const [, , ...values] = jobColumns;
  insertRows(
    db,
    `INSERT INTO jobs (${jobColumns.join(', ')})`,
    jobs.map(jobRow),
    `ON CONFLICT DO UPDATE SET ${values.map((name) => `${name} = excluded.${name}`).join(', ')}`,
  );
  deleteRows(db, ['steps'], jobs, stored);
  // Saved metadata may have a number twice.
  insertRows(db, 'INSERT OR IGNORE INTO steps', jobs.flatMap(stepRows));
}

function writeCounting(db: Db, counting: readonly JudgedJob[], stored: ReadonlySet<string>): void {
  const read = counting.flatMap(({ job, log }) => (log === null ? [] : [{ job, log }]));
  const tables = Object.keys(scanRows);
  deleteRows(
    db,
    ['logs', ...tables],
    read.map(({ job }) => job),
    stored,
  );
  insertRows(
    db,
    `INSERT INTO logs (${logColumns.join(', ')})`,
    read.map(({ job, log }) => logRow(job, log)),
  );
  for (const [table, rowsOf] of Object.entries(scanRows)) {
    insertRows(
      db,
      `INSERT OR IGNORE INTO ${table}`,
      read.flatMap(({ job, log }) => rowsOf(job, log.scan)),
    );
  }
  insertRows(
    db,
    'INSERT INTO verdicts',
    counting.flatMap(({ job, verdict, patterns }) =>
      verdict === null ? [] : [verdictRow(job, verdict, patterns)],
    ),
    // What neighbours proved is put over it afterwards.
    `ON CONFLICT DO UPDATE SET log_status = excluded.log_status, log_cause = excluded.log_cause,
       log_blame = excluded.log_blame, log_confidence = excluded.log_confidence,
       log_reason = excluded.log_reason, evidence = excluded.evidence,
       primary_error = excluded.primary_error, fingerprint = excluded.fingerprint,
       template = excluded.template, failed_at = excluded.failed_at,
       failed_line = excluded.failed_line, patterns = excluded.patterns`,
  );
}

function insertRepositories(db: Db, rows: readonly Row[]): void {
  insertRows(db, 'INSERT OR IGNORE INTO repositories (host, name)', rows);
}

/** Makes room for the rows of jobs that are stored; a new job has none. */
function deleteRows(
  db: Db,
  tables: readonly string[],
  jobs: readonly Job[],
  stored: ReadonlySet<string>,
): void {
  const old = jobs.filter((job) => stored.has(nameOf(job)));
  if (old.length === 0) return;
  for (const table of tables) {
    prepared(db, `DELETE FROM ${table} WHERE ${amongKeys}`).run(keyList(old));
  }
}
