/** Proportions: Wilson's interval as R computes it, and what must hold for every count. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { proportion, toPercent } from '../../src/analysis/proportion.ts';

// R 4.2.2: prop.test(count, total, conf.level = 0.95, correct = FALSE)$conf.int
const fromR: readonly (readonly [count: number, total: number, low: number, high: number])[] = [
  [0, 1, 0, 0.793450685622763],
  [1, 1, 0.206549314377238, 1],
  [0, 10, 0, 0.277532799862889],
  [10, 10, 0.722467200137111, 1],
  [1, 10, 0.0178762130950729, 0.404150026795238],
  [3, 7, 0.15821985525147, 0.749541635472343],
  [0, 100, 0, 0.0369934982069857],
  [1, 100, 0.00176743206414065, 0.0544861961787053],
  [5, 120, 0.0179267168801095, 0.0938408523370353],
  [17, 4211, 0.00252212373386095, 0.00645602151558862],
  [0, 100_000, 0, 3.84131125830396e-5],
  [3, 100_000, 1.02027585445173e-5, 8.82080492517673e-5],
  [250, 100_000, 0.00220901713175077, 0.00282920391526936],
  [999_999, 1_000_000, 0.999994335088196, 0.999999823475423],
  [500_000, 1_000_000, 0.499020019890005, 0.500979980109995],
];

const share = fc
  .nat({ max: 2_000_000 })
  .chain((total) => fc.tuple(fc.nat({ max: total }), fc.constant(total)));

/** The interval of a share that has one. */
function intervalOf(count: number, total: number): { rate: number; low: number; high: number } {
  const { rate, low, high } = proportion(count, total);
  if (rate === null || low === null || high === null) throw new Error('there is no interval');
  return { rate, low, high };
}

describe("Wilson's interval", () => {
  it.each(fromR)('of %i in %i is the one that R computes', (count, total, low, high) => {
    const own = intervalOf(count, total);
    expect(own.rate).toBe(count / total);
    expect(Math.abs(own.low - low)).toBeLessThanOrEqual(Math.max(1e-12, low * 1e-9));
    expect(Math.abs(own.high - high)).toBeLessThanOrEqual(Math.max(1e-12, high * 1e-9));
  });

  it('does not exist where nothing was counted', () => {
    expect(proportion(0, 0)).toEqual({ count: 0, total: 0, rate: null, low: null, high: null });
  });

  it('holds the rate and stays between none and all', () => {
    fc.assert(
      fc.property(share, ([count, total]) => {
        fc.pre(total > 0);
        const { rate, low, high } = intervalOf(count, total);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(low).toBeLessThanOrEqual(rate);
        expect(rate).toBeLessThanOrEqual(high);
        expect(high).toBeLessThanOrEqual(1);
        expect(low === 0).toBe(count === 0);
        expect(high === 1).toBe(count === total);
      }),
    );
  });

  it('of failures mirrors that of successes', () => {
    fc.assert(
      fc.property(share, ([count, total]) => {
        fc.pre(total > 0);
        const [failed, passed] = [intervalOf(count, total), intervalOf(total - count, total)];
        expect(failed.low).toBeCloseTo(1 - passed.high, 12);
        expect(failed.high).toBeCloseTo(1 - passed.low, 12);
      }),
    );
  });

  it('gets narrower with ten times the evidence', () => {
    fc.assert(
      fc.property(share, ([count, total]) => {
        fc.pre(total > 0);
        const [few, many] = [intervalOf(count, total), intervalOf(count * 10, total * 10)];
        expect(many.high - many.low).toBeLessThan(few.high - few.low);
      }),
    );
  });

  it('rises with every case', () => {
    fc.assert(
      fc.property(share, ([count, total]) => {
        fc.pre(count < total);
        const [fewer, more] = [intervalOf(count, total), intervalOf(count + 1, total)];
        expect(more.low).toBeGreaterThan(fewer.low);
        expect(more.high).toBeGreaterThan(fewer.high);
      }),
    );
  });
});

describe('a percentage', () => {
  it('has one decimal and no sign', () => {
    expect([0, 0.0746, 0.5, 1].map(toPercent)).toEqual(['0.0', '7.5', '50.0', '100.0']);
  });
});
