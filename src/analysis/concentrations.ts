/** Where failures gather when neither version nor load is to blame. */
import type { Basis } from './basis.ts';
import { conventions } from './conventions.ts';
import { falseDiscovery } from './multiplicity.ts';
import { rateRatio, type RateRatio } from './rates.ts';

export interface Concentration {
  readonly value: string;
  readonly failures: number;
  /** Of all failures of the cause. */
  readonly of: number;
  readonly ratio: number | null;
  readonly low: number;
  readonly q: number;
}

/** A concentration must be this sure, and this strong on minutes and on builds. */
const largestQ = 0.01;
const leastLow = 1.5;

/**
 * Repositories whose rate stands apart from all others', by minutes and by builds: one scale alone flags those with long or
 * short builds (50 % false in simulations). Nothing where failures come in incidents.
 */
export function concentrations({ study, failures, phi }: Basis): Concentration[] {
  const { repositories, cases, builds } = study;
  if (phi >= conventions.clusteredFrom || repositories.size < 2) return [];
  const counts = new Map<string, number>();
  for (const { repository } of cases) counts.set(repository, (counts.get(repository) ?? 0) + 1);
  const minutes = [...repositories.values()].reduce((sum, group) => sum + group.minutes, 0);
  const found = [...repositories].map(([value, group]) => {
    const own = counts.get(value) ?? 0;
    const compare = (exposure: number, all: number): RateRatio =>
      rateRatio(
        { failures: own, exposure },
        { failures: failures - own, exposure: all - exposure },
      );
    return {
      value,
      failures: own,
      byMinutes: compare(group.minutes, minutes),
      byBuilds: compare(group.builds, builds),
    };
  });
  const q = falseDiscovery(found.map(({ byMinutes }) => byMinutes.p));
  return found
    .map(({ value, failures: own, byMinutes, byBuilds }, i) => ({
      value,
      failures: own,
      of: failures,
      ratio: byMinutes.ratio,
      low: Math.min(byMinutes.low, byBuilds.low),
      q: q[i] ?? 1,
    }))
    .filter((each) => each.q < largestQ && each.low > leastLow)
    .toSorted((a, b) => b.failures - a.failures);
}
