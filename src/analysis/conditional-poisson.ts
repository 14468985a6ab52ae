/**
 * The joint model: failures per minute against several covariates at once, within strata.
 *
 * In stratum s, cell c has covariates x_c, minutes t_c and failures y_c; m_s = Σ y_c. Given m_s the failures
 * are multinomial with p_c ∝ t_c exp(x_c β), so that the stratum's own rate drops out:
 *
 *     l(β) = Σ_s [ Σ_c y_c ln p_c ],   U = Σ_s Σ_c y_c (x_c − μ_s),   I = Σ_s m_s Cov_s(x)
 *
 * with μ_s and Cov_s the mean and covariance of x under p. Estimates and errors equal those of a Poisson
 * regression with one intercept for each stratum (McCullagh & Nelder 1989, 6.4). The penalty ½ ln det I (Firth
 * 1993; Heinze & Schemper 2002) takes away most of the small-sample bias and keeps estimates finite where a
 * version never failed; it adds ½ tr(I⁻¹ ∂I/∂β_j) to the score, ∂I/∂β_j being Σ m_s times third central moments.
 */
import { cholesky, inverse, logDeterminant, solve, SquareMatrix } from './matrix.ts';
import { chiSquareUpper, twoSidedZ } from './special-functions.ts';
import type { Stratum } from './strata.ts';

export interface FitOptions {
  /** Firth's penalty; without it this is the plain conditional Poisson likelihood. */
  readonly penalised?: boolean;
  /** Coefficients that are held at a value; they stay in the penalty. */
  readonly fixed?: ReadonlyMap<number, number>;
  /** Where the search begins; 0 unless a nearby fit is known. */
  readonly start?: readonly number[];
}

export interface Fit {
  readonly strata: readonly Stratum[];
  readonly penalised: boolean;
  readonly coefficients: readonly number[];
  readonly standardErrors: readonly number[];
  readonly logLikelihood: number;
  /** What the data can tell on each coefficient before any is known: 1 / (I⁻¹)_jj at β = 0. */
  readonly information: readonly number[];
}

/** What a covariate without any contrast gets: it stays at 0 with a vast error, and the others can be estimated. */
const ridge = 1e-10;
const mostSteps = 100;
const longestStep = 3;

/** Fits `size` coefficients by Newton's method with step halving; null where the data carry no information. */
export function fitConditionalPoisson(
  strata: readonly Stratum[],
  size: number,
  { penalised = true, fixed = new Map(), start = [] }: FitOptions = {},
): Fit | null {
  if (strata.length === 0) return null;
  const free = Array.from({ length: size }, (_, j) => j).filter((j) => !fixed.has(j));
  let beta = Array.from({ length: size }, (_, j) => fixed.get(j) ?? start[j] ?? 0);
  let state = evaluate(strata, beta, penalised);
  if (state === null) return null;
  // A fit with held coefficients serves a test or an interval; only a free one is asked for its information.
  const origin = fixed.size > 0 || start.length > 0 ? null : state;
  for (let step = 0; step < mostSteps && free.length > 0; step++) {
    const lower = cholesky(state.information.part(free));
    if (lower === null) return null;
    const moved = climb(strata, beta, state, penalised, free, newtonStep(lower, state.score, free));
    if (moved === null) return null;
    ({ beta, state } = moved);
    if (moved.length < 1e-10) break;
  }
  return {
    strata,
    penalised,
    coefficients: beta,
    standardErrors: beta.map((_, j) => Math.sqrt(state.covariance.get(j, j))),
    logLikelihood: state.logLikelihood,
    information: beta.map((_, j) => (origin === null ? 0 : 1 / origin.covariance.get(j, j))),
  };
}

function newtonStep(
  lower: SquareMatrix,
  score: readonly number[],
  free: readonly number[],
): number[] {
  const step = solve(
    lower,
    free.map((j) => score[j] ?? 0),
  );
  const length = Math.max(...step.map(Math.abs));
  // A first step from 0 may overshoot by far where a version never failed.
  return length > longestStep ? step.map((value) => (value * longestStep) / length) : step;
}

/** Goes along `step`, half as far each time that the likelihood would fall. */
function climb(
  strata: readonly Stratum[],
  beta: readonly number[],
  from: State,
  penalised: boolean,
  free: readonly number[],
  step: readonly number[],
): { beta: number[]; state: State; length: number } | null {
  const longest = Math.max(...step.map(Math.abs));
  for (let share = 1; share > 1e-8; share /= 2) {
    const next = [...beta];
    for (const [i, j] of free.entries()) next[j] = (next[j] ?? 0) + share * (step[i] ?? 0);
    const state = evaluate(strata, next, penalised);
    if (state !== null && state.logLikelihood >= from.logLikelihood - 1e-10) {
      return { beta: next, state, length: longest * share };
    }
  }
  return null;
}

interface State {
  readonly logLikelihood: number;
  readonly score: number[];
  readonly information: SquareMatrix;
  readonly covariance: SquareMatrix;
}

