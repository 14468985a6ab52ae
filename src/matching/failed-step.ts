/**
 * Which step of the log failed. The log knows by its error annotations, GitHub by the steps' conclusions;
 * a step that may fail (continue-on-error) has the annotation and GitHub's `success`.
 */
import type { JobStep } from '../model/job.ts';
import type { JobScan } from '../model/scan.ts';
import { toMillis, type Instant } from '../model/time.ts';

/** Index of the step, null when nothing tells. `steps` are GitHub's; empty when not known. */
export function failedStep(scan: JobScan, steps: readonly JobStep[]): number | null {
  const withError = scan.steps.flatMap(({ firstError }, index) =>
    firstError === null ? [] : [index],
  );
  const bad = steps.filter(isBad);
  if (bad.length === 0) return withError[0] ?? null;
  const paired = pairs(scan, steps);
  if (paired !== null) {
    const failed = paired.flatMap(({ index, step }) => (isBad(step) ? [index] : []));
    return withError.find((index) => failed.includes(index)) ?? failed[0] ?? withError[0] ?? null;
  }
  const confirmed = withError.find((index) => {
    const at = scan.steps[index]?.startedAt ?? null;
    return at !== null && bad.some((step) => within(at, step));
  });
  return confirmed ?? withError[0] ?? null;
}

function isBad({ conclusion }: JobStep): boolean {
  return conclusion === 'failure' || conclusion === 'cancelled';
}

// Steps that the runner adds; they have no header of their own in the log, or stand after the cleanup.
const addedByRunner =
  /^(?:Set up job|Complete job|Initialize containers|Stop containers|Pre |Post )/;

/**
 * Steps of the log and of GitHub are in the same order. They are paired when they are as many; a composite
 * action has one step there and a header here for each of its inner steps.
 */
function pairs(
  scan: JobScan,
  steps: readonly JobStep[],
): { index: number; step: JobStep }[] | null {
  const ran = steps.filter(
    ({ name, conclusion, startedAt }) =>
      conclusion !== 'skipped' && startedAt !== null && !addedByRunner.test(name),
  );
  const seen = scan.steps.flatMap(({ setup }, index) => (setup ? [] : [index]));
  if (ran.length !== seen.length) return null;
  return ran.map((step, place) => ({ index: seen[place] ?? 0, step }));
}

/**
 * A step of the log belongs to the one of GitHub in which it began: an error may be said when the next has
 * begun already. GitHub's step times are whole seconds, rounded down.
 */
function within(at: Instant, { startedAt, completedAt }: JobStep): boolean {
  if (startedAt === null || completedAt === null) return false;
  const moment = toMillis(at);
  return moment >= toMillis(startedAt) && moment < toMillis(completedAt) + 1000;
}
