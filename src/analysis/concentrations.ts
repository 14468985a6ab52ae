/** Where failures gather when neither version nor load is to blame. */
import type { Basis } from './basis.ts';
import { conventions } from './conventions.ts';
import { falseDiscovery } from './multiplicity.ts';
import { binomialTest, rateRatio, type RateRatio } from './rates.ts';
import { circumstances, type Group, type Surroundings } from './surroundings.ts';

export interface Concentration {
  readonly circumstance: keyof Surroundings;
  readonly value: string;
  readonly failures: number;
  /** Of all failures of the cause. */
  readonly of: number;
  /** Per minute, to all other values. */
  readonly byMinutes: RateRatio;
  /** The lower of the limits by minutes and by builds. */
  readonly low: number;
  readonly q: number;
}

/** A concentration must be this sure, and this strong on minutes and on builds. */
const largestQ = 0.01;
const leastLow = 1.5;

/**
 * Repositories, hosts and so on whose rate stands apart from that of all others, the surest first: by minutes and by
 * builds, since one scale alone flags those with long or short builds (50 % false in simulations). All are one family of
 * tests. Nothing where failures come in incidents.
 */
export function concentrations({ study, failures, phi }: Basis): Concentration[] {
  if (phi >= conventions.clusteredFrom || failures === 0) return [];
  const groups = study.surroundings();
  const shares = circumstances.flatMap((circumstance) => {
    const counts = new Map<string | null, number>();
    for (const { surroundings } of study.cases) {
      const value = surroundings[circumstance];
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    return sharesOf(circumstance, groups[circumstance], counts);
  });
  const q = falseDiscovery(
    shares.map(({ own, group, all }) => binomialTest(own, failures, group.minutes / all.minutes).p),
  );
  return shares
    .flatMap(({ circumstance, value, own, group, all }, i): Concentration[] => {
      const each = q[i] ?? 1;
      if (each >= largestQ) return [];
      const ratio = (scale: keyof Group): RateRatio =>
        rateRatio(
          { failures: own, exposure: group[scale] },
          { failures: failures - own, exposure: all[scale] - group[scale] },
        );
      const byMinutes = ratio('minutes');
      const low = Math.min(byMinutes.low, ratio('builds').low);
      return [{ circumstance, value, failures: own, of: failures, byMinutes, low, q: each }];
    })
    .filter(({ low }) => low > leastLow)
    .toSorted((a, b) => b.low - a.low || b.failures - a.failures);
}

/** The failures with a value, and what was exposed to it, of all. */
interface Share {
  readonly circumstance: keyof Surroundings;
  readonly value: string;
  readonly own: number;
  readonly group: Group;
  readonly all: Group;
}

/** Where nothing tells the value, a build is among the others only. */
function sharesOf(
  circumstance: keyof Surroundings,
  groups: ReadonlyMap<string | null, Group>,
  counts: ReadonlyMap<string | null, number>,
): Share[] {
  if (groups.size < 2) return [];
  const all = { minutes: 0, builds: 0 };
  for (const { minutes, builds } of groups.values()) {
    all.minutes += minutes;
    all.builds += builds;
  }
  return [...groups].flatMap(([value, group]) =>
    value === null ? [] : [{ circumstance, value, own: counts.get(value) ?? 0, group, all }],
  );
}
