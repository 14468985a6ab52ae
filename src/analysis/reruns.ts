/** The same commit again: what a failure that passes on its next attempt says, and what re-running costs. */
import { wilson } from './proportion.ts';

/** One that was not canceled. */
export interface Attempt {
  /** One job of one run: host, run, workflow and job name. */
  readonly group: string;
  readonly attempt: number;
  readonly passed: boolean;
  /** The cause of a failure; null for a passed or unexplained attempt. */
  readonly cause: string | null;
  readonly minutes: number;
}

export interface Reruns {
  /** Without re-runs that failed of it again. */
  readonly failed: number;
  /** Of the failed: those of which a next attempt is known, and those of which it passed. */
  readonly rerun: number;
  readonly passed: number;
  /** Of the failed: later attempts exist and all of them failed with the same cause. */
  readonly persisting: number;
  /** Minutes of all failed attempts whose next attempt passed: a census, so without an interval. */
  readonly minutesLost: number;
  readonly verdict: 'flaky' | 'not flaky' | 'unclear' | 'too few';
}

/** A rate of passing re-runs is not judged below so many; and it is called flaky only from so many on. */
const fewestJudged = 5;
const fewestFlaky = 8;

/**
 * First re-runs of failures, by cause: a failure that comes again when it is run again is one failure, run again once, however
 * often somebody tries. Flaky where the Wilson interval of the pass rate lies above ½ (with at least 8
 * re-runs), not flaky where it lies below 0.2; unclear between. People re-run what they believe flaky, so the rate among the
 * others may differ: `passed / failed` and `(passed + never re-run) / failed` bound it.
 */
export function rerunsByCause(attempts: Iterable<Attempt>): Map<string, Reruns> {
  const groups = new Map<string, Attempt[]>();
  for (const attempt of attempts) {
    const group = groups.get(attempt.group);
    if (group === undefined) groups.set(attempt.group, [attempt]);
    else group.push(attempt);
  }
  const sums = new Map<string, Sums>();
  for (const group of groups.values()) {
    const ordered = group.toSorted((a, b) => a.attempt - b.attempt);
    for (const each of ordered) {
      if (each.cause === null || each.passed) continue;
      let own = sums.get(each.cause);
      if (own === undefined) sums.set(each.cause, (own = { ...none }));
      const [next, ...others] = ordered.filter(({ attempt }) => attempt > each.attempt);
      if (next?.passed) own.minutesLost += each.minutes;
      if (!ordered.some((earlier) => hasFailedBefore(earlier, each))) {
        addFailure(own, each, next, others);
      }
    }
  }
  return new Map(
    [...sums].map(([cause, own]) => [cause, { ...own, verdict: judge(own.passed, own.rerun) }]),
  );
}

type Sums = { -readonly [K in keyof Omit<Reruns, 'verdict'>]: number };

const none: Sums = { failed: 0, rerun: 0, passed: 0, persisting: 0, minutesLost: 0 };

function hasFailedBefore(earlier: Attempt, { attempt, cause }: Attempt): boolean {
  return earlier.attempt < attempt && !earlier.passed && earlier.cause === cause;
}

function addFailure(
  sums: Sums,
  { cause }: Attempt,
  next: Attempt | undefined,
  others: readonly Attempt[],
): void {
  sums.failed++;
  if (next === undefined) return;
  sums.rerun++;
  if (next.passed) sums.passed++;
  if ([next, ...others].every((later) => !later.passed && later.cause === cause)) sums.persisting++;
}

function judge(passed: number, rerun: number): Reruns['verdict'] {
  if (rerun < fewestJudged) return 'too few';
  const { low, high } = wilson(passed, rerun);
  if (low > 0.5 && rerun >= fewestFlaky) return 'flaky';
  return high < 0.2 ? 'not flaky' : 'unclear';
}
