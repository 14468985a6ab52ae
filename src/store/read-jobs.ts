/** Reads jobs for reports: as a view tells them, and what was read from their logs. */
import { z } from 'zod';

import type { Conclusion } from '../model/job.ts';
import type { Blame } from '../model/pattern.ts';
import type { Instant } from '../model/time.ts';
import type { Confidence, Evidence, VerdictStatus } from '../model/verdict.ts';
import type { Db } from './store.ts';

const evidence: z.ZodType<Evidence> = z.object({
  line: z.number(),
  at: z.string().nullable(),
  signature: z.string(),
  text: z.string(),
});

/** A job as the rows of all tables name it. */
interface RowKey {
  readonly host: string;
  readonly job_id: number;
}

/** A row of the view `job_overview`. */
export interface JobOverview {
  readonly host: string;
  readonly job_id: number;
  readonly repository: string | null;
  readonly run_id: number | null;
  readonly attempt: number | null;
  readonly workflow: string | null;
  readonly job: string | null;
  readonly conclusion: Conclusion;
  readonly started_at: Instant | null;
  readonly completed_at: Instant | null;
  readonly runner: string | null;
  readonly machine: string | null;
  readonly engine_id: string | null;
  readonly runner_version: string | null;
  readonly os_image: string | null;
  readonly docker_client: string | null;
  readonly docker_server: string | null;
  readonly buildx: string | null;
  readonly buildkit: string | null;
  readonly driver: string | null;
  readonly builder_used: string | null;
  readonly foreign_builder: number | null;
  readonly pointer_reset: number | null;
  readonly built: number;
  readonly status: VerdictStatus | null;
  readonly cause: string | null;
  readonly blame: Blame | null;
  readonly confidence: Confidence | null;
  readonly reason: string | null;
  readonly log_status: VerdictStatus | null;
  readonly log_cause: string | null;
  readonly culprit_job_id: number | null;
  readonly delay_s: number | null;
  readonly log_source: string | null;
  readonly url: string | null;
}

/** All jobs with this id, in the order of their hosts. */
export function readOverview(db: Db, jobIds: readonly number[]): JobOverview[] {
  return db
    .prepare<[string], JobOverview>(
      'SELECT * FROM job_overview WHERE job_id IN (SELECT value FROM json_each(?)) ORDER BY host, job_id',
    )
    .all(JSON.stringify(jobIds));
}

/** Jobs that ran on a machine at some time between two moments, in the order of their starts. */
export function readOnMachine(
  db: Db,
  machine: string,
  from: Instant,
  to: Instant,
  most: number,
): JobOverview[] {
  return db
    .prepare<[string, Instant, Instant, number], JobOverview>(
      `SELECT * FROM job_overview WHERE machine = ? AND completed_at > ? AND started_at < ?
       ORDER BY started_at, host, job_id LIMIT ?`,
    )
    .all(machine, from, to, most);
}

export interface StoredEvent {
  readonly host: string;
  readonly job_id: number;
  readonly line: number;
  readonly event: string;
  readonly name: string;
  readonly at: Instant | null;
  readonly driver: string | null;
  readonly buildkit: string | null;
  readonly text: string;
}

export function readBuilderEvents(db: Db, { host, job_id: id }: RowKey): StoredEvent[] {
  return db
    .prepare<[string, number], StoredEvent>(
      `SELECT host, job_id, line, event, name, at, driver, buildkit, text FROM builder_events
       WHERE host = ? AND job_id = ? ORDER BY line`,
    )
    .all(host, id);
}

export interface StoredOccurrence {
  readonly host: string;
  readonly job_id: number;
  readonly line: number;
  readonly signature: string;
  readonly at: Instant | null;
  readonly position: string;
  readonly text: string;
  readonly healed: number;
  readonly repeats: number;
}

export interface StoredFact {
  readonly host: string;
  readonly job_id: number;
  readonly name: string;
  readonly line: number;
  readonly value: string;
}

export function readFacts(db: Db, { host, job_id: id }: RowKey): StoredFact[] {
  return db
    .prepare<[string, number], StoredFact>(
      `SELECT host, job_id, name, line, value FROM facts WHERE host = ? AND job_id = ?
       ORDER BY line, name`,
    )
    .all(host, id);
}

export interface StoredVerdict {
  readonly host: string;
  readonly job_id: number;
  readonly status: VerdictStatus;
  readonly cause: string | null;
  readonly blame: Blame | null;
  readonly confidence: Confidence | null;
  readonly reason: string;
  readonly log_status: VerdictStatus;
  readonly log_cause: string | null;
  readonly log_blame: Blame | null;
  readonly log_confidence: Confidence | null;
  readonly log_reason: string;
  readonly evidence: readonly Evidence[];
  readonly primaryError: Evidence | null;
  readonly fingerprint: string | null;
  readonly template: string | null;
  readonly failed_at: Instant | null;
  readonly failed_line: number | null;
  readonly patterns: string;
}

type VerdictRow = Omit<StoredVerdict, 'evidence' | 'primaryError'> & {
  readonly evidence: string;
  readonly primary_error: string | null;
};

/** The verdict on one job; null where there is none. */
export function readVerdict(db: Db, { host, job_id: id }: RowKey): StoredVerdict | null {
  const row = db
    .prepare<[string, number], VerdictRow>('SELECT * FROM verdicts WHERE host = ? AND job_id = ?')
    .get(host, id);
  return row === undefined ? null : toVerdict(row);
}

/** What the job's own log says of its cause, whatever its neighbours proved. */
export function readLogCause(db: Db, job: RowKey): string | null {
  return readVerdict(db, job)?.log_cause ?? null;
}

export function readVerdicts(db: Db): StoredVerdict[] {
  return db
    .prepare<[], VerdictRow>('SELECT * FROM verdicts ORDER BY host, job_id')
    .all()
    .map(toVerdict);
}

function toVerdict({ primary_error: primary, ...row }: VerdictRow): StoredVerdict {
  return {
    ...row,
    evidence: z.array(evidence).parse(JSON.parse(row.evidence)),
    primaryError: primary === null ? null : evidence.parse(JSON.parse(primary)),
  };
}

/**
 * Errors that a job got over: retried pushes, caches that were not there. What a RUN step printed before it
 * ended well is its own business, and what the cleanup says is no error.
 */
export function readHealed(db: Db, { host, job_id: id }: RowKey): StoredOccurrence[] {
  return db
    .prepare<[string, number], StoredOccurrence>(
      `SELECT host, job_id, line, signature, at, position, text, healed, repeats FROM occurrences
       WHERE host = ? AND job_id = ? ORDER BY line, signature`,
    )
    .all(host, id)
    .filter(isHealed);
}

export function isHealed({
  healed,
  position,
}: Pick<StoredOccurrence, 'healed' | 'position'>): boolean {
  return healed === 1 && position !== 'post' && position !== 'run-log';
}
