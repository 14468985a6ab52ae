/**
 * Writes runs and jobs so that a second time changes nothing, and so that the order of writing does not
 * matter: what is known never gives way to what is not, and of two logs for one job the longer is kept.
 */
import type { Job, JobKey, Run } from '../model/job.ts';
import type { Machine } from '../model/host.ts';
import type { JobScan } from '../model/scan.ts';
import type { Verdict } from '../model/verdict.ts';
import { insertRows, prepared } from './prepared.ts';
import type { Db } from './store.ts';
import { writeVerdict } from './write-verdict.ts';

/** A log that has been read, and what was concluded from it. */
export interface ReadLog {
  readonly source: string;
  readonly sha256: string;
  readonly scan: JobScan;
  readonly machine: Machine;
}

export interface JudgedJob {
  readonly job: Job;
  /** Null where no log was to be had. */
  readonly log: ReadLog | null;
  /** Null for a job that has not ended or was skipped. */
  readonly verdict: Verdict | null;
  /** Fingerprint of the pattern set behind the verdict. */
  readonly patterns: string;
}

export type Change = 'added' | 'changed' | 'unchanged';

const jobColumns = [
  'repository',
  'run_id',
  'attempt',
  'workflow',
  'name',
  'head_branch',
  'head_sha',
  'status',
  'conclusion',
  'started_at',
  'completed_at',
  'runner_name',
  'runner_group',
  'url',
] as const;

