/** Intervals by profile likelihood. */
import { fitConditionalPoisson, type Fit } from './conditional-poisson.ts';
import { twoSidedZ } from './special-functions.ts';

/**
 * The coefficients β_j that the likelihood-ratio test does not reject: its ends are where 2 (l* − l*_profile) = φ z². The
 * root of that difference is nearly a straight line in β_j, so false position (the Illinois rule) needs few steps.
 */
export function profileInterval(
  fit: Fit,
  index: number,
  phi: number,
  confidence = 0.95,
): { readonly low: number; readonly high: number } {
  const critical = twoSidedZ(confidence) * Math.sqrt(phi);
  const estimate = fit.coefficients[index] ?? 0;
  const error = fit.standardErrors[index] ?? 1;
  const { penalised, coefficients } = fit;
  // Each held fit begins where the last one ended.
  let start = coefficients;
  const excess = (value: number): number => {
    const fixed = new Map([[index, value]]);
    const held = fitConditionalPoisson(fit.design, { penalised, fixed, start, precision: 1e-7 });
    if (held === null) return Infinity;
    start = held.coefficients;
    return Math.sqrt(Math.max(0, 2 * (fit.logLikelihood - held.logLikelihood))) - critical;
  };
  const end = (side: 1 | -1): number => {
    start = coefficients;
    return profileEnd(excess, estimate, critical, side * error);
  };
  return { low: end(-1), high: end(1) };
}

/**
 * The end of an interval: where `excess`, which is −`critical` at the estimate, is 0. The search goes by `step`, a standard
 * error to one side. An end that is further than e³⁰ away is infinite.
 */
export function profileEnd(
  excess: (value: number) => number,
  estimate: number,
  critical: number,
  step: number,
): number {
  let [inside, below] = [estimate, -critical];
  let outside = estimate + critical * step;
  let above = excess(outside);
  while (above < 0) {
    if (Math.abs(outside) > 30) return Math.sign(step) * Infinity;
    [inside, below] = [outside, above];
    outside += step;
    above = excess(outside);
  }
  return root(excess, [inside, below], [outside, above]);
}

/** Where `f` is 0 between a point below and a point above, by the Illinois rule. */
function root(
  f: (x: number) => number,
  [below, atBelow]: [number, number],
  [above, atAbove]: [number, number],
): number {
  let [a, fa, b, fb] = [below, atBelow, above, atAbove];
  let middle = b;
  let last = 0;
  for (let step = 0; step < 60 && Math.abs(b - a) > 1e-9; step++) {
    middle = Number.isFinite(fb) ? b - (fb * (b - a)) / (fb - fa) : (a + b) / 2;
    const value = f(middle);
    if (Math.abs(value) < 1e-8) return middle;
    // The end that stays twice counts half, or it would stay for ever.
    if (value > 0) {
      [b, fb] = [middle, value];
      if (last > 0) fa /= 2;
    } else {
      [a, fa] = [middle, value];
      if (last < 0) fb /= 2;
    }
    last = Math.sign(value);
  }
  return middle;
}
