/** The fixed rules that turn numbers into a verdict: spec 8. The first rule that holds decides. */
import type { Basis } from './basis.ts';
import type { Change } from './changes.ts';
import { conventions } from './conventions.ts';
import type { Ladder, Rung } from './ladder.ts';
import { coincides, rollOuts } from './roll-outs.ts';

export type VersionVerdict =
  | 'insufficient'
  | 'one-version'
  | 'not-detected'
  | 'inseparable-from-host'
  | 'explained-by-host'
  | 'explained-by-time'
  | 'associated'
  | 'time-not-aligned'
  | 'before-after'
  | 'before-after-weak'
  | 'likely'
  | 'small'
  | 'confounded';

export type ConcurrencyVerdict =
  | 'insufficient'
  | 'never-shared'
  | 'associated'
  | 'unclear-clustered'
  | 'negative'
  | 'negligible'
  | 'confounded'
  | 'not-detected';

interface VersionEvidence {
  readonly basis: Basis;
  /** How many versions are in use. */
  readonly versions: number;
  /** Of all versions together, adjusted for the second question. */
  readonly p: number;
  readonly ladder: Ladder | null;
  readonly changes: readonly Change[];
}

export function versionVerdict(evidence: VersionEvidence): VersionVerdict {
  const { basis, versions, p, ladder } = evidence;
  if (basis.effective < conventions.fewestFailures) return 'insufficient';
  if (versions < 2) return 'one-version';
  if (p >= conventions.alpha || ladder === null) return 'not-detected';
  const verdict = climbed(ladder, evidence);
  const floor = (ladder.withinJobs.estimate?.high ?? Infinity) < conventions.smallVersionEffect;
  return floor && positive.has(verdict) ? 'small' : verdict;
}

/** Verdicts that a version may be acted on for; where the effect is small, that is what is said. */
const positive: ReadonlySet<VersionVerdict> = new Set(['associated', 'before-after', 'likely']);

function climbed(ladder: Ladder, { basis, changes }: VersionEvidence): VersionVerdict {
  const { withinJobs, withinWeeks, withinHosts } = ladder;
  const overall = withinJobs.estimate?.ratio ?? 1;
  if (withinHosts.kept < conventions.separableAbove) {
    const explained = !isHigher(withinWeeks) && isGone(withinWeeks, overall);
    return explained ? 'explained-by-time' : 'inseparable-from-host';
  }
  if (isGone(withinHosts, overall)) return 'explained-by-host';
  if (isHigher(withinWeeks)) return 'associated';
  const rises = changes.filter(({ ratio }) => (ratio.ratio ?? 0) > 1);
  const aligned = rises.some((rise) => coincidesWith(ladder.version, basis, rise));
  if (isGone(withinWeeks, overall) && !aligned) return 'explained-by-time';
  if (rises.length > 0 && !aligned) return 'time-not-aligned';
  if (withinWeeks.kept < conventions.reliedOnAbove) {
    return aligned ? 'before-after' : 'before-after-weak';
  }
  return 'likely';
}

/** Significantly higher under the rung's circumstances. */
function isHigher({ estimate }: Rung): boolean {
  return estimate !== null && estimate.p < conventions.alpha && estimate.ratio > 1;
}

/** Enough is left to see the effect, and it is not there. */
function isGone({ kept, estimate }: Rung, overall: number): boolean {
  return (
    kept >= conventions.reliedOnAbove &&
    estimate !== null &&
    estimate.p >= conventions.alpha &&
    estimate.high90 < overall
  );
}

function coincidesWith(version: string, { study }: Basis, change: Change): boolean {
  const seen = study.arrivals.filter((arrival) => arrival.version === version);
  return rollOuts(seen).some((rollOut) => coincides(change, rollOut, conventions.rollOutSlack));
}

interface LoadEvidence {
  readonly p: number;
  /** Log rate ratio for each further build. */
  readonly slope: number;
  readonly clustered: boolean;
  /** Whether the rise persists with one failure for each incident. */
  readonly confirmed: () => boolean;
  /** Share of the minutes at each number of other builds. */
  readonly levels: readonly number[];
}

/** Two levels must hold this share of the minutes each. */
const shareOfLevel = 0.05;

export function concurrencyVerdict({
  p,
  slope,
  clustered,
  confirmed,
  levels,
}: LoadEvidence): ConcurrencyVerdict {
  if (levels.filter((share) => share >= shareOfLevel).length < 2) return 'never-shared';
  if (p >= conventions.alpha) return 'not-detected';
  const ratio = Math.exp(slope);
  if (ratio < conventions.smallLoadEffect && ratio > 1 / conventions.smallLoadEffect) {
    return 'negligible';
  }
  if (clustered) return slope > 0 && confirmed() ? 'associated' : 'unclear-clustered';
  return slope > 0 ? 'associated' : 'negative';
}
