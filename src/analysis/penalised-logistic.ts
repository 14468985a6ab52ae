/**
 * Firth-penalised logistic regression per build: the fallback where a history has no build times, and the source of
 * odds ratios. ln L = Σ y_i η_i − n_i ln(1 + e^η_i), η = Xβ, plus ½ ln det(Xᵀ W X), W = diag(n p (1 − p)); the score is
 * Σ (y − n p + h (½ − p)) x with h the leverages (Firth 1993; Heinze & Schemper 2002). Its fitted probabilities are
 * pulled towards ½ and must not be used for remedies.
 */
import { cholesky, inverse, logDeterminant, solve, SquareMatrix } from './matrix.ts';
import { profileEnd } from './profile.ts';
import { chiSquareUpper, twoSidedZ } from './special-functions.ts';

/** Builds with the same covariates; the first covariate is the intercept's 1. */
export interface Group {
  readonly covariates: readonly number[];
  readonly failures: number;
  readonly builds: number;
}

export interface LogisticFit {
  readonly coefficients: readonly number[];
  readonly standardErrors: readonly number[];
  readonly logLikelihood: number;
}

interface Options {
  readonly penalised?: boolean;
  readonly fixed?: ReadonlyMap<number, number>;
  /** Where the search begins, if a nearby fit is known. */
  readonly start?: readonly number[];
}

/** Newton's method with step halving. Null where the covariates are collinear. Domain: 0 ≤ failures ≤ builds. */
export function fitLogistic(groups: readonly Group[], options: Options = {}): LogisticFit | null {
  const { penalised = true, fixed = new Map<number, number>() } = options;
  const size = groups[0]?.covariates.length ?? 0;
  const free = Array.from({ length: size }, (_, j) => j).filter((j) => !fixed.has(j));
  const { start = [startOf(groups)] } = options;
  let beta = Array.from({ length: size }, (_, j) => fixed.get(j) ?? start[j] ?? 0);
  let state = evaluate(groups, beta, penalised);
  for (let step = 0; step < 200 && state !== null; step++) {
    const lower = cholesky(state.information.part(free));
    if (lower === null) return null;
    const { score } = state;
    let change = solve(
      lower,
      free.map((j) => score[j] ?? 0),
    );
    const longest = Math.max(0, ...change.map(Math.abs));
    if (longest > 5) change = change.map((value) => (value * 5) / longest);
    const moved = climb(groups, beta, state, penalised, free, change);
    if (moved === null) return null;
    ({ beta, state } = moved);
    if (moved.length < 1e-11) break;
  }
  if (state === null) return null;
  const { covariance, logLikelihood } = state;
  return {
    coefficients: beta,
    standardErrors: beta.map((_, j) => Math.sqrt(covariance.get(j, j))),
    logLikelihood,
  };
}

/** Goes along `change`, half as far each time that it does not lead up. */
function climb(
  groups: readonly Group[],
  beta: readonly number[],
  from: State,
  penalised: boolean,
  free: readonly number[],
  change: readonly number[],
): { beta: number[]; state: State; length: number } | null {
  const longest = Math.max(0, ...change.map(Math.abs));
  const along = ({ score }: State): number =>
    free.reduce((sum, j, i) => sum + (score[j] ?? 0) * (change[i] ?? 0), 0);
  const slope = along(from);
  const least = from.logLikelihood - 1e-12 * Math.abs(from.logLikelihood);
  for (let share = 1; ; share /= 2) {
    const next = [...beta];
    for (const [i, j] of free.entries()) next[j] = (next[j] ?? 0) + share * (change[i] ?? 0);
    const state = evaluate(groups, next, penalised);
    const isLast = share <= 2e-10;
    // With few builds a full step may end as high on the other side of the top, again and again.
    const isUp = state !== null && state.logLikelihood >= least && along(state) >= -slope / 2;
    if (isUp || isLast)
      return state === null ? null : { beta: next, state, length: longest * share };
  }
}

