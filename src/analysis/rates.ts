/** Rates of failures over time or builds, compared exactly: right for any counts, zeros included. */
import type { Interval } from './proportion.ts';
import {
  betaQuantile,
  chiSquareUpper,
  incompleteBeta,
  logGamma,
  twoSidedZ,
  upperGamma,
} from './special-functions.ts';

/**
 * The exact interval of a proportion by beta quantiles (Clopper & Pearson 1934). Domain: integers 0 ≤ count ≤
 * total, total ≥ 1.
 */
export function clopperPearson(count: number, total: number, confidence = 0.95): Interval {
  const tail = (1 - confidence) / 2;
  return {
    low: count === 0 ? 0 : betaQuantile(tail, count, total - count + 1),
    high: count === total ? 1 : betaQuantile(1 - tail, count + 1, total - count),
  };
}

/** Counts as equal to the observed probability what differs from it by rounding only, as R does. */
const equalWithin = 1 + 1e-7;

/**
 * Two-sided exact binomial test of `count` in `total` against share `p`: the sum of all probabilities up to the
 * observed one. They are taken as ratios outwards from the most probable count, so that nothing cancels. Domain:
 * integers 0 ≤ count ≤ total, 0 < p < 1.
 */
export function binomialTest(
  count: number,
  total: number,
  p: number,
): { readonly p: number; readonly greater: number; readonly less: number } {
  const mode = Math.min(total, Math.floor((total + 1) * p));
  const odds = p / (1 - p);
  const probabilities = new Float64Array(total + 1);
  probabilities[mode] = 1;
  for (let k = mode; k < total; k++) {
    probabilities[k + 1] = ((probabilities[k] ?? 0) * (total - k) * odds) / (k + 1);
  }
  for (let k = mode; k > 0; k--) {
    probabilities[k - 1] = ((probabilities[k] ?? 0) * k) / ((total - k + 1) * odds);
  }
  const observed = (probabilities[count] ?? 0) * equalWithin;
  let all = 0;
  let unlikely = 0;
  for (const each of probabilities) {
    all += each;
    if (each <= observed) unlikely += each;
  }
  return {
    p: unlikely / all,
    greater: count <= 0 ? 1 : incompleteBeta(p, count, total - count + 1),
    less: count >= total ? 1 : 1 - incompleteBeta(p, count + 1, total - count),
  };
}

export interface RateRatio extends Interval {
  /** Infinite where only the other side has none; null where neither has any. */
  readonly ratio: number | null;
  readonly p: number;
}

/** Failures over what was exposed: builds or minutes. */
export interface Rated {
  readonly failures: number;
  readonly exposure: number;
}

/**
 * (x₁/t₁) / (x₀/t₀) with its exact conditional interval: given x₁ + x₀, x₁ is binomial with p = RR t₁ / (RR t₁
 * + t₀), so the Clopper–Pearson ends map by p/(1 − p) · t₀/t₁ (R: `poisson.test`). No pseudo-counts; with zeros
 * one end stays open. Domain: integers x ≥ 0, t > 0.
 */
export function rateRatio(own: Rated, other: Rated, confidence = 0.95): RateRatio {
  const failures = own.failures + other.failures;
  if (failures === 0) return { ratio: null, low: 0, high: Infinity, p: 1 };
  const share = clopperPearson(own.failures, failures, confidence);
  const toRatio = (p: number): number =>
    p >= 1 ? Infinity : ((p / (1 - p)) * other.exposure) / own.exposure;
  const expected = own.exposure / (own.exposure + other.exposure);
  return {
    ratio: own.failures / own.exposure / (other.failures / other.exposure),
    low: toRatio(share.low),
    high: toRatio(share.high),
    p: binomialTest(own.failures, failures, expected).p,
  };
}

/**
 * A Poisson rate x/t with its exact interval χ²_{α/2}(2x)/2t … χ²_{1−α/2}(2x + 2)/2t (Garwood 1936), found by
 * bisection on the gamma tail. Domain: integer x ≥ 0, t > 0.
 */
export function rate(
  { failures, exposure }: Rated,
  confidence = 0.95,
): Interval & { readonly rate: number } {
  const tail = (1 - confidence) / 2;
  return {
    rate: failures / exposure,
    low: failures === 0 ? 0 : poissonMean(failures - 1, 1 - tail) / exposure,
    high: poissonMean(failures, tail) / exposure,
  };
}

/** The mean μ of a Poisson count for which P(X ≤ k) = Q(k + 1, μ) = p: Newton's method in a bracket. */
function poissonMean(k: number, p: number): number {
  let low = 0;
  let high = 2 * (k + 1) + 40;
  let mean = k + 1;
  for (let step = 0; step < 200; step++) {
    const error = upperGamma(k + 1, mean) - p;
    if (error > 0) low = mean;
    else high = mean;
    const density = Math.exp(k * Math.log(mean) - mean - logGamma(k + 1));
    let next = mean + error / density;
    if (!(next > low && next < high)) next = (low + high) / 2;
    if (Math.abs(next - mean) <= 1e-15 * next) return next;
    mean = next;
  }
  return mean;
}

export interface RateStratum {
  readonly own: Rated;
  readonly other: Rated;
}

/**
 * The rate ratio of two groups over strata, without iteration: Σ x₁ t₀/T over Σ x₀ t₁/T, T = t₁ + t₀ (Mantel &
 * Haenszel); var ln RR = Σ m t₁ t₀/T² over the product of both sums (Greenland & Robins 1985); the test is
 * (Σ x₁ − m t₁/T)² over Σ m t₁ t₀/T². Domain: t ≥ 0. Strata that one side never saw say nothing and are skipped.
 */
export function pooledRateRatio(strata: readonly RateStratum[]): RateRatio & {
  readonly chiSquare: number;
} {
  let above = 0;
  let below = 0;
  let variance = 0;
  let excess = 0;
  for (const { own, other } of strata) {
    const total = own.exposure + other.exposure;
    if (own.exposure <= 0 || other.exposure <= 0) continue;
    const failures = own.failures + other.failures;
    above += (own.failures * other.exposure) / total;
    below += (other.failures * own.exposure) / total;
    variance += (failures * own.exposure * other.exposure) / total ** 2;
    excess += own.failures - (failures * own.exposure) / total;
  }
  const chiSquare = variance > 0 ? excess ** 2 / variance : 0;
  const p = chiSquareUpper(chiSquare, 1);
  if (above === 0 && below === 0) return { ratio: null, low: 0, high: Infinity, chiSquare, p };
  const ratio = above / below;
  const factor = Math.exp(twoSidedZ(0.95) * Math.sqrt(variance / (above * below)));
  if (above === 0 || below === 0) return { ratio, low: 0, high: Infinity, chiSquare, p };
  return { ratio, low: ratio / factor, high: ratio * factor, chiSquare, p };
}
