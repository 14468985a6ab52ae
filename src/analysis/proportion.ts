/** Proportions with their uncertainty, and how many builds it takes to say something. */
import { normalQuantile, twoSidedZ } from './special-functions.ts';

export interface Proportion {
  readonly count: number;
  readonly total: number;
  /** 0–1; null where there is nothing to divide by. */
  readonly rate: number | null;
  /** 95 % interval, 0–1; null with the rate. */
  readonly low: number | null;
  readonly high: number | null;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * `count` of `total` with the Wilson score interval: the rates p for which (count/total − p)² ≤ z² p (1 − p) /
 * total. Unlike the textbook interval it holds for few events and for none (Wilson, JASA 22, 1927; Brown, Cai &
 * DasGupta 2001). Domain: integers 0 ≤ count ≤ total.
 */
export function proportion(count: number, total: number, confidence = 0.95): Proportion {
  if (total === 0) return { count, total, rate: null, low: null, high: null };
  return { count, total, rate: count / total, ...wilson(count, total, confidence) };
}

/** The Wilson interval itself. Domain: integers 0 ≤ count ≤ total, total ≥ 1. */
export function wilson(count: number, total: number, confidence = 0.95): Interval {
  const z = twoSidedZ(confidence);
  const rate = count / total;
  const scale = 1 + (z * z) / total;
  const centre = rate + (z * z) / (2 * total);
  const half = z * Math.sqrt((rate * (1 - rate)) / total + (z * z) / (4 * total * total));
  // At the ends the interval ends there exactly; rounding would put it a hair beside.
  return {
    low: count === 0 ? 0 : (centre - half) / scale,
    high: count === total ? 1 : (centre + half) / scale,
  };
}

/**
 * The difference of two proportions with Newcombe's hybrid interval (method 10, Statistics in Medicine 17, 1998):
 * each Wilson limit's distance from its estimate, added as squares. Domain: both totals ≥ 1.
 */
export function difference(
  count: number,
  total: number,
  otherCount: number,
  otherTotal: number,
): Interval & { readonly difference: number } {
  const [own, other] = [count / total, otherCount / otherTotal];
  const [ownRange, otherRange] = [wilson(count, total), wilson(otherCount, otherTotal)];
  return {
    difference: own - other,
    low: own - other - Math.hypot(own - ownRange.low, otherRange.high - other),
    high: own - other + Math.hypot(ownRange.high - own, other - otherRange.low),
  };
}

/**
 * The largest rate that no failure in `total` builds leaves possible: 1 − (1 − confidence)^(1/total), one-sided;
 * about 3/total at 95 % ("rule of three"). Domain: total ≥ 1.
 */
export function zeroFailuresBound(total: number, confidence = 0.95): number {
  return -Math.expm1(Math.log(1 - confidence) / total);
}

/**
 * How many builds without a failure it takes to say that `rate` is over: the smallest n with (1 − rate)^n ≤ alpha.
 * Domain: 0 < rate < 1.
 */
export function cleanBuildsToVerify(rate: number, alpha = 0.05): number {
  return Math.ceil(Math.log(alpha) / Math.log1p(-rate));
}

/**
 * The smallest ratio to `rate` that a comparison of `own` with `other` builds would find with the given power:
 * normal approximation to two proportions, solved by bisection. Infinite where no ratio would be found. Domain:
 * 0 < rate < 1, own, other ≥ 1.
 */
export function detectableRatio(
  rate: number,
  own: number,
  other: number,
  { power = 0.8, alpha = 0.05 } = {},
): number {
  const zAlpha = normalQuantile(1 - alpha / 2);
  const zPower = normalQuantile(power);
  const margin = (ratio: number): number => {
    const raised = rate * ratio;
    const pooled = (own * raised + other * rate) / (own + other);
    const underNull = Math.sqrt(pooled * (1 - pooled) * (1 / own + 1 / other));
    const underEffect = Math.sqrt((raised * (1 - raised)) / own + (rate * (1 - rate)) / other);
    return raised - rate - zAlpha * underNull - zPower * underEffect;
  };
  let low = 1;
  let high = 0.9999999 / rate;
  if (margin(high) < 0) return Infinity;
  for (let step = 0; step < 200; step++) {
    const middle = (low + high) / 2;
    if (margin(middle) < 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** A share as a percentage with one decimal, without the sign: 0.0746 → `7.5`. */
export function toPercent(share: number): string {
  return (share * 100).toFixed(1);
}
