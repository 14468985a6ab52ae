/** Where failures gather when neither version nor load is to blame. */
import type { Basis } from './basis.ts';
import { conventions } from './conventions.ts';
import { falseDiscovery } from './multiplicity.ts';
import { rateRatio } from './rates.ts';

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
export function concentrations({ cells, study, failures, phi }: Basis): Concentration[] {
  if (phi >= conventions.clusteredFrom) return [];
  const groups = new Map<string, { failures: number; minutes: number; builds: number }>();
  const groupOf = (name: string): { failures: number; minutes: number; builds: number } => {
    let group = groups.get(name);
    if (group === undefined) groups.set(name, (group = { failures: 0, minutes: 0, builds: 0 }));
    return group;
  };
  for (const cell of cells) {
    const group = groupOf(cell.repository);
    group.failures += cell.failures;
    group.minutes += cell.minutes;
  }
  for (const [repository, builds] of study.repositories) groupOf(repository).builds += builds;
  const minutes = cells.reduce((sum, cell) => sum + cell.minutes, 0);
  if (groups.size < 2) return [];
  const found = [...groups].map(([value, group]) => {
    const compare = (own: number, all: number): ReturnType<typeof rateRatio> =>
      rateRatio(
        { failures: group.failures, exposure: own },
        { failures: failures - group.failures, exposure: all - own },
      );
    return {
      value,
      failures: group.failures,
      byMinutes: compare(group.minutes, minutes),
      byBuilds: compare(group.builds, study.builds),
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
