/**
 * Build-minutes with the number of other builds running in that minute. Not one number for each build: the most or the mean
 * overlap grows with a build's length and is cut short by its failure, and the overlap at its start misses what came later;
 * all three blame or clear the wrong thing (up to 85 % false findings in simulations). See spec 1.5.
 */
import { conventions } from './conventions.ts';

/** One job attempt that built. Times are minutes on any common clock. */
export interface Build {
  /** What shares a load: the Docker engine or the machine; null where nothing tells. */
  readonly engine: string | null;
  /** What is comparable with itself: repository, workflow and job name. */
  readonly job: string;
  readonly repository: string;
  /** The level under study, usually a version; unknown is a level. */
  readonly version: string;
  readonly start: number;
  readonly end: number;
  /** Only first attempts are cases and denominators: re-runs exist because something failed. They still are load. */
  readonly first: boolean;
  /** How many builds it stands for: 1, or 1/p where its log was drawn with probability p (Horvitz & Thompson 1952). */
  readonly weight: number;
  /** When it failed of the cause under study; null when it did not. */
  readonly failedAt: number | null;
  /** What is proven to have made it fail (one removal of a builder); null where only the clock can tell incidents apart. */
  readonly origin: string | null;
}

/** Under which circumstances a minute passes, or a build fails. */
export interface Circumstances {
  readonly version: string;
  /** Other builds running at that moment, `mostOthers` or more being one level. */
  readonly others: number;
  readonly job: string;
  readonly repository: string;
  readonly band: number;
  /** Empty, or −1, in sums over all engines or weeks. */
  readonly engine: string;
  readonly week: number;
}

/** Minutes under equal circumstances, and the failures in them. */
export interface ExposureCell extends Circumstances {
  readonly minutes: number;
  readonly failures: number;
}

/** Minutes of one job and version, in one week or on one engine. */
export interface MinuteTable {
  readonly whose: Omit<Circumstances, 'band' | 'others'>;
  /** By band, and within it by the number of others. */
  readonly minutes: Float64Array;
}

/** The minutes of a history, whatever the cause: no question needs engine and week together, so each has its own sums. */
export interface Exposure {
  readonly byWeek: readonly MinuteTable[];
  /** Without engines that ran one build only, as hosted runners do: they have nothing to compare. */
  readonly byEngine: readonly MinuteTable[];
}

/** How many builds an engine runs, as steps: from times[i] on it is counts[i]. */
interface Steps {
  readonly times: number[];
  readonly counts: number[];
}

export type Load = ReadonlyMap<string, Steps>;

/** A build that ends where it starts still has this much time at risk (a second). */
export const shortest = 1 / 60;

/** Sweep line: +1 at each start, −1 at each end, ends before starts (intervals are half-open). O(n log n). */
export function loadOf(builds: Iterable<Build>): Load {
  const spans = new Map<string, { readonly starts: number[]; readonly ends: number[] }>();
  for (const build of builds) {
    if (build.engine === null) continue;
    let own = spans.get(build.engine);
    if (own === undefined) spans.set(build.engine, (own = { starts: [], ends: [] }));
    own.starts.push(build.start);
    own.ends.push(endOf(build));
  }
  return new Map(
    [...spans].map(([engine, { starts, ends }]) => [
      engine,
      starts.length === 1
        ? { times: [...starts, ...ends], counts: [1, 0] }
        : stepsOf(sorted(starts), sorted(ends)),
    ]),
  );
}

function sorted(times: readonly number[]): Float64Array {
  return Float64Array.from(times).toSorted();
}

function stepsOf(starts: Float64Array, ends: Float64Array): Steps {
  const steps: Steps = { times: [], counts: [] };
  let running = 0;
  for (let began = 0, ended = 0; ended < ends.length;) {
    const [start = Infinity, end = Infinity] = [starts[began], ends[ended]];
    const at = Math.min(start, end);
    if (end <= start) {
      running--;
      ended++;
    } else {
      running++;
      began++;
    }
    if (steps.times.at(-1) === at) steps.counts[steps.counts.length - 1] = running;
    else {
      steps.times.push(at);
      steps.counts.push(running);
    }
  }
  return steps;
}

/** Index of the last step at or before `at`; −1 before the first. */
function stepAt({ times }: Steps, at: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? Infinity) <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Builds that ran on the engine at `at` beside one that did. */
export function othersAt(load: Load, engine: string, at: number): number {
  const steps = load.get(engine);
  return steps === undefined ? 0 : Math.max(0, (steps.counts[stepAt(steps, at)] ?? 1) - 1);
}

/** The moment at which a failed build's circumstances are read: while it and what ends with it still ran. */
function momentOfFailure(build: Build & { readonly failedAt: number }): number {
  const { start, failedAt } = build;
  return Math.max(start, Math.min(failedAt, endOf(build)) - conventions.beforeFailure);
}

function endOf({ start, end }: Build): number {
  return Math.max(end, start + shortest);
}

