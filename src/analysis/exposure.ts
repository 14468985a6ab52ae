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
  /** When it failed of the cause under study; null when it did not. */
  readonly failedAt: number | null;
  /** What is proven to have made it fail (one removal of a builder); null where only the clock can tell incidents apart. */
  readonly origin: string | null;
}

/** Minutes under equal circumstances, and the failures in them. */
export interface ExposureCell {
  readonly version: string;
  /** Other builds running at that moment, `mostOthers` or more being one level. */
  readonly others: number;
  readonly job: string;
  readonly repository: string;
  readonly band: number;
  readonly engine: string;
  readonly week: number;
  minutes: number;
  failures: number;
}

/** How many builds an engine runs, as steps: from times[i] on it is counts[i]. */
interface Steps {
  readonly times: number[];
  readonly counts: number[];
}

export type Load = ReadonlyMap<string, Steps>;

/** A build that ends where it starts still has this much time at risk (a second). */
const shortest = 1 / 60;

/** Sweep line: +1 at each start, −1 at each end, ends before starts (intervals are half-open). O(n log n). */
export function loadOf(builds: Iterable<Build>): Load {
  const events = new Map<string, { at: number; change: 1 | -1 }[]>();
  for (const build of builds) {
    if (build.engine === null) continue;
    let own = events.get(build.engine);
    if (own === undefined) events.set(build.engine, (own = []));
    own.push({ at: build.start, change: 1 }, { at: endOf(build), change: -1 });
  }
  return new Map([...events].map(([engine, own]) => [engine, stepsOf(own)]));
}

function stepsOf(events: { at: number; change: 1 | -1 }[]): Steps {
  const steps: Steps = { times: [], counts: [] };
  let running = 0;
  for (const { at, change } of events.toSorted((a, b) => a.at - b.at || a.change - b.change)) {
    running += change;
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
export function momentOfFailure(build: Build & { readonly failedAt: number }): number {
  const { start, failedAt } = build;
  return Math.max(start, Math.min(failedAt, endOf(build)) - conventions.beforeFailure);
}

function endOf({ start, end }: Build): number {
  return Math.max(end, start + shortest);
}

/** Walks the first attempts on known engines and adds up their minutes and failures. O(minutes' segments). */
export function exposureOf(builds: readonly Build[], load: Load): ExposureCell[] {
  const cells = new Map<string, ExposureCell>();
  const begin = builds.reduce((least, { start }) => Math.min(least, start), Infinity);
  for (const build of builds) {
    const { engine } = build;
    const steps = engine === null ? undefined : load.get(engine);
    if (engine === null || steps === undefined || !build.first) continue;
    const week = Math.floor((build.start - begin) / conventions.week);
    const common = `${build.version}\n${build.job}\n${engine}\n${week}\n`;
    const cell = (band: number, others: number): ExposureCell => {
      const level = Math.min(conventions.mostOthers, Math.max(0, others));
      const key = `${common}${band}\n${level}`;
      let found = cells.get(key);
      if (found === undefined) {
        const { version, job, repository } = build;
        found = {
          version,
          others: level,
          job,
          repository,
          band,
          engine,
          week,
          minutes: 0,
          failures: 0,
        };
        cells.set(key, found);
      }
      return found;
    };
    walk(build, steps, (band, others, minutes) => {
      cell(band, others).minutes += minutes;
    });
    if (build.failedAt === null) continue;
    const at = momentOfFailure({ ...build, failedAt: build.failedAt });
    const died = cell(bandOf(at - build.start), (steps.counts[stepAt(steps, at)] ?? 1) - 1);
    died.failures++;
    died.minutes = Math.max(died.minutes, shortest);
  }
  return [...cells.values()];
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
