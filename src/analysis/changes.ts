/** All changes of a failure rate in a history, found one inside the other. */
import { changePoint, total, type Bin } from './change-point.ts';
import { conventions } from './conventions.ts';
import { rateRatio, type RateRatio } from './rates.ts';

export interface Change {
  /** Minutes: when the new rate began, and the range that holds it. */
  readonly at: number;
  readonly from: number;
  readonly to: number;
  readonly bayesFactor: number;
  readonly before: Bin;
  readonly after: Bin;
  /** After against before. */
  readonly ratio: RateRatio;
}

/** Builds that started from `start` on until the next bin, and the failures among them. */
export interface DatedBin extends Bin {
  readonly start: number;
}

/**
 * Bins in the order of time, at most 400 of about equal size, one failure for each incident. A change where the Bayes
 * factor is at least 20; then left and right of it. In the end each change's place is computed anew between its
 * neighbours. The prior is half a failure's worth at the overall rate.
 */
export function findChanges(bins: readonly DatedBin[], confidence = 0.95): Change[] {
  const found: { at: number; logBayesFactor: number }[] = [];
  const search = (low: number, high: number, depth: number): void => {
    if (high - low < conventions.fewestBins || depth > 4) return;
    const part = bins.slice(low, high);
    if (total(part).failures < conventions.fewestIncidents) return;
    const change = changePoint(part, priorOf(part));
    if (change === null || change.logBayesFactor < Math.log(conventions.bayesFactor)) return;
    search(low, low + change.at, depth + 1);
    found.push({ at: low + change.at, logBayesFactor: change.logBayesFactor });
    search(low + change.at, high, depth + 1);
  };
  search(0, bins.length, 0);
  const edges = [0, ...found.map(({ at }) => at), bins.length];
  return found.flatMap(({ logBayesFactor }, i): Change[] => {
    const low = edges[i] ?? 0;
    const high = edges[i + 2] ?? bins.length;
    const part = bins.slice(low, high);
    const place = changePoint(part, priorOf(part), confidence);
    if (place === null) return [];
    edges[i + 1] = low + place.at;
    const [before, after] = [total(part.slice(0, place.at)), total(part.slice(place.at))];
    const startOf = (bin: number): number => bins[Math.min(bins.length - 1, bin)]?.start ?? 0;
    return [
      {
        at: startOf(low + place.at),
        from: startOf(low + place.from - 1),
        to: startOf(low + place.to),
        bayesFactor: Math.exp(logBayesFactor),
        before,
        after,
        ratio: rateRatio(
          { failures: after.failures, exposure: after.builds },
          { failures: before.failures, exposure: before.builds },
        ),
      },
    ];
  });
}

function priorOf(bins: readonly Bin[]): { a: number; b: number } {
  const { failures, builds } = total(bins);
  const events = Math.max(failures, 0.5);
  return { a: 0.5, b: (0.5 * (builds - failures)) / events };
}
