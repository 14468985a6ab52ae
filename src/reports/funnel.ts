/** What is left of all jobs in a comparison, and why the others are not in it. */
import { plural } from '../model/plural.ts';
import { numberOf, type Builds, type History } from './history.ts';
import { isCompared } from './study.ts';

/** One line: from all jobs to the builds that are compared. */
export function funnelText(history: History): string {
  const { scope, all, withoutTimes } = history;
  const first = all.filter(({ isFirst }) => isFirst);
  const compared = first.filter(isCompared);
  const unknown = compared.filter(({ setup }) => setup.buildkit === null);
  const parts = [
    plural(scope.jobs, 'job'),
    `${scope.built} built`,
    `${read(first)} as first attempts`,
    `${read(compared)} with times on a known engine${canceledText(compared)}`,
  ];
  const notes = [
    ...(read(unknown) > 0 ? [`BuildKit version unknown for ${read(unknown)}`] : []),
    ...(withoutTimes > 0 ? [`build times unknown for ${withoutTimes}: job times used`] : []),
    ...(numberOf(all) > read(all) ? ['rates weigh drawn green logs'] : []),
  ];
  return `Counted: ${[parts.join(' → '), ...notes].join('; ')}.`;
}

/** Builds that were canceled count as time without a failure, and in no rate of builds. */
function canceledText(builds: readonly Builds[]): string {
  const canceled = read(builds.filter(({ outcome }) => outcome === 'canceled'));
  return canceled === 0 ? '' : `, ${canceled} of them canceled (only their minutes count)`;
}

function read(builds: readonly Builds[]): number {
  return builds.reduce((sum, each) => sum + each.read, 0);
}
