/** The failed jobs of a run's latest attempt, and whether they may be run again. */
import { gateOfJob, rerunGate, type Gate, type GateVerdict } from '../analysis/rerun-gate.ts';
import type { Cause } from '../model/pattern.ts';
import type { Evidence } from '../model/verdict.ts';
import { readLatestAttempt, readRunJobs } from '../store/read-run.ts';
import { readOverview, readVerdict, type JobOverview } from '../store/read-jobs.ts';
import type { Db } from '../store/store.ts';

export interface GatedJob {
  /** Where its log was read from; null without one. */
  readonly source: string | null;
  readonly job_id: number | null;
  readonly job: string | null;
  readonly url: string | null;
  readonly verdict: GateVerdict;
  readonly cause: string | null;
  readonly transient: Cause['transient'] | null;
  readonly confidence: string | null;
  readonly reason: string | null;
  readonly culprit_job_id: number | null;
  /** The lines that prove it, the root first. */
  readonly evidence: readonly Evidence[];
}

export interface GateAnswer extends Gate {
  /** What was judged, in words. */
  readonly subject: string;
  readonly run: {
    readonly host: string;
    readonly repository: string | null;
    readonly run_id: number;
    readonly attempt: number;
  } | null;
  readonly jobs: readonly GatedJob[];
}

type Causes = ReadonlyMap<string, Cause>;

/** Where a run is known: more than one answer only if several GitHub hosts share a database. */
export function gateRun(db: Db, runId: number, host: string | null, causes: Causes): GateAnswer[] {
  const jobs = readRunJobs(db, runId).filter((job) => host === null || job.host === host);
  return [...new Set(jobs.map((job) => job.host))].map((at) =>
    gateAttempt(
      db,
      at,
      runId,
      jobs.filter((job) => job.host === at),
      causes,
    ),
  );
}

function gateAttempt(
  db: Db,
  host: string,
  runId: number,
  jobs: readonly JobOverview[],
  causes: Causes,
): GateAnswer {
  const attempt = readLatestAttempt(db, host, runId);
  const latest = jobs.filter((job) => (job.attempt ?? 1) === attempt);
  const run = { host, repository: jobs[0]?.repository ?? null, run_id: runId, attempt };
  const subject = `run ${runId}, attempt ${attempt}`;
  if (latest.length === 0) {
    const why = 'its jobs have not been read yet: ingest once more';
    return { verdict: 'unknown', why, rerunHelps: null, subject, run, jobs: [] };
  }
  const unfinished = latest.filter((job) => job.conclusion === null && job.status === null);
  return { ...answer(db, latest.filter(hasFailed), unfinished.length, causes), subject, run };
}

/** One job, whatever run it is of. */
export function gateJob(db: Db, jobId: number, causes: Causes): GateAnswer[] {
  return readOverview(db, [jobId]).map((job) => ({
    ...answer(db, hasFailed(job) ? [job] : [], 0, causes),
    subject: `job ${jobId}`,
    run: null,
  }));
}

/** Jobs that others took down with them were canceled, not failed. */
function hasFailed({ status, conclusion, cause }: JobOverview): boolean {
  if (conclusion === 'cancelled' || cause === 'job-canceled') return false;
  if (status === null) return conclusion === 'failure' || conclusion === 'timed_out';
  return status !== 'passed' && conclusion !== 'success';
}

function answer(
  db: Db,
  failed: readonly JobOverview[],
  unfinished: number,
  causes: Causes,
): Gate & { readonly jobs: readonly GatedJob[] } {
  const known = failed.map((job) => ({
    ...job,
    transient: causes.get(job.cause ?? '')?.transient ?? null,
  }));
  const jobs = known.map((job): GatedJob => {
    const verdict = readVerdict(db, job);
    return {
      source: job.log_source,
      job_id: job.job_id,
      job: job.job,
      url: job.url,
      verdict: gateOfJob(job),
      cause: job.cause,
      transient: job.transient,
      confidence: job.confidence,
      reason: job.reason,
      culprit_job_id: job.culprit_job_id,
      evidence: verdict?.primaryError ? [verdict.primaryError] : (verdict?.evidence ?? []),
    };
  });
  return { ...rerunGate(known, unfinished), jobs };
}
