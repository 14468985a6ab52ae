/** Sums over builds that are alike: by what tells them apart, and by when they started. */
import { conventions } from '../analysis/conventions.ts';
import { othersAt, type Build, type Load } from '../analysis/exposure.ts';
import { binOf, timeBins } from '../analysis/study.ts';
import type {
  BinCount,
  BuildCount,
  BuildTraits,
  Dimension,
  Outcome,
  Ownership,
} from '../store/roll-up-rows.ts';

/** A build with what it is counted by. */
export interface Counted {
  readonly build: Build | null;
  readonly repository: string;
  readonly work: number;
  readonly setup: number;
  readonly place: number;
  readonly first: boolean;
  readonly ownership: Ownership;
  readonly outcome: Outcome;
  readonly weight: number;
  readonly startedAt: string | null;
}

/** How many others ran at its start, as far as they are told apart; −1 if not known. */
export function othersAtStart(build: Build | null, load: Load): number {
  if (build === null || build.engine === null) return -1;
  return Math.min(conventions.mostOthers, othersAt(load, build.engine, build.start));
}

/** Numbers of builds by `by`, attempt and outcome. */
export function countsOf(
  counted: readonly Counted[],
  load: Load,
  by: readonly Dimension[],
): BuildCount[] {
  type Growing = { -readonly [K in keyof BuildCount]: BuildCount[K] };
  const counts = new Map<string, Growing>();
  for (const { build, startedAt, weight, first, outcome, ...rest } of counted) {
    const traits: BuildTraits = { ...rest, others: othersAtStart(build, load) };
    const key = `${by.map((name) => traits[name]).join('\n')}\n${first}\n${outcome}\n${build === null}`;
    let count = counts.get(key);
    if (count === undefined) {
      const none = { builds: 0, weight: 0, minutes: 0, first_at: startedAt, start: null };
      const own = Object.fromEntries(by.map((name) => [name, traits[name]]));
      count = { ...own, first: Number(first), outcome, ...none };
      counts.set(key, count);
    }
    count.builds++;
    count.weight += weight;
    if (startedAt !== null && (count.first_at === null || startedAt < count.first_at)) {
      count.first_at = startedAt;
    }
    if (build === null) continue;
    count.minutes += weight * (build.end - build.start);
    count.start = Math.min(count.start ?? Infinity, build.start);
  }
  return [...counts.values()];
}

/** First attempts on known engines in bins of equal count. */
export function binsOf(counted: readonly Counted[]): BinCount[] {
  const placed = counted.flatMap(({ build, setup }) =>
    build === null || build.engine === null || !build.first
      ? []
      : [{ start: build.start, weight: build.weight, setup }],
  );
  const bins = timeBins(placed);
  const sums = bins.map(() => new Map<number, number>());
  for (const { start, weight, setup } of placed) {
    const own = sums[binOf(bins, start)];
    own?.set(setup, (own.get(setup) ?? 0) + weight);
  }
  return bins.flatMap(({ start }, bin) =>
    [...(sums[bin] ?? [])].map(([setup, weight]) => ({ bin, setup, start, weight })),
  );
}
