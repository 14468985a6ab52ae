/** A job with all that was read and concluded of it, ready to be written. */
import type { Machine } from '../model/host.ts';
import type { Job } from '../model/job.ts';
import type { JobScan } from '../model/scan.ts';
import type { Verdict } from '../model/verdict.ts';

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
