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
  const sums = new Map<string, { alias: Alias; all: number; suspect: number }>();
  for (const { version, minutes, values } of builds) {
    for (const [attribute, value] of Object.entries(values)) {
      if (value === null) continue;
      const key = `${attribute}\n${value}`;
      let sum = sums.get(key);
      if (sum === undefined)
        sums.set(key, (sum = { alias: { attribute, value }, all: 0, suspect: 0 }));
      sum.all += minutes;
      if (version === suspect) sum.suspect += minutes;
    }
  }
  const least = conventions.aliasFrom;
  return [...sums.values()]
    .filter((sum) => sum.suspect >= least * ofSuspect && sum.suspect >= least * sum.all)
    .filter((sum) => sum.suspect > 0)
    .map(({ alias }) => alias);
}
