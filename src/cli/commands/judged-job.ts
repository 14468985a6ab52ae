/** From a job and its log to what is stored of it: the same whether the log came from disk or from GitHub. */
import type { CompiledPatterns } from '../../matching/compiled-patterns.ts';
import { decide, decideWithoutLog } from '../../matching/verdict.ts';
import { machineOf } from '../../model/host.ts';
import { mergeJobs, type Job } from '../../model/job.ts';
import type { JudgedJob } from '../../store/judged-job.ts';
import { readJob } from '../../store/known-jobs.ts';
import type { Db } from '../../store/store.ts';
import type { ReadLog } from '../read-log.ts';

/** The job of a log that was read to its end. */
export function judgeReadLog(
  { source, scan, sha256 }: ReadLog,
  patterns: CompiledPatterns,
  job: Job,
): JudgedJob {
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
