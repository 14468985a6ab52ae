/** Versions without a failure: what that still leaves possible. */
import { detectableRatio, toPercent, zeroFailuresBound } from '../analysis/proportion.ts';
import { unknownVersion } from '../analysis/study.ts';
import { compareVersions } from '../model/version.ts';
import { groupBy, numberOf, type History } from './history.ts';
import { casesOf, versionOf, type Component } from './study.ts';

const sparedShown = 3;

/** What no failure at all still leaves possible, for the versions that had none. */
export function withoutFailures(
  history: History,
  component: Component,
  cause: string,
): string | null {
  const hit = new Set(casesOf(history, cause).map((job) => versionOf(job, component)));
  const first = history.built.filter((builds) => builds.isFirst);
  const spared = [...groupBy(first, ({ setup }) => versionOf(setup, component))].filter(
    ([version]) => version !== unknownVersion && !hit.has(version),
  );
  if (spared.length === 0 || hit.size === 0) return null;
  const bounds = spared
    .toSorted(([a], [b]) => compareVersions(a, b))
    .slice(0, sparedShown)
    .map(([version, builds]) => {
      const own = numberOf(builds);
      const others = Math.max(1, numberOf(first) - own);
      const factor = detectableRatio(casesOf(history, cause).length / others, own, others);
      const blind = Number.isFinite(factor)
        ? `; a ratio below ${factor.toPrecision(2)} could not be seen`
        : '';
      return `${version} at most ${toPercent(zeroFailuresBound(own))} % (0 of ${own}${blind})`;
    });
  const more = spared.length > sparedShown ? `, and ${spared.length - sparedShown} more` : '';
  return `No failure does not mean none to come (95 %): ${bounds.join(', ')}${more}.`;
}
