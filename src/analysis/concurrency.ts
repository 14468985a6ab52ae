/** How many builds shared a host with each build: the load that folklore blames. */
import { toMillis, type Instant } from '../model/time.ts';

/** The time in which a job built, on a named host. */
export interface BuildWindow {
  readonly machine: string;
  readonly startedAt: Instant;
  readonly endedAt: Instant;
}

/**
 * For each window the largest number of windows, itself included, that were open on its host at one
 * moment while it was open. Same order as given. Windows that only touch do not overlap.
 */
export function peakOverlap(windows: readonly BuildWindow[]): number[] {
  const peaks = windows.map(() => 1);
  const spans = windows.map(({ machine, startedAt, endedAt }, index) => ({
    index,
    machine,
    start: toMillis(startedAt),
    end: toMillis(endedAt),
  }));
  const open = new Map<string, typeof spans>();
  for (const span of spans.toSorted((a, b) => a.start - b.start)) {
    const still = (open.get(span.machine) ?? []).filter(({ end }) => end > span.start);
    still.push(span);
    open.set(span.machine, still);
    for (const { index } of still) peaks[index] = Math.max(peaks[index] ?? 1, still.length);
  }
  return peaks;
}
