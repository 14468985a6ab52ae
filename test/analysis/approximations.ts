/**
 * The textbook approximations that the product does without, since its exact intervals hold for all counts. They are here
 * to be held against R with the rest, and the exact ones against them where counts are large.
 */
import { SquareMatrix, cholesky, inverse } from '../../src/analysis/matrix.ts';
import { fitLogistic } from '../../src/analysis/penalised-logistic.ts';
import { betaQuantile, twoSidedZ } from '../../src/analysis/special-functions.ts';

// The cases' inputs differ by function; each line below knows its own.
// eslint-disable-next-line typescript/no-explicit-any
type Input = any;

interface Limits {
  readonly low: number;
  readonly high: number;
}

/** Beta quantiles with half a failure and half a pass more; the ends are exact. */
function jeffreys(count: number, total: number, confidence: number): Limits {
  const tail = (1 - confidence) / 2;
  const [a, b] = [count + 0.5, total - count + 0.5];
  return {
    low: count === 0 ? 0 : betaQuantile(tail, a, b),
    high: count === total ? 1 : betaQuantile(1 - tail, a, b),
  };
}

/** Katz's interval of a risk ratio: ± z √(1/a − 1/n₁ + 1/c − 1/n₀) on the logarithm. */
function katz(
  a: number,
  n1: number,
  c: number,
  n0: number,
  confidence: number,
): Limits & { readonly ratio: number } {
  const ratio = a / n1 / (c / n0);
  return around(ratio, Math.sqrt(1 / a - 1 / n1 + 1 / c - 1 / n0), confidence);
}

/** Woolf's interval of an odds ratio: ± z √(Σ 1/cell); `more` is added to every cell (Haldane: ½). */
function woolf(
  a: number,
  n1: number,
  c: number,
  n0: number,
  confidence: number,
  more = 0,
): Limits & { readonly ratio: number } {
  const cells = [a, n1 - a, c, n0 - c].map((cell) => cell + more);
  const [failed = 0, passed = 0, otherFailed = 0, otherPassed = 0] = cells;
  const spread = Math.sqrt(cells.reduce((sum, cell) => sum + 1 / cell, 0));
  return around((failed * otherPassed) / (passed * otherFailed), spread, confidence);
}

function around(
  ratio: number,
  spread: number,
  confidence: number,
): Limits & { readonly ratio: number } {
  const factor = Math.exp(twoSidedZ(confidence) * spread);
  return { ratio, low: ratio / factor, high: ratio * factor };
}

/** Sandwich errors of a logistic regression: I⁻¹ (Σ over clusters u u′) I⁻¹, and with G/(G − 1) for few clusters. */
function clusteredErrors(
  x: readonly number[],
  y: readonly number[],
  cluster: readonly number[],
): {
  readonly coefficients: readonly number[];
  readonly model: readonly number[];
  readonly plain: readonly number[];
  readonly adjusted: readonly number[];
} {
  const rows = x.map((value) => [1, value]);
  const groups = rows.map((covariates, i) => ({ covariates, failures: y[i] ?? 0, builds: 1 }));
  const fit = fitLogistic(groups, { penalised: false });
  if (fit === null) throw new Error('no fit');
  const scores = new Map<number, number[]>();
  const information = new SquareMatrix(2);
  for (const [i, row] of rows.entries()) {
    const logit = row.reduce((sum, value, j) => sum + value * (fit.coefficients[j] ?? 0), 0);
    const p = 1 / (1 + Math.exp(-logit));
    const own = scores.get(cluster[i] ?? 0) ?? [0, 0];
    scores.set(
      cluster[i] ?? 0,
      own.map((sum, j) => sum + (row[j] ?? 0) * ((y[i] ?? 0) - p)),
    );
    for (const j of [0, 1])
      for (const l of [0, 1]) information.add(j, l, p * (1 - p) * (row[j] ?? 0) * (row[l] ?? 0));
  }
  const lower = cholesky(information);
  if (lower === null) throw new Error('no information');
  const bread = inverse(lower);
  const spread = (j: number): number =>
    [...scores.values()].reduce(
      (sum, own) => sum + own.reduce((all, score, l) => all + bread.get(j, l) * score, 0) ** 2,
      0,
    );
  const few = scores.size / (scores.size - 1);
  return {
    coefficients: fit.coefficients,
    model: fit.standardErrors,
    plain: [0, 1].map((j) => Math.sqrt(spread(j))),
    adjusted: [0, 1].map((j) => Math.sqrt(spread(j) * few)),
  };
}

function bounds({ low, high }: Limits): { lower: number; upper: number } {
  return { lower: low, upper: high };
}

/** By their names in vectors.json. */
export const approximations = {
  jeffreys: ({ x, n, conf }: Input) => bounds(jeffreys(x, n, conf)),
  rrKatz: ({ a, n1, c, n0, conf }: Input) => {
    const result = katz(a, n1, c, n0, conf);
    return { rr: result.ratio, ...bounds(result) };
  },
  orWoolf: ({ a, n1, c, n0, conf }: Input) => {
    const result = woolf(a, n1, c, n0, conf);
    return { or: result.ratio, ...bounds(result) };
  },
  orHaldane: ({ a, n1, c, n0 }: Input) => {
    const result = woolf(a, n1, c, n0, 0.95, 0.5);
    return { or: result.ratio, ...bounds(result) };
  },
  clusterRobust: ({ x, y, cluster }: Input) => {
    const result = clusteredErrors(x, y, cluster);
    return {
      beta: result.coefficients,
      se_model: result.model,
      se_cluster_nocadj: result.plain,
      se_cluster_cadj: result.adjusted,
    };
  },
} as const;