/** The intercept of all groups together. */
function startOf(groups: readonly Group[]): number {
  const failures = groups.reduce((sum, group) => sum + group.failures, 0);
  const passes = groups.reduce((sum, group) => sum + group.builds - group.failures, 0);
  return Math.log((failures + 0.5) / (passes + 0.5));
}

interface State {
  readonly logLikelihood: number;
  readonly score: readonly number[];
  readonly information: SquareMatrix;
  readonly covariance: SquareMatrix;
}

function evaluate(
  groups: readonly Group[],
  beta: readonly number[],
  penalised: boolean,
): State | null {
  const size = beta.length;
  const information = new SquareMatrix(size);
  let logLikelihood = 0;
  const fitted = groups.map(({ covariates, failures, builds }) => {
    const logit = covariates.reduce((sum, value, j) => sum + value * (beta[j] ?? 0), 0);
    // Each share from its own side: 1 − p has few digits left where p is nearly 1.
    const [p, q] = [1 / (1 + Math.exp(-logit)), 1 / (1 + Math.exp(logit))];
    const weight = builds * p * q;
    logLikelihood -= failures * softplus(-logit) + (builds - failures) * softplus(logit);
    for (const [j, left] of covariates.entries()) {
      for (const [l, right] of covariates.entries()) information.add(j, l, weight * left * right);
    }
    return { p, q, weight };
  });
  const lower = cholesky(information);
  if (lower === null) return null;
  const covariance = inverse(lower);
  if (penalised) logLikelihood += logDeterminant(lower) / 2;
  const score = Array.from({ length: size }, () => 0);
  for (const [i, { covariates, failures, builds }] of groups.entries()) {
    const { p, q, weight } = fitted[i] ?? { p: 0, q: 0, weight: 0 };
    const leverage = penalised ? weight * quadratic(covariance, covariates) : 0;
    const residual = failures * q - (builds - failures) * p + (leverage * (q - p)) / 2;
    for (const [j, value] of covariates.entries()) score[j] = (score[j] ?? 0) + residual * value;
  }
  return { logLikelihood, score, information, covariance };
}

/** xᵀ C x. */
function quadratic(matrix: SquareMatrix, x: readonly number[]): number {
  let sum = 0;
  for (const [j, left] of x.entries()) {
    for (const [l, right] of x.entries()) sum += left * right * matrix.get(j, l);
  }
  return sum;
}

/** ln(1 + eˣ) without overflow. */
function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/** The penalised likelihood-ratio test of leaving out `dropped`, full information in the penalty (as logistf). */
export function logisticTest(
  groups: readonly Group[],
  fit: LogisticFit,
  dropped: readonly number[],
): { readonly chiSquare: number; readonly p: number } {
  const without = fitLogistic(groups, { fixed: new Map(dropped.map((j) => [j, 0])) });
  const gap = without === null ? 0 : fit.logLikelihood - without.logLikelihood;
  const chiSquare = Math.max(0, 2 * gap);
  return { chiSquare, p: chiSquareUpper(chiSquare, dropped.length) };
}

/** The profile penalised-likelihood interval of one coefficient. */
export function logisticInterval(
  groups: readonly Group[],
  fit: LogisticFit,
  index: number,
  confidence = 0.95,
): { readonly low: number; readonly high: number } {
  const critical = twoSidedZ(confidence);
  const estimate = fit.coefficients[index] ?? 0;
  const error = fit.standardErrors[index] ?? 1;
  // Each held fit begins where the last one ended.
  let start = fit.coefficients;
  const excess = (value: number): number => {
    const held = fitLogistic(groups, { fixed: new Map([[index, value]]), start });
    if (held === null) return Infinity;
    start = held.coefficients;
    return Math.sqrt(Math.max(0, 2 * (fit.logLikelihood - held.logLikelihood))) - critical;
  };
  const end = (side: 1 | -1): number => {
    start = fit.coefficients;
    return profileEnd(excess, estimate, critical, side * error);
  };
  return { low: end(-1), high: end(1) };
}
