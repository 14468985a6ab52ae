/** The load: how many builds shared a host at the busiest moment of each build. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { peakOverlap, type BuildWindow } from '../../src/analysis/concurrency.ts';
import { at } from '../support/race-logs.ts';

function open(machine: string, from: number, to: number): BuildWindow {
  return { machine, startedAt: at(from), endedAt: at(to) };
}

/** Counts at the moment at which each window opens, for each window that is open then. */
function naivePeaks(windows: readonly BuildWindow[]): number[] {
  const isOpenAt = (window: BuildWindow, opened: BuildWindow): boolean =>
    window === opened ||
    (window.machine === opened.machine &&
      window.startedAt <= opened.startedAt &&
      window.endedAt > opened.startedAt);
  return windows.map((window) =>
    Math.max(
      ...windows
        .filter((opened) => isOpenAt(window, opened))
        .map((opened) => windows.filter((other) => isOpenAt(other, opened)).length),
    ),
  );
}

const window = fc
  .tuple(fc.constantFrom('ci-1', 'ci-2'), fc.nat({ max: 20 }), fc.integer({ min: 1, max: 12 }))
  .map(([machine, start, length]) => open(machine, start, start + length));

describe('the peak of builds on a host', () => {
  it('is one for a build that was alone', () => {
    expect(peakOverlap([open('ci-1', 0, 10)])).toEqual([1]);
  });

  it('counts builds that ran at one moment, not all that were met', () => {
    const long = open('ci-1', 0, 100);
    const [early, late] = [open('ci-1', 10, 20), open('ci-1', 50, 60)];
    expect(peakOverlap([long, early, late])).toEqual([2, 2, 2]);
  });

  it('is raised by a build that comes later, for all that are still open', () => {
    const windows = [
      open('ci-1', 0, 30),
      open('ci-1', 5, 12),
      open('ci-1', 10, 30),
      open('ci-1', 20, 25),
    ];
    expect(peakOverlap(windows)).toEqual([3, 3, 3, 3]);
    expect(peakOverlap([...windows, open('ci-1', 22, 24)])).toEqual([4, 3, 4, 4, 4]);
  });

  it('does not count builds on another host', () => {
    expect(peakOverlap([open('ci-1', 0, 10), open('ci-2', 0, 10)])).toEqual([1, 1]);
  });

  it('does not count builds that only touch', () => {
    expect(peakOverlap([open('ci-1', 0, 10), open('ci-1', 10, 20)])).toEqual([1, 1]);
  });

  it('tells moments apart that differ by a ten-millionth of a second', () => {
    const moment = '2026-11-23T12:00:10.000000';
    const before = { machine: 'ci-1', startedAt: at(0), endedAt: `${moment}2Z` };
    const after = (digit: number): BuildWindow => ({
      machine: 'ci-1',
      startedAt: `${moment}${digit}Z`,
      endedAt: at(20),
    });
    expect(peakOverlap([before, after(2)])).toEqual([1, 1]);
    expect(peakOverlap([before, after(1)])).toEqual([2, 2]);
  });

  it('is none for no builds', () => {
    expect(peakOverlap([])).toEqual([]);
  });

  it('is what counting at every moment gives', () => {
    fc.assert(
      fc.property(fc.array(window, { maxLength: 14 }), (windows) => {
        expect(peakOverlap(windows)).toEqual(naivePeaks(windows));
      }),
      { numRuns: 500 },
    );
  });

  it('does not depend on the order of the builds', () => {
    fc.assert(
      fc.property(fc.array(window, { maxLength: 14 }), (windows) => {
        expect(peakOverlap(windows.toReversed())).toEqual(peakOverlap(windows).toReversed());
      }),
    );
  });
});