/** The number of a build's week: blocks of seven days from the first build on. */
function weekOf(start: number, begin: number): number {
  return Math.floor((start - begin) / conventions.week);
}

/** When the first build began; infinite without one. */
export function beginOf(builds: readonly Build[]): number {
  return builds.reduce((least, { start }) => Math.min(least, start), Infinity);
}

/** The minutes of the first attempts on known engines. */
export function exposureOf(builds: readonly Build[], load: Load): Exposure {
  const sums = new ExposureSums(beginOf(builds));
  const counts = new Map<string | null, number>();
  for (const { engine } of builds) counts.set(engine, (counts.get(engine) ?? 0) + 1);
  for (const build of builds) {
    const { engine } = build;
    sums.add(build, load, (counts.get(engine) ?? 0) > 1 ? engine : null);
  }
  return { byWeek: sums.byWeek(), byEngine: sums.takeByEngine() };
}

/** Adds up minutes, build by build; `begin` is when the first of all began. */
export class ExposureSums {
  readonly #begin: number;
  readonly #byWeek = new MinuteSums();
  #byEngine = new MinuteSums();

  constructor(begin: number) {
    this.#begin = begin;
  }

  /**
   * Walks one build through the load of its engine; `where` is what it is held against others on, null where nothing else
   * ran. O(segments of its time)
   */
  add(build: Build, load: Load, where: string | null): void {
    const { engine, job, version, repository, weight } = build;
    const steps = engine === null ? undefined : load.get(engine);
    if (steps === undefined || !build.first) return;
    const week = weekOf(build.start, this.#begin);
    const inWeek = this.#byWeek.of({ version, job, repository, engine: '', week });
    const onEngine =
      where === null
        ? null
        : this.#byEngine.of({ version, job, repository, engine: where, week: -1 });
    walk(build, steps, (band, others, minutes) => {
      const place = band * levels + Math.min(conventions.mostOthers, Math.max(0, others));
      inWeek[place] = (inWeek[place] ?? 0) + weight * minutes;
      if (onEngine !== null) onEngine[place] = (onEngine[place] ?? 0) + weight * minutes;
    });
  }

  byWeek(): MinuteTable[] {
    return this.#byWeek.all();
  }

  /** The sums of the engines whose builds were added since the last time. */
  takeByEngine(): MinuteTable[] {
    const tables = this.#byEngine.all();
    this.#byEngine = new MinuteSums();
    return tables;
  }
}

/** Where and when a failed build stood: what its failure is compared with. */
export function circumstancesOf(
  build: Build & { readonly engine: string; readonly failedAt: number },
  load: Load,
  begin: number,
): Circumstances & { readonly at: number } {
  const { engine, job, version, repository, start } = build;
  const at = momentOfFailure(build);
  const others = Math.min(conventions.mostOthers, othersAt(load, engine, at));
  const week = weekOf(start, begin);
  return { version, job, repository, engine, week, others, band: bandOf(at - start), at };
}

/** Numbers of others that are told apart. */
export const levels = conventions.mostOthers + 1;

/** Minutes of each band and number of others, for each job, version and place: one look-up for each build. */
class MinuteSums {
  readonly #sums = new Map<string, MinuteTable>();

  of(whose: MinuteTable['whose']): Float64Array {
    const key = `${whose.version}\n${whose.job}\n${whose.engine}\n${whose.week}`;
    let found = this.#sums.get(key);
    if (found === undefined) {
      found = { whose, minutes: new Float64Array(levels * conventions.ageBands.length) };
      this.#sums.set(key, found);
    }
    return found.minutes;
  }

  all(): MinuteTable[] {
    return [...this.#sums.values()];
  }
}

/** The cells of a table that hold time. */
export function cellsOf({ whose, minutes }: MinuteTable): ExposureCell[] {
  const cells: ExposureCell[] = [];
  for (const [place, sum] of minutes.entries()) {
    if (sum === 0) continue;
    const [band, others] = [Math.floor(place / levels), place % levels];
    cells.push({ ...whose, band, others, minutes: sum, failures: 0 });
  }
  return cells;
}

/** Cuts one build where the load changes and where a band of its age begins. */
function walk(
  build: Build,
  { times, counts }: Steps,
  visit: (band: number, others: number, minutes: number) => void,
): void {
  const end = endOf(build);
  let at = build.start;
  let step = stepAt({ times, counts }, at);
  let band = 0;
  // Rounding may leave a sliver that is no time at all.
  while (at < end - 1e-9) {
    const loadChange = times[step + 1] ?? Infinity;
    const bandEnd = build.start + (conventions.ageBands[band + 1] ?? Infinity);
    const cut = Math.min(end, loadChange, bandEnd);
    visit(band, (counts[step] ?? 1) - 1, cut - at);
    at = cut;
    if (cut >= loadChange) step++;
    if (cut >= bandEnd) band++;
  }
}

function bandOf(age: number): number {
  return conventions.ageBands.findLastIndex((from) => age >= from);
}
