/** Where the logs behind the stored verdicts were read from, and what the verdicts are: what a rematch asks. */
import type { JobKey } from '../model/job.ts';
import type { Confidence, VerdictStatus } from '../model/verdict.ts';
import type { Db } from './store.ts';

export interface LogPlace extends JobKey {
  /** The path, and the place inside an archive after a `!`; an address for a log from GitHub. */
  readonly source: string;
  /** Of the decoded text. */
  readonly sha256: string;
  /** Its place in the folder of kept logs; null where it was not kept. */
  readonly kept: string | null;
}

/** All logs, in the order of their sources: those of one archive stand together. */
export function readLogPlaces(db: Db): LogPlace[] {
  return db
    .prepare<[], LogPlace>(
      `SELECT l.host, l.job_id AS jobId, l.source, l.sha256, k.file AS kept
       FROM logs l LEFT JOIN kept_logs k USING (host, job_id) ORDER BY l.source, l.host, l.job_id`,
    )
    .all();
}

export interface VerdictLine extends JobKey {
  readonly job: string | null;
  readonly status: VerdictStatus;
  readonly cause: string | null;
  readonly confidence: Confidence | null;
}

/** The verdict of every job in a few words, in the order of the jobs. */
export function readVerdictLines(db: Db): VerdictLine[] {
  return db
    .prepare<[], VerdictLine>(
      `SELECT v.host, v.job_id AS jobId, j.name AS job, v.status, v.cause, v.confidence
       FROM verdicts v JOIN jobs j USING (host, job_id) ORDER BY v.host, v.job_id`,
    )
    .all();
}
