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
 * version never failed; it adds ½ tr(I⁻¹ ∂I/∂β_j) to the score, which is ½ Σ_s m_s Σ_c p_c (d_c' I⁻¹ d_c) d_cj with d_c =
 * x_c − μ_s: no third moments need to be kept.
 */
import { cholesky, inverse, logDeterminant, solve, SquareMatrix } from './matrix.ts';
import { chiSquareUpper } from './special-functions.ts';
import type { Design } from './strata.ts';

export interface FitOptions {
  /** Firth's penalty; without it this is the plain conditional Poisson likelihood. */
  readonly penalised?: boolean;
  /** Coefficients that are held at a value; they stay in the penalty. */
  readonly fixed?: ReadonlyMap<number, number>;
  /** Where the search begins; 0 unless a nearby fit is known. */
  readonly start?: readonly number[];
  /** A step that is shorter is not taken; the likelihood is as exact as its square. */
  readonly precision?: number;
}

export interface Fit {
  readonly design: Design;
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

/** Fits all coefficients by Newton's method with step halving; null where the data carry no information. */
export function fitConditionalPoisson(cells: Design | null, options: FitOptions = {}): Fit | null {
  if (cells === null) return null;
  const { penalised = true, fixed = new Map<number, number>() } = options;
  const { start = [], precision = 1e-10 } = options;
  const { size } = cells;
  const free = Array.from({ length: size }, (_, j) => j).filter((j) => !fixed.has(j));
  let beta = Array.from({ length: size }, (_, j) => fixed.get(j) ?? start[j] ?? 0);
  let state = evaluate(cells, beta, penalised);
  if (state === null) return null;
  // A fit with held coefficients serves a test or an interval; only a free one is asked for its information.
  const origin = fixed.size > 0 || start.length > 0 ? null : state;
  for (let step = 0; step < mostSteps && free.length > 0; step++) {
    const lower = cholesky(state.information.part(free));
    if (lower === null) return null;
    const next = newtonStep(lower, state.score, free);
    if (Math.max(...next.map(Math.abs)) < precision) break;
    const moved = climb(cells, beta, state, penalised, free, next);
    if (moved === null) return null;
    ({ beta, state } = moved);
  }
  return {
    design: cells,
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

/**
 * Goes along `step`, half as far each time that the likelihood would fall, or be about as steep on the other side of its top:
 * with few failures a full step may lead there and back for ever.
 */
function climb(
  cells: Design,
  beta: readonly number[],
  from: State,
  penalised: boolean,
  free: readonly number[],
  step: readonly number[],
): { beta: number[]; state: State } | null {
  const along = ({ score }: State): number =>
    free.reduce((sum, j, i) => sum + (score[j] ?? 0) * (step[i] ?? 0), 0);
  const slope = along(from);
  const least = from.logLikelihood - 1e-10 - 1e-14 * Math.abs(from.logLikelihood);
  for (let share = 1; share > 1e-8; share /= 2) {
    const next = [...beta];
    for (const [i, j] of free.entries()) next[j] = (next[j] ?? 0) + share * (step[i] ?? 0);
    const state = evaluate(cells, next, penalised);
    if (state !== null && state.logLikelihood >= least && along(state) >= -slope / 2) {
      return { beta: next, state };
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

/**
 * Likelihood, score and information at β; null where the information is not positive definite. Plain loops over flat
 * arrays: this runs for every cell at every step of every fit.
 */
function evaluate(cells: Design, beta: readonly number[], penalised: boolean): State | null {
  const { size, starts, exposures, events, totals } = cells;
  const shares = new Float64Array(exposures.length);
  // What each covariate differs by from its mean in the stratum.
  const deviations = new Float64Array(exposures.length * size);
  const factors = factorsOf(cells, beta);
  const second = new Float64Array(size * size);
  const score = Array.from({ length: size }, () => 0);
  let logLikelihood = 0;
  for (let s = 0; s + 1 < starts.length; s++) {
    const [from, to] = [starts[s] ?? 0, starts[s + 1] ?? 0];
    setShares(cells, factors, from, to, shares, deviations);
    for (let c = from; c < to; c++) {
      const share = shares[c] ?? 0;
      const observed = events[c] ?? 0;
      addSecond(second, deviations, c * size, (totals[s] ?? 0) * share, size);
      if (observed === 0) continue;
      logLikelihood += observed * Math.log(share / (exposures[c] ?? 1));
      for (let j = 0; j < size; j++) {
        score[j] = (score[j] ?? 0) + observed * (deviations[c * size + j] ?? 0);
      }
    }
  }
  const information = SquareMatrix.ofLower(second, size);
  for (let j = 0; j < size; j++) information.add(j, j, ridge);
  const lower = cholesky(information);
  if (lower === null) return null;
  const covariance = inverse(lower);
  if (penalised) {
    logLikelihood += logDeterminant(lower) / 2;
    penaliseScore(cells, shares, deviations, covariance, score);
  }
  return { logLikelihood, score, information, covariance };
}

/** Adds `expected` d dᵀ to the lower triangle, d being the deviations that begin at `from`. */
function addSecond(
  second: Float64Array,
  deviations: Float64Array,
  from: number,
  expected: number,
  size: number,
): void {
  for (let j = 0; j < size; j++) {
    const left = expected * (deviations[from + j] ?? 0);
    if (left === 0) continue;
    for (let l = 0; l <= j; l++) {
      const place = j * size + l;
      second[place] = (second[place] ?? 0) + left * (deviations[from + l] ?? 0);
    }
  }
}

/** exp(x β) of each pattern: there are few of them, and many cells. */
function factorsOf({ size, covariates }: Design, beta: readonly number[]): Float64Array {
  return Float64Array.from({ length: covariates.length / size }, (_, pattern) => {
    let predictor = 0;
    for (let j = 0; j < size; j++) {
      predictor += (covariates[pattern * size + j] ?? 0) * (beta[j] ?? 0);
    }
    return Math.exp(predictor);
  });
}

/** The shares p_c of one stratum's failures, and the covariates' deviations from their means under them. */
function setShares(
  { size, covariates, patterns, exposures }: Design,
  factors: Float64Array,
  from: number,
  to: number,
  shares: Float64Array,
  deviations: Float64Array,
): void {
  let total = 0;
  for (let c = from; c < to; c++) {
    const weight = (exposures[c] ?? 0) * (factors[patterns[c] ?? 0] ?? 0);
    shares[c] = weight;
    total += weight;
  }
  for (let c = from; c < to; c++) shares[c] = (shares[c] ?? 0) / total;
  for (let j = 0; j < size; j++) {
    let mean = 0;
    for (let c = from; c < to; c++) {
      mean += (shares[c] ?? 0) * (covariates[(patterns[c] ?? 0) * size + j] ?? 0);
    }
    for (let c = from; c < to; c++) {
      deviations[c * size + j] = (covariates[(patterns[c] ?? 0) * size + j] ?? 0) - mean;
    }
  }
}

/** Adds ½ Σ m p (d' I⁻¹ d) d to the score. */
function penaliseScore(
  { size, starts, totals }: Design,
  shares: Float64Array,
  deviations: Float64Array,
  covariance: SquareMatrix,
  score: number[],
): void {
  const inverseInformation = covariance.values();
  for (let s = 0; s + 1 < starts.length; s++) {
    for (let c = starts[s] ?? 0; c < (starts[s + 1] ?? 0); c++) {
      let form = 0;
      for (let j = 0; j < size; j++) {
        const left = deviations[c * size + j] ?? 0;
        if (left === 0) continue;
        let row = ((inverseInformation[j * size + j] ?? 0) * left) / 2;
        for (let l = 0; l < j; l++) {
          row += (inverseInformation[j * size + l] ?? 0) * (deviations[c * size + l] ?? 0);
        }
        form += 2 * left * row;
      }
      const pull = ((totals[s] ?? 0) * (shares[c] ?? 0) * form) / 2;
      for (let j = 0; j < size; j++) {
        score[j] = (score[j] ?? 0) + pull * (deviations[c * size + j] ?? 0);
      }
    }
  }
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
  const without = fitConditionalPoisson(fit.design, {
    penalised: fit.penalised,
    fixed: new Map(dropped.map((j) => [j, 0])),
    start: fit.coefficients,
  });
  if (without === null) return { chiSquare: 0, df: dropped.length, p: 1 };
  const chiSquare = Math.max(0, (2 * (fit.logLikelihood - without.logLikelihood)) / phi);
  return { chiSquare, df: dropped.length, p: chiSquareUpper(chiSquare, dropped.length) };
}
