/** What always came together with a version, so that the data cannot tell the two apart. */
import { conventions } from './conventions.ts';

/** Minutes of builds with the same version and the same surroundings. */
export interface Surroundings {
  readonly version: string;
  readonly minutes: number;
  /** By what is named: another component, the driver, a host, a repository. */
  readonly values: Readonly<Record<string, string | null>>;
}

export interface Alias {
  readonly attribute: string;
  readonly value: string;
}

/**
 * Values a with min(P(a | v), P(v | a)) ≥ 0.95 of the minutes, v being the suspect version: who has one nearly always has
 * the other. Unknown values are no alias.
 */
export function aliasesOf(builds: readonly Surroundings[], suspect: string): Alias[] {
  const ofSuspect = builds
    .filter(({ version }) => version === suspect)
    .reduce((sum, { minutes }) => sum + minutes, 0);
  const attributes = Object.keys(builds[0]?.values ?? {});
  const least = conventions.aliasFrom;
  return attributes.flatMap((attribute): Alias[] => {
    const sums = new Map<string, { all: number; suspect: number }>();
    for (const { version, minutes, values } of builds) {
      const value = values[attribute] ?? null;
      if (value === null) continue;
      let sum = sums.get(value);
      if (sum === undefined) sums.set(value, (sum = { all: 0, suspect: 0 }));
      sum.all += minutes;
      if (version === suspect) sum.suspect += minutes;
    }
    return [...sums]
      .filter(([, sum]) => sum.suspect >= least * ofSuspect && sum.suspect >= least * sum.all)
      .filter(([, sum]) => sum.suspect > 0)
      .map(([value]) => ({ attribute, value }));
  });
}