/** Writes one run attempt. Call inside a transaction. */
export function writeRun(db: Db, run: Run): void {
  const { host, repository, runId } = run;
  insertRepository(db, host, repository);
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

/**
 * Writes one job with all that was read and concluded; `job` is what is known of it by now (see
 * `mergeJobs`). Call inside a transaction.
 */
export function writeJob(db: Db, judged: JudgedJob): Change {
  const { job, log } = judged;
  const before = fingerprintOf(db, job);
  writeJobRow(db, job);
  const stored = storedLog(db, job);
  if (log !== null && (stored === undefined || supersedes(log, stored))) {
    writeLog(db, job, stored?.sha256 === log.sha256 ? { ...log, source: first(log, stored) } : log);
    writeVerdict(db, job, judged.verdict, judged.patterns);
    forgetNameless(db, job, log.sha256);
  } else if (log === null && stored === undefined) {
    writeVerdict(db, job, judged.verdict, judged.patterns);
  }
  if (before === null) return 'added';
  return before === fingerprintOf(db, job) ? 'unchanged' : 'changed';
}

/** Everything of a job that its own log or metadata decide, as one text. */
function fingerprintOf(db: Db, key: JobKey): string | null {
  const row = (table: string, columns: string): unknown =>
    prepared(db, `SELECT ${columns} FROM ${table} WHERE host = ? AND job_id = ?`).get(
      key.host,
      key.jobId,
    ) ?? null;
  const job = row('jobs', '*');
  if (job === null) return null;
  const verdict = row('verdicts', 'log_status, log_cause, log_confidence, log_reason, patterns');
  return JSON.stringify([job, row('logs', '*'), verdict]);
}

function writeJobRow(db: Db, job: Job): void {
  const { host, jobId, repository, runId, attempt } = job;
  if (repository !== null) insertRepository(db, host, repository);
  if (runId !== null) {
    prepared(
      db,
      `INSERT INTO runs (host, run_id, repository, workflow) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET repository = coalesce(repository, excluded.repository),
         workflow = coalesce(workflow, excluded.workflow)`,
    ).run(host, runId, repository, job.workflow);
    if (attempt !== null) {
      prepared(db, 'INSERT OR IGNORE INTO attempts (host, run_id, attempt) VALUES (?, ?, ?)').run(
        host,
        runId,
        attempt,
      );
    }
  }
  prepared(
    db,
    `INSERT INTO jobs (host, job_id, labels, ${jobColumns.join(', ')})
     VALUES ($host, $job_id, $labels, ${jobColumns.map((column) => `$${column}`).join(', ')})
     ON CONFLICT DO UPDATE SET labels = excluded.labels,
       ${jobColumns.map((column) => `${column} = excluded.${column}`).join(', ')}`,
  ).run({
    host,
    job_id: jobId,
    labels: JSON.stringify(job.labels),
    repository,
    run_id: runId,
    attempt,
    workflow: job.workflow,
    name: job.name,
    head_branch: job.headBranch,
    head_sha: job.headSha,
    status: job.status,
    conclusion: job.conclusion,
    started_at: job.startedAt,
    completed_at: job.completedAt,
    runner_name: job.runnerName,
    runner_group: job.runnerGroup,
    url: job.url,
  });
  prepared(db, 'DELETE FROM steps WHERE host = ? AND job_id = ?').run(host, jobId);
  const insertStep = prepared(db, 'INSERT INTO steps VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  for (const { number, name, status, conclusion, startedAt, completedAt } of job.steps) {
    insertStep.run(host, jobId, number, name, status, conclusion, startedAt, completedAt);
  }
}

function insertRepository(db: Db, host: string, name: string): void {
  prepared(db, 'INSERT OR IGNORE INTO repositories (host, name) VALUES (?, ?)').run(host, name);
}

/** A log that was read before anybody named its job: now that it has a name, the stand-in goes. */
function forgetNameless(db: Db, { host, jobId, runId }: Job, sha256: string): void {
  if (runId === null) return;
  prepared(
    db,
    `DELETE FROM jobs WHERE (host, job_id) IN (SELECT host, job_id FROM logs WHERE sha256 = $sha256)
       AND run_id IS NULL AND NOT (host = $host AND job_id = $jobId)`,
  ).run({ host, jobId, sha256 });
}

interface StoredLog {
  readonly sha256: string;
  readonly bytes: number;
  readonly source: string;
}

function storedLog(db: Db, { host, jobId }: JobKey): StoredLog | undefined {
  return prepared<[string, number], StoredLog>(
    db,
    'SELECT sha256, bytes, source FROM logs WHERE host = ? AND job_id = ?',
  ).get(host, jobId);
}

/** The same log, read again, is written again: patterns or metadata may have changed what it says. */
function supersedes({ sha256, scan }: ReadLog, stored: StoredLog): boolean {
  if (stored.sha256 === sha256 || scan.bytes > stored.bytes) return true;
  return scan.bytes === stored.bytes && sha256 < stored.sha256;
}

/** One log in two places is remembered by one of them, whichever was read first. */
function first(log: ReadLog, stored: StoredLog): string {
  return log.source < stored.source ? log.source : stored.source;
}

function writeLog(
  db: Db,
  { host, jobId }: JobKey,
  { source, sha256, scan, machine }: ReadLog,
): void {
  for (const table of ['logs', 'builds', 'facts', 'builder_events', 'occurrences']) {
    prepared(db, `DELETE FROM ${table} WHERE host = ? AND job_id = ?`).run(host, jobId);
  }
  const { builders } = scan;
  prepared(db, 'INSERT INTO logs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)').run(
    host,
    jobId,
    source,
    sha256,
    scan.bytes,
    scan.lines,
    scan.firstAt,
    scan.lastAt,
    Number(scan.ended),
    machine.name,
    machine.engineId,
    builders.used,
    Number(builders.usedSeen),
    builders.driver,
    Number(builders.foreign),
    Number(builders.pointerReset),
  );
  insertRows(
    db,
    'INSERT OR IGNORE INTO builds',
    scan.builds.flatMap((build) => {
      const { line, step, startedAt, endedAt, builder, driver, error, auxiliary } = build;
      const end = [error?.line ?? null, error?.at ?? null, error?.text ?? null];
      return auxiliary
        ? []
        : [[host, jobId, line, step, startedAt, endedAt, builder, driver, ...end]];
    }),
  );
  insertRows(
    db,
    'INSERT OR IGNORE INTO facts',
    scan.facts.map(({ name, line, value }) => [host, jobId, name, line, value]),
  );
  insertRows(
    db,
    'INSERT OR IGNORE INTO builder_events',
    scan.builderEvents.map(({ line, event, name, at, driver, explicit, buildkit, text }) => {
      const builder = [name, at, driver, Number(explicit), buildkit];
      return [host, jobId, line, event, ...builder, text];
    }),
  );
  insertRows(
    db,
    'INSERT OR IGNORE INTO occurrences',
    scan.occurrences.map((seen) => [
      host,
      jobId,
      seen.line,
      seen.signature,
      seen.offset,
      seen.at,
      seen.position,
      seen.step,
      seen.build,
      seen.vertex,
      seen.text,
      JSON.stringify(seen.captures),
      Number(seen.healed),
      Number(seen.repeats),
    ]),
  );
}
