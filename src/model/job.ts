/** A job as GitHub's API describes it: identity, times, runner, outcome, steps. */
import type { Instant } from './time.ts';

/** What tells one job from every other: the GitHub host, and the job id, which is new for every attempt. */
export interface JobKey {
  /** `github.com` or a GHES host name; `file` for a log that came without any identity. */
  readonly host: string;
  readonly jobId: number;
}

/** The host of a job that nothing names but the content of its log. */
export const contentHost = 'file';

/** A job as the key of a map. */
export function nameOf({ host, jobId }: JobKey): string {
  return `${host}/${jobId}`;
}

/** GitHub's `conclusion` of a job or step; null while it runs or when nothing but a log is known. */
export type Conclusion =
  | 'success'
  | 'failure'
  | 'cancelled'
  | 'skipped'
  | 'timed_out'
  | 'neutral'
  | 'action_required'
  | 'stale'
  | 'startup_failure'
  | null;

export interface JobStep {
  readonly number: number;
  readonly name: string;
  readonly status: string | null;
  readonly conclusion: Conclusion;
  readonly startedAt: Instant | null;
  readonly completedAt: Instant | null;
}

/** What is known of a job from outside its log. Fields are null where nothing was said. */
export interface Job extends JobKey {
  readonly repository: string | null;
  readonly runId: number | null;
  readonly attempt: number | null;
  readonly workflow: string | null;
  readonly name: string | null;
  readonly headBranch: string | null;
  readonly headSha: string | null;
  readonly status: string | null;
  readonly conclusion: Conclusion;
  readonly startedAt: Instant | null;
  readonly completedAt: Instant | null;
  readonly runnerName: string | null;
  readonly runnerGroup: string | null;
  readonly labels: readonly string[];
  readonly url: string | null;
  readonly steps: readonly JobStep[];
}

/** A workflow run attempt as the runs list describes it. */
export interface Run {
  readonly host: string;
  readonly repository: string;
  readonly runId: number;
  readonly attempt: number;
  readonly workflow: string | null;
  readonly event: string | null;
  readonly headBranch: string | null;
  readonly headSha: string | null;
  readonly status: string | null;
  readonly conclusion: Conclusion;
  readonly createdAt: Instant | null;
  readonly startedAt: Instant | null;
  readonly updatedAt: Instant | null;
}

/** A job of which nothing is known but its key. */
export function unknownJob({ host, jobId }: JobKey): Job {
  // Field by field: objects that begin with a spread are slow ones in V8, and there is one for each log.
  return {
    host,
    jobId,
    repository: null,
    runId: null,
    attempt: null,
    workflow: null,
    name: null,
    headBranch: null,
    headSha: null,
    status: null,
    conclusion: null,
    startedAt: null,
    completedAt: null,
    runnerName: null,
    runnerGroup: null,
    labels: [],
    url: null,
    steps: [],
  };
}

/**
 * What is known of one job after two looks at it. A completed look beats one at the running job, else
 * the newer beats the older, and what is known never gives way to what is not.
 */
export function mergeJobs(older: Job | null, newer: Job): Job {
  if (older === null) return newer;
  const stale = older.status === 'completed' && newer.status !== 'completed';
  const [weak, strong] = stale ? [newer, older] : [older, newer];
  return {
    host: strong.host,
    jobId: strong.jobId,
    repository: strong.repository ?? weak.repository,
    runId: strong.runId ?? weak.runId,
    attempt: strong.attempt ?? weak.attempt,
    workflow: strong.workflow ?? weak.workflow,
    name: strong.name ?? weak.name,
    headBranch: strong.headBranch ?? weak.headBranch,
    headSha: strong.headSha ?? weak.headSha,
    status: strong.status ?? weak.status,
    conclusion: strong.conclusion ?? weak.conclusion,
    startedAt: strong.startedAt ?? weak.startedAt,
    completedAt: strong.completedAt ?? weak.completedAt,
    runnerName: strong.runnerName ?? weak.runnerName,
    runnerGroup: strong.runnerGroup ?? weak.runnerGroup,
    labels: strong.labels.length > 0 ? strong.labels : weak.labels,
    url: strong.url ?? weak.url,
    steps: strong.steps.length > 0 ? strong.steps : weak.steps,
  };
}

/** As much of a job as tells whether a log may rather be another's. */
export type Claim = Pick<Job, 'host' | 'jobId' | 'runId'>;

/**
 * Orders the jobs that one log is said to be of, the best first: one that GitHub named, then one whose id a file's name
 * tells, then the lower id, since copies of a job in a later attempt have higher ones.
 */
export function compareClaims(a: Claim, b: Claim): number {
  const named = Number(a.runId === null) - Number(b.runId === null);
  const told = Number(a.host === contentHost) - Number(b.host === contentHost);
  return named || told || compareKeys(a, b);
}

/** The order in which a store keeps jobs. */
export function compareKeys(a: JobKey, b: JobKey): number {
  if (a.host !== b.host) return a.host < b.host ? -1 : 1;
  return a.jobId - b.jobId;
}
