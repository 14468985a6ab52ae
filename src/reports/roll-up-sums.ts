/** Sums over builds that are alike: by what tells them apart, and by when they started. */
import { conventions } from '../analysis/conventions.ts';
import { othersAt, type Build, type Load } from '../analysis/exposure.ts';
import { binOf, binStarts } from '../analysis/study.ts';
import { hourOf } from '../analysis/surroundings.ts';
import { toMillis } from '../model/time.ts';
import type { CountedBuild } from '../store/read-counted.ts';
import type {
  BinCount,
  BuildCount,
  BuildTraits,
  HourCount,
  Outcome,
  SpanCount,
} from '../store/roll-up-rows.ts';
import { isFirst } from './history-jobs.ts';

/** A job with the numbers of the roll-ups, and what the analysis is told of it. */
export interface Counted {
  readonly line: CountedBuild;
  /** Null where it did not build, or nothing tells when. */
  readonly build: Build | null;
  readonly repository: string;
  readonly setup: number;
  readonly place: number;
}

/** How many others ran at its start, as far as they are told apart; −1 if the engine is not known, −2 without times. */
export function othersAtStart(build: Build | null, load: Load): number {
  if (build === null) return -2;
  if (build.engine === null) return -1;
  return Math.min(conventions.mostOthers, othersAt(load, build.engine, build.start));
}

type Growing<T> = { -readonly [K in keyof T]: T[K] };

const ownerships: Readonly<Record<BuildTraits['ownership'], number>> = {
  own: 0,
  foreign: 1,
  reset: 2,
  unknown: 3,
};
const outcomes: Readonly<Record<Outcome, number>> = { passed: 0, failed: 1, canceled: 2 };

/** Numbers of builds by all that tells them apart. */
export class BuildSums {
  /** By repository and place, and within them by one number for the rest, which is quicker than a text. */
  #groups = new Map<string, Map<number, Growing<BuildCount>>>();

  add({ line, build, repository, setup, place }: Counted, load: Load): void {
    const { ownership, weight, started_at: startedAt } = line;
    const others = othersAtStart(build, load);
    const outcome = outcomeOf(line);
    const first = Number(isFirst(line));
    const group = this.#group(`${place}\n${repository}`);
    const kind = (ownerships[ownership] * 3 + outcomes[outcome]) * 2 + first;
    const key = (setup * 24 + kind) * (conventions.mostOthers + 3) + others + 2;
    let count = group.get(key);
    if (count === undefined) {
      const traits = { repository, setup, place, first, ownership, outcome, others };
      const seen = { first_at: startedAt, last_at: startedAt };
      count = { ...traits, builds: 0, weight: 0, minutes: 0, ...seen, start: null };
      group.set(key, count);
    }
    count.builds++;
    count.weight += weight;
    if (startedAt !== null && (count.first_at === null || startedAt < count.first_at)) {
      count.first_at = startedAt;
    }
    if (startedAt !== null && (count.last_at === null || startedAt > count.last_at)) {
      count.last_at = startedAt;
    }
    if (build === null) return;
    count.minutes += weight * (build.end - build.start);
    count.start = Math.min(count.start ?? Infinity, build.start);
  }

  #group(key: string): Map<number, Growing<BuildCount>> {
    let group = this.#groups.get(key);
    if (group === undefined)
      this.#groups.set(key, (group = new Map<number, Growing<BuildCount>>()));
    return group;
  }

  /** What was added since the last time. */
  take(): BuildCount[] {
    const counts = [...this.#groups.values()].flatMap((group) => [...group.values()]);
    this.#groups = new Map();
    return counts;
  }
}

function outcomeOf({ canceled, failed }: CountedBuild): Outcome {
  if (canceled === 1) return 'canceled';
  return failed === 1 ? 'failed' : 'passed';
}

/** First attempts on known engines in bins of equal count. */
export class BinSums {
  readonly #starts: number[] = [];
  readonly #weights: number[] = [];
  readonly #setups: number[] = [];

  add({ build, setup }: Counted): void {
    if (build === null || build.engine === null || !build.first) return;
    this.#starts.push(build.start);
    this.#weights.push(build.weight);
    this.#setups.push(setup);
  }

  all(): BinCount[] {
    const bins = binStarts(Float64Array.from(this.#starts)).map((start) => ({ start }));
    const sums = bins.map(() => new Map<number, number>());
    for (const [index, start] of this.#starts.entries()) {
      const own = sums[binOf(bins, start)];
      const setup = this.#setups[index] ?? 0;
      own?.set(setup, (own.get(setup) ?? 0) + (this.#weights[index] ?? 0));
    }
    return bins.flatMap(({ start }, bin) =>
      [...(sums[bin] ?? [])].map(([setup, weight]) => ({ bin, setup, start, weight })),
    );
  }
}

/** First attempts on known engines by the hour of the day in which they started. */
export class HourSums {
  readonly #sums = Array.from({ length: 24 }, (_, hour) => ({ hour, weight: 0, minutes: 0 }));

  add({ build }: Counted): void {
    if (build === null || build.engine === null || !build.first) return;
    const sum = this.#sums[Number(hourOf(build.start))];
    if (sum === undefined) return;
    sum.weight += build.weight;
    sum.minutes += build.weight * (build.end - build.start);
  }

  /** Hours in which a build started. */
  all(): HourCount[] {
    return this.#sums.filter(({ weight }) => weight > 0);
  }
}

/** Builds that were not canceled, by the span of time in which they started, and how they ended. */
export class SpanSums {
  readonly #length: number;
  readonly #sums = new Map<string, Growing<SpanCount>>();

  constructor(length: number) {
    this.#length = length;
  }

  /** `why` is null for a build that did not fail. */
  add(line: CountedBuild, why: Pick<SpanCount, 'cause' | 'blame'> | null): void {
    const { window_start: from, started_at: startedAt, canceled, failed, weight } = line;
    const at = from ?? (startedAt === null ? null : toMillis(startedAt) / 60_000);
    if (canceled === 1 || at === null) return;
    const start = Math.floor(at / this.#length) * this.#length;
    const { cause, blame } = why ?? { cause: null, blame: null };
    const first = Number(isFirst(line));
    const key = `${start}\n${first}\n${failed}\n${cause}\n${blame}`;
    const sum = this.#sums.get(key);
    if (sum === undefined) {
      this.#sums.set(key, { start, first, failed, cause, blame, builds: 1, weight });
    } else {
      sum.builds++;
      sum.weight += weight;
    }
  }

  all(): SpanCount[] {
    // By the names within a span, so that the order of the jobs does not matter.
    return [...this.#sums].toSorted(byStartAndName).map(([, sum]) => sum);
  }
}

type Named = readonly [name: string, count: SpanCount];

function byStartAndName([name, a]: Named, [other, b]: Named): number {
  return a.start - b.start || (name < other ? -1 : 1);
}
