/** What the analysis of one cause and one component takes: sums over all builds, and the failed ones one by one. */
import { conventions } from './conventions.ts';
import type { DatedBin } from './changes.ts';
import {
  beginOf,
  circumstancesOf,
  exposureOf,
  levels,
  loadOf,
  type Build,
  type MinuteTable,
} from './exposure.ts';
import { Strata, type MinuteRows, type Placed } from './strata.ts';
import { groupSurroundings, hourOf, type Groups, type Surroundings } from './surroundings.ts';

/** A first attempt on a known engine that failed of the cause. Its version is a code of the study's. */
export interface Case extends Placed {
  readonly surroundings: Surroundings;
  readonly engine: string;
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
  /** The version of each code. Versions with too few minutes are one level. */
  readonly versions: readonly string[];
  /** Minutes by code, and in it by the number of others. */
  readonly minutes: Float64Array;
  /** The same within jobs of one age, and there within weeks, and on engines. Asked for where a question needs them. */
  readonly byJob: () => Strata;
  readonly byWeek: () => Strata;
  readonly byEngine: () => Strata;
  /** First attempts on known engines, in bins of equal count by their starts. */
  readonly bins: readonly DatedBin[];
  readonly arrivals: readonly Arrival[];
  /** First attempts on known engines by what surrounds them, and all of them. */
  readonly surroundings: () => Groups;
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
  const exposure = exposureOf(builds, load);
  const number = {
    job: numbersOf(placed.map(({ job }) => job)),
    engine: numbersOf(exposure.byEngine.map(({ whose }) => whose.engine)),
    version: numbersOf(placed.map(({ version }) => version)),
  };
  const weeks = rowsOf(exposure.byWeek, number, ({ week }) => week);
  const engines = rowsOf(exposure.byEngine, number, ({ engine }) => number.engine.get(engine) ?? 0);
  const names = [...number.version.keys()];
  const minutes = minutesByCode(weeks, names.length);
  const level = levelOf(minutesByVersion(names, minutes));
  return {
    versions: names.map(level),
    minutes,
    byJob: () => new Strata(weeks, 'job'),
    byWeek: () => new Strata(weeks, 'week'),
    byEngine: () => new Strata(engines, 'engine'),
    bins: timeBins(placed),
    arrivals: arrivalsOf(placed),
    surroundings: () =>
      groupSurroundings(
        placed.map((build) => ({
          surroundings: surroundingsOf(build),
          minutes: build.weight * (build.end - build.start),
          builds: build.weight,
        })),
      ),
    builds: placed.reduce((sum, { weight }) => sum + weight, 0),
    withoutEngine: first.length - placed.length,
    cases: placed.flatMap((build): Case[] => {
      const { failedAt, start, origin, job, version, engine } = build;
      if (failedAt === null) return [];
      const { at, others, band, week } = circumstancesOf({ ...build, failedAt }, load, begin);
      return [
        {
          job: number.job.get(job) ?? 0,
          version: number.version.get(version) ?? 0,
          place: number.engine.get(engine) ?? -1,
          band,
          week,
          others,
          surroundings: surroundingsOf(build),
          engine,
          start,
          at,
          origin,
        },
      ];
    }),
  };
}

/** Numbers for names, in the order of these: it does not depend on that of the builds. */
function numbersOf(names: readonly string[]): Map<string, number> {
  return new Map([...new Set(names)].toSorted().map((name, number) => [name, number]));
}

function rowsOf(
  tables: readonly MinuteTable[],
  number: Readonly<Record<'job' | 'version', ReadonlyMap<string, number>>>,
  where: (whose: MinuteTable['whose']) => number,
): MinuteRows {
  const bands = conventions.ageBands;
  const inBands = (value: (whose: MinuteTable['whose'], band: number) => number): Int32Array =>
    Int32Array.from(tables.flatMap(({ whose }) => bands.map((_, band) => value(whose, band))));
  return {
    jobs: inBands(({ job }) => number.job.get(job) ?? 0),
    wheres: inBands(where),
    versions: inBands(({ version }) => number.version.get(version) ?? 0),
    bands: inBands((_, band) => band),
    minutes: Float64Array.from(tables.flatMap(({ minutes }) => [...minutes])),
  };
}

function surroundingsOf({ repository, engine, start }: Build): Surroundings {
  return { repository, host: engine, os: null, driver: null, hour: hourOf(start) };
}

/** Minutes by the code of a version, and in it by the number of others. */
export function minutesByCode({ versions, minutes }: MinuteRows, codes: number): Float64Array {
  const sums = new Float64Array(codes * levels);
  for (const [i, sum] of minutes.entries()) {
    const kind = (versions[Math.floor(i / levels)] ?? 0) * levels + (i % levels);
    sums[kind] = (sums[kind] ?? 0) + sum;
  }
  return sums;
}

/** Minutes of each version, `versions` being those of the codes. */
export function minutesByVersion(
  versions: readonly string[],
  minutes: Float64Array,
): Map<string, number> {
  const sums = new Map<string, number>();
  for (const [code, version] of versions.entries()) {
    const own = minutes.subarray(code * levels, (code + 1) * levels);
    sums.set(version, (sums.get(version) ?? 0) + own.reduce((sum, each) => sum + each, 0));
  }
  return sums;
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

type OnEngine = Build & { readonly engine: string };

function isPlaced(build: Build): build is OnEngine {
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
