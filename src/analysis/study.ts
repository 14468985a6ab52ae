/** What the analysis of one cause and one component takes: sums over all builds, and the failed ones one by one. */
import { conventions } from './conventions.ts';
import type { DatedBin } from './changes.ts';
import {
  beginOf,
  cellsOf,
  circumstancesOf,
  exposureOf,
  loadOf,
  type Build,
  type Circumstances,
  type ExposureCell,
} from './exposure.ts';

/** A first attempt on a known engine that failed of the cause. */
export interface Case extends Circumstances {
  readonly start: number;
  /** The moment at which its circumstances were read. */
  readonly at: number;
  readonly origin: string | null;
}

/** The first build on a version on one engine. */
export interface Arrival {
  readonly version: string;
  readonly engine: string;
  readonly start: number;
}

export interface Study {
  /** Minutes by job, age, version and load. Versions with too few minutes are one level. */
  readonly byJob: readonly ExposureCell[];
  /** The same by week and by engine, at least of those in which a case failed. Asked for where a question needs them. */
  readonly byWeek: () => Iterable<ExposureCell>;
  readonly byEngine: () => Iterable<ExposureCell>;
  /** First attempts on known engines, in bins of equal count by their starts. */
  readonly bins: readonly DatedBin[];
  readonly arrivals: readonly Arrival[];
  /** First attempts on known engines of each repository, and of all. */
  readonly repositories: ReadonlyMap<string, number>;
  readonly builds: number;
  /** First attempts without a known engine: in no comparison. */
  readonly withoutEngine: number;
  readonly cases: readonly Case[];
}

/** The study of these builds, whose `version` is the component's and whose `failedAt` is of the cause. */
export function studyOf(builds: readonly Build[]): Study {
  const load = loadOf(builds);
  const begin = beginOf(builds);
  const first = builds.filter((build) => build.first);
  const placed = first.filter(isPlaced);
  const repositories = new Map<string, number>();
  for (const { repository, weight } of placed) {
    repositories.set(repository, (repositories.get(repository) ?? 0) + weight);
  }
  const exposure = exposureOf(builds, load);
  const byWeek = exposure.byWeek.flatMap(cellsOf);
  const level = levelOf(minutesByVersion(byWeek));
  const pooled = <T extends Circumstances>(some: readonly T[]): T[] =>
    some.map((each) => ({ ...each, version: level(each.version) }));
  return {
    byJob: overWeeks(pooled(byWeek)),
    byWeek: () => pooled(byWeek),
    byEngine: () => pooled(exposure.byEngine.flatMap(cellsOf)),
    bins: timeBins(placed),
    arrivals: arrivalsOf(placed),
    repositories,
    builds: placed.reduce((sum, { weight }) => sum + weight, 0),
    withoutEngine: first.length - placed.length,
    cases: pooled(
      placed.flatMap((build): Case[] => {
        const { failedAt, start, origin } = build;
        if (failedAt === null) return [];
        return [{ ...circumstancesOf({ ...build, failedAt }, load, begin), start, origin }];
      }),
    ),
  };
}

/** The level of builds whose version nothing tells, and that of versions too rare to compare. */
export const unknownVersion = 'unknown';
const otherVersions = 'other';

/** Whether a level is a version that could be blamed. */
export function isVersion(level: string): boolean {
  return level !== unknownVersion && level !== otherVersions;
}

/** Versions with too few minutes are one level. */
export function levelOf(minutes: ReadonlyMap<string, number>): (version: string) => string {
  const all = [...minutes.values()].reduce((sum, each) => sum + each, 0);
  const least = conventions.smallestShare * all;
  return (version) =>
    version !== unknownVersion && (minutes.get(version) ?? 0) < least ? otherVersions : version;
}

export function minutesByVersion(
  cells: readonly Pick<ExposureCell, 'version' | 'minutes'>[],
): Map<string, number> {
  const minutes = new Map<string, number>();
  for (const cell of cells) {
    minutes.set(cell.version, (minutes.get(cell.version) ?? 0) + cell.minutes);
  }
  return minutes;
}

/** Sums over all weeks. */
export function overWeeks(cells: readonly ExposureCell[]): ExposureCell[] {
  const sums = new Map<string, { cell: ExposureCell; minutes: number }>();
  for (const cell of cells) {
    const key = `${cell.job} ${cell.band} ${cell.others} ${cell.version}`;
    const sum = sums.get(key);
    if (sum === undefined) sums.set(key, { cell, minutes: cell.minutes });
    else sum.minutes += cell.minutes;
  }
  return [...sums.values()].map(({ cell, minutes }) => ({ ...cell, week: -1, minutes }));
}

type Placed = Build & { readonly engine: string };

function isPlaced(build: Build): build is Placed {
  return build.engine !== null;
}

/** The first build of each version on each engine. */
export function arrivalsOf(builds: Iterable<Arrival>): Arrival[] {
  const first = new Map<string, Arrival>();
  for (const { version, engine, start } of builds) {
    const key = `${version}\n${engine}`;
    if (start < (first.get(key)?.start ?? Infinity)) first.set(key, { version, engine, start });
  }
  return [...first.values()];
}

/**
 * At most 400 bins of about equal count. Builds that start together are in one bin, so that their order does not
 * matter.
 */
function timeBins(
  builds: readonly { readonly start: number; readonly weight: number }[],
): DatedBin[] {
  const starts = binStarts(Float64Array.from(builds, ({ start }) => start));
  const bins = starts.map((start) => ({ start, builds: 0, failures: 0 }));
  for (const { start, weight } of builds) {
    const bin = bins[binOf(bins, start)];
    if (bin !== undefined) bin.builds += weight;
  }
  return bins;
}

/** Where the bins of these starts begin. */
export function binStarts(unsorted: Float64Array): number[] {
  const starts = unsorted.toSorted();
  const count = Math.min(conventions.mostBins, starts.length);
  const edges = Array.from(
    { length: count },
    (_, k) => starts[Math.ceil((k * starts.length) / count)] ?? 0,
  );
  return [...new Set(edges)];
}

/** The index of the last bin that begins at or before `start`. */
export function binOf(bins: readonly { readonly start: number }[], start: number): number {
  let low = 0;
  let high = bins.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((bins[middle]?.start ?? Infinity) <= start) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
