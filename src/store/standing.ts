/** How a job stands in the store, or will by what is written before: as much as tells whether a writing changes it. */
import { nameOf, type Job, type JobKey } from '../model/job.ts';
import type { Verdict } from '../model/verdict.ts';
import { jobColumns, jobRow, logColumns, logRow, type Row } from './job-rows.ts';
import type { JudgedJob, ReadLog } from './judged-job.ts';
import { amongKeys, keyList } from './known-jobs.ts';
import { prepared } from './prepared.ts';
import { withSource } from './stand-ins.ts';
import type { Db } from './store.ts';

export interface Standing {
  readonly job: Row;
  readonly log: StandingLog | null;
  /** What the job's own log or metadata says. */
  readonly verdict: Row | null;
}

interface StandingLog extends Pick<ReadLog, 'source' | 'sha256'> {
  readonly bytes: number;
  readonly row: Row;
}

interface StoredRow {
  readonly host: string;
  readonly job_id: number;
}

type StoredLog = StoredRow & Omit<StandingLog, 'row'>;

/** The standings of those jobs that are stored, by their names. */
export function readStandings(db: Db, keys: readonly JobKey[]): Map<string, Standing> {
  const list = keyList(keys);
  const rowsOf = <R extends StoredRow>(table: string, columns: string): Map<string, R> => {
    const sql = `SELECT host, job_id, ${columns} FROM ${table} WHERE ${amongKeys}`;
    const rows = prepared<[string], R>(db, sql).all(list);
    return new Map(rows.map((row) => [nameOf({ host: row.host, jobId: row.job_id }), row]));
  };
  const jobs = rowsOf('jobs', jobColumns.slice(2).join(', '));
  const logs = rowsOf<StoredLog>('logs', logColumns.slice(2).join(', '));
  const verdicts = rowsOf(
    'verdicts',
    'log_status, log_cause, log_confidence, log_reason, patterns',
  );
  return new Map(
    [...jobs].map(([name, job]) => {
      const [log, verdict] = [logs.get(name), verdicts.get(name)];
      return [
        name,
        {
          job: Object.values(job),
          log: log === undefined ? null : { ...log, row: Object.values(log) },
          verdict: verdict === undefined ? null : Object.values(verdict).slice(2),
        },
      ];
    }),
  );
}

/**
 * What is to be written of the log and the verdict of a job; null where those that are there stay. Of two logs the longer
 * counts. The same log, read again, is written again: patterns or metadata may have changed what it says.
 */
export function whatCounts(judged: JudgedJob, standing: Standing | null): JudgedJob | null {
  const { log, verdict } = judged;
  const other = standing?.log ?? null;
  if (log === null) return other === null && verdict !== null ? judged : null;
  if (other === null) return judged;
  if (log.sha256 === other.sha256) return withSource(judged, other.source);
  const { bytes } = log.scan;
  const isFirst = bytes > other.bytes || (bytes === other.bytes && log.sha256 < other.sha256);
  return isFirst ? judged : null;
}

/** How a job stands when what counts of it is written. */
export function standingAfter(
  job: Job,
  counting: JudgedJob | null,
  before: Standing | null,
): Standing {
  const { log, verdict, patterns } = counting ?? { log: null, verdict: null, patterns: '' };
  return {
    job: jobRow(job),
    log: log === null ? (before?.log ?? null) : standingLog(job, log),
    verdict: verdict === null ? (before?.verdict ?? null) : wordsOf(verdict, patterns),
  };
}

function standingLog(job: JobKey, log: ReadLog): StandingLog {
  const { source, sha256, scan } = log;
  return { source, sha256, bytes: scan.bytes, row: logRow(job, log) };
}

function wordsOf({ status, cause, confidence, reason }: Verdict, patterns: string): Row {
  return [status, cause, confidence, reason, patterns];
}

export function isSameStanding(one: Standing, other: Standing): boolean {
  return (
    isSameRow(one.job, other.job) &&
    isSameRow(one.log?.row ?? [], other.log?.row ?? []) &&
    isSameRow(one.verdict ?? [], other.verdict ?? [])
  );
}

function isSameRow(one: Row, other: Row): boolean {
  return one.length === other.length && one.every((value, index) => value === other[index]);
}