/** Likelihood, score and information at β; null where the information is not positive definite. */
function evaluate(
  strata: readonly Stratum[],
  beta: readonly number[],
  penalised: boolean,
): State | null {
  const size = beta.length;
  const moments = new Moments(size);
  let logLikelihood = 0;
  const mean: number[] = beta.map(() => 0);
  const deviation: number[] = beta.map(() => 0);
  // Plain loops and buffers: this runs for every cell at every step of every fit.
  for (const { events, cells } of strata) {
    const weights: number[] = [];
    let total = 0;
    for (const { covariates, exposure } of cells) {
      const weight = exposure * Math.exp(dot(covariates, beta));
      weights.push(weight);
      total += weight;
    }
    mean.fill(0);
    for (let c = 0; c < cells.length; c++) {
      const share = (weights[c] ?? 0) / total;
      const covariates = cells[c]?.covariates ?? [];
      for (let j = 0; j < size; j++) mean[j] = (mean[j] ?? 0) + share * (covariates[j] ?? 0);
    }
    for (let c = 0; c < cells.length; c++) {
      const cell = cells[c];
      if (cell === undefined) continue;
      const share = (weights[c] ?? 0) / total;
      // ln p_c without the constant ln t_c, which no coefficient changes.
      if (cell.events > 0) logLikelihood += cell.events * Math.log(share / cell.exposure);
      for (let j = 0; j < size; j++) deviation[j] = (cell.covariates[j] ?? 0) - (mean[j] ?? 0);
      moments.add(deviation, cell.events, events * share, penalised);
    }
  }
  for (let j = 0; j < size; j++) moments.information.add(j, j, ridge);
  const lower = cholesky(moments.information);
  if (lower === null) return null;
  const covariance = inverse(lower);
  if (penalised) {
    logLikelihood += logDeterminant(lower) / 2;
    moments.penaliseScore(covariance);
  }
  return { logLikelihood, score: moments.score, information: moments.information, covariance };
}

/** Sums over all cells: the score, the information, and the third moments that the penalty needs. */
class Moments {
  readonly score: number[];
  readonly information: SquareMatrix;
  /** ∂I/∂β_h, one matrix for each h. */
  readonly #third: SquareMatrix[];

  constructor(size: number) {
    this.score = Array.from({ length: size }, () => 0);
    this.information = new SquareMatrix(size);
    this.#third = this.score.map(() => new SquareMatrix(size));
  }

  add(deviation: readonly number[], events: number, expected: number, third: boolean): void {
    const size = deviation.length;
    for (let j = 0; j < size; j++) {
      const left = deviation[j] ?? 0;
      if (left === 0) continue;
      this.score[j] = (this.score[j] ?? 0) + events * left;
      for (let l = 0; l < size; l++) {
        const second = expected * left * (deviation[l] ?? 0);
        this.information.add(j, l, second);
        if (!third) continue;
        for (let h = 0; h < size; h++) {
          this.#third[h]?.add(j, l, second * (deviation[h] ?? 0));
        }
      }
    }
  }

  penaliseScore(covariance: SquareMatrix): void {
    for (const [h, matrix] of this.#third.entries()) {
      let trace = 0;
      for (let j = 0; j < matrix.size; j++) {
        for (let l = 0; l < matrix.size; l++) trace += covariance.get(j, l) * matrix.get(j, l);
      }
      this.score[h] = (this.score[h] ?? 0) + trace / 2;
    }
  }
}

function dot(left: readonly number[], right: readonly number[]): number {
  let sum = 0;
  for (let j = 0; j < left.length; j++) sum += (left[j] ?? 0) * (right[j] ?? 0);
  return sum;
}

export interface Test {
  readonly chiSquare: number;
  readonly df: number;
  readonly p: number;
}

/**
 * The likelihood-ratio test of leaving out the coefficients `dropped`: 2 (l* − l*_without) / φ against χ²,
 * with the full model's information in the penalty, as logistf does. φ ≥ 1 is the clustering factor.
 */
export function likelihoodRatio(fit: Fit, dropped: readonly number[], phi: number): Test {
  const without = fitConditionalPoisson(fit.strata, fit.coefficients.length, {
    penalised: fit.penalised,
    fixed: new Map(dropped.map((j) => [j, 0])),
    start: fit.coefficients,
  });
  if (without === null) return { chiSquare: 0, df: dropped.length, p: 1 };
  const chiSquare = Math.max(0, (2 * (fit.logLikelihood - without.logLikelihood)) / phi);
  return { chiSquare, df: dropped.length, p: chiSquareUpper(chiSquare, dropped.length) };
}

/**
 * The coefficients β_j that the likelihood-ratio test does not reject: its ends are where 2 (l* − l*_profile) = φ z², found by
 * false position (the Illinois rule). An end that is further than e³⁰ away is infinite.
 */
export function profileInterval(
  fit: Fit,
  index: number,
  phi: number,
  confidence = 0.95,
): { readonly low: number; readonly high: number } {
  const critical = twoSidedZ(confidence) ** 2 * phi;
  const estimate = fit.coefficients[index] ?? 0;
  const error = fit.standardErrors[index] ?? 1;
  const { strata, penalised, coefficients } = fit;
  const excess = (value: number): number => {
    const fixed = new Map([[index, value]]);
    const options = { penalised, fixed, start: coefficients };
    const held = fitConditionalPoisson(strata, coefficients.length, options);
    return 2 * (fit.logLikelihood - (held?.logLikelihood ?? -Infinity)) - critical;
  };
  const end = (side: 1 | -1): number => {
    let outside = estimate + side * 2 * error * Math.sqrt(phi);
    let inside = estimate;
    let below = -critical;
    let above = excess(outside);
    while (above < 0) {
      if (Math.abs(outside) > 30) return side * Infinity;
      [inside, below] = [outside, above];
      outside += side * error;
      above = excess(outside);
    }
    return root(excess, [inside, below], [outside, above]);
  };
  return { low: end(-1), high: end(1) };
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
