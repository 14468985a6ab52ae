/** Proportions with their uncertainty. */

export interface Proportion {
  readonly count: number;
  readonly total: number;
  /** 0–1; null where there is nothing to divide by. */
  readonly rate: number | null;
  /** 95 % interval, 0–1; null with the rate. */
  readonly low: number | null;
  readonly high: number | null;
}

/** The 97.5 % quantile of the standard normal distribution. */
const z = 1.959963984540054;

/**
 * `count` of `total` with the Wilson score interval: the rates p for which (count/total − p)² ≤
 * z² p (1 − p) / total. Unlike the textbook interval it holds for few events and for none.
 * (Wilson, JASA 22, 1927.) Domain: integers 0 ≤ count ≤ total.
 */
export function proportion(count: number, total: number): Proportion {
  if (total === 0) return { count, total, rate: null, low: null, high: null };
  const rate = count / total;
  const squared = z * z;
  const centre = (count + squared / 2) / (total + squared);
  const half = (z / (total + squared)) * Math.sqrt(count * (1 - rate) + squared / 4);
  // At the ends the interval ends there exactly; rounding would put it a hair beside.
  const low = count === 0 ? 0 : centre - half;
  const high = count === total ? 1 : centre + half;
  return { count, total, rate, low, high };
}

/** A share as a percentage with one decimal, without the sign: 0.0746 → `7.5`. */
export function toPercent(share: number): string {
  return (share * 100).toFixed(1);
}
