/** A job as GitHub's API describes it: identity, times, runner, outcome, steps. */
import type { Instant } from './time.ts';

/** What tells one job from every other: the GitHub host, and the job id, which is new for every attempt. */
export interface JobKey {
  /** `github.com` or a GHES host name; `file` for a log that came without any identity. */
  readonly host: string;
  readonly jobId: number;
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
export function unknownJob(key: JobKey): Job {
  return {
    ...key,
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
