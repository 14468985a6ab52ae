/**
 * The special functions behind every interval and p-value: gamma, beta, normal. Checked against R 4.2
 * (`test/analysis/vectors.json`); no npm package is as exact (upper tails, quantiles) without 30 MB of others.
 */

/** Coefficients of Lanczos' approximation with g = 7, n = 9 (Godfrey 2001): 15 digits for 0.5 ≤ x ≤ 12. */
const lanczosG = 7;
const lanczos = [
  676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];
/** Coefficients of Stirling's series in 1/x² (Abramowitz & Stegun 6.1.41). */
const stirling = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360];
const halfLogTwoPi = 0.9189385332046727;

/** ln Γ(x), x > 0 or a negative non-integer: Lanczos below 12, Stirling above, reflection below ½. */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * x))) - logGamma(1 - x);
  if (x === 1 || x === 2) return 0;
  if (x > 12) {
    const inverseSquare = 1 / (x * x);
    const series = stirling.reduceRight((sum, term) => term + inverseSquare * sum, 0);
    return (x - 0.5) * Math.log(x) - x + halfLogTwoPi + series / x;
  }
  const y = x - 1;
  const sum = lanczos.reduce((total, term, i) => total + term / (y + i + 1), 0.9999999999998099);
  const t = y + lanczosG + 0.5;
  return halfLogTwoPi + (y + 0.5) * Math.log(t) - t + Math.log(sum);
}

/** ln B(a, b) = ln Γ(a) + ln Γ(b) − ln Γ(a + b), a, b > 0. */
export function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}

/**
 * The regularised incomplete beta function I_x(a, b), the distribution of a beta variable: continued fraction
 * by Lentz' method (DLMF 8.17.22), on the side of the mean where it converges fast. 0 ≤ x ≤ 1; a, b > 0.
 */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) - logBeta(a, b)) / a;
  return front * (betaFraction(x, a, b) - 1);
}

/** Smaller than any partial fraction, so that a zero does not end Lentz' method. */
const tiny = 1e-300;

function betaFraction(x: number, a: number, b: number): number {
  let fraction = 1;
  let c = 1;
  let d = 0;
  for (let i = 0; i < 20_000; i++) {
    d = 1 + betaTerm(i, x, a, b) * d;
    d = 1 / (Math.abs(d) < tiny ? tiny : d);
    c = 1 + betaTerm(i, x, a, b) / c;
    if (Math.abs(c) < tiny) c = tiny;
    fraction *= c * d;
    if (Math.abs(1 - c * d) < 1e-16) break;
  }
  return fraction;
}

function betaTerm(i: number, x: number, a: number, b: number): number {
  if (i === 0) return 1;
  const m = Math.floor(i / 2);
  const scale = (a + 2 * m) * (i % 2 === 0 ? a + 2 * m - 1 : a + 2 * m + 1);
  return i % 2 === 0 ? (m * (b - m) * x) / scale : (-(a + m) * (a + b + m) * x) / scale;
}

/** The x for which I_x(a, b) = p: Newton's method kept inside a shrinking bracket. 0 ≤ p ≤ 1; a, b > 0. */
export function betaQuantile(p: number, a: number, b: number): number {
  if (p <= 0) return 0;
  if (p >= 1) return 1;
  const scale = logBeta(a, b);
  let low = 0;
  let high = 1;
  let x = a / (a + b);
  for (let step = 0; step < 200; step++) {
    const error = incompleteBeta(x, a, b) - p;
    if (error > 0) high = x;
    else low = x;
    const density = Math.exp((a - 1) * Math.log(x) + (b - 1) * Math.log1p(-x) - scale);
    let next = x - error / density;
    if (!(next > low && next < high)) next = low === 0 ? high / 16 : (low + high) / 2;
    if (Math.abs(next - x) <= 1e-15 * next) return next;
    x = next;
  }
  return x;
}

/**
 * The upper regularised incomplete gamma function Q(a, x): series below a + 1, continued fraction above (DLMF
 * 8.7.1, 8.9.2), so that small tails keep all their digits. a > 0.
 */
export function upperGamma(a: number, x: number): number {
  if (x <= 0) return 1;
  const logFront = a * Math.log(x) - x - logGamma(a);
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; n < 10_000 && term >= sum * 1e-17; n++) {
      term *= x / (a + n);
      sum += term;
    }
    return 1 - sum * Math.exp(logFront);
  }
  let b = x + 1 - a;
  let c = 1 / tiny;
  let d = 1 / b;
  let fraction = d;
  for (let i = 1; i < 10_000; i++) {
    const numerator = -i * (i - a);
    b += 2;
    d = 1 / (numerator * d + b);
    c = b + numerator / c;
    fraction *= c * d;
    if (Math.abs(c * d - 1) < 1e-16) break;
  }
  return Math.exp(logFront) * fraction;
}

/** P(χ² ≥ x) with `df` degrees of freedom = Q(df/2, x/2). df > 0. */
export function chiSquareUpper(x: number, df: number): number {
  return upperGamma(df / 2, x / 2);
}

/** P(Z ≥ z) of the standard normal distribution = Q(½, z²/2) / 2 for z ≥ 0. */
export function normalUpper(z: number): number {
  const tail = 0.5 * upperGamma(0.5, (z * z) / 2);
  return z >= 0 ? tail : 1 - tail;
}

/**
 * The z below which a standard normal variable stays with probability p: a rational start (Abramowitz & Stegun
 * 26.2.23), then Halley's method on the exact tail. 0 < p < 1.
 */
export function normalQuantile(p: number): number {
  if (p === 0.5) return 0;
  if (p > 0.5) return -normalQuantile(1 - p);
  const t = Math.sqrt(-2 * Math.log(p));
  const above = 2.515517 + 0.802853 * t + 0.010328 * t * t;
  const below = 1 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t * t * t;
  let z = above / below - t;
  for (let step = 0; step < 6; step++) {
    const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
    const error = (normalUpper(-z) - p) / density;
    const change = error / (1 + (z * error) / 2);
    z -= change;
    if (Math.abs(change) < 1e-15) break;
  }
  return z;
}

/** The z of a two-sided interval: 0.95 → 1.959963984540054. 0 < confidence < 1. */
export function twoSidedZ(confidence: number): number {
  return normalQuantile(1 - (1 - confidence) / 2);
}
