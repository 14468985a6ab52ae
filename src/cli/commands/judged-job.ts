/** From a job and its log to what is stored of it: the same whether the log came from disk or from GitHub. */
import type { OpenedLog } from '../../log/opened-log.ts';
import type { CompiledPatterns } from '../../matching/compiled-patterns.ts';
import { decide, decideWithoutLog } from '../../matching/verdict.ts';
import { machineOf } from '../../model/host.ts';
import { mergeJobs, type Job } from '../../model/job.ts';
import type { JobScan } from '../../model/scan.ts';
import { readJob } from '../../store/read-jobs.ts';
import type { Db } from '../../store/store.ts';
import type { JudgedJob } from '../../store/write-jobs.ts';
import { readLogWithDigest, type ReadLog } from '../read-log.ts';

/** Reads a log to its end and judges its job, which `jobOf` finds from what the log says. */
export async function judgeLog(
  log: OpenedLog,
  patterns: CompiledPatterns,
  jobOf: (scan: JobScan, sha256: string) => Job,
): Promise<JudgedJob> {
  return judgeReadLog(await readLogWithDigest(log, patterns), patterns, jobOf);
}

/** The same for a log that was read already. */
export function judgeReadLog(
  { source, scan, sha256 }: ReadLog,
  patterns: CompiledPatterns,
  jobOf: (scan: JobScan, sha256: string) => Job,
): JudgedJob {
  const job = jobOf(scan, sha256);
  return {
    job,
    log: { source, sha256, scan, machine: machineOf(scan.facts, job.runnerName) },
    verdict: decide(scan, patterns, job),
    patterns: patterns.set.fingerprint,
  };
}

/** A job whose log is not there, or not yet. */
export function judgeWithoutLog(job: Job, patterns: CompiledPatterns): JudgedJob {
  return { job, log: null, verdict: decideWithoutLog(job), patterns: patterns.set.fingerprint };
}

/** The job with all that the store knows of it already. */
export function knownJob(db: Db, job: Job): Job {
  return mergeJobs(readJob(db, job), job);
}
