/**
 * Firth's penalised logistic regression held against what is known without any software, on data of our own: a table that
 * the model fits exactly, minutes of two kinds, and one covariate that separates failures from passes perfectly.
 */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { fitConditionalPoisson } from '../../src/analysis/conditional-poisson.ts';
import {
  fitLogistic,
  logisticInterval,
  logisticTest,
  type Group,
} from '../../src/analysis/penalised-logistic.ts';
import { stratify } from '../support/strata.ts';

/** A fit ends where the likelihood is as high as its rounding lets it be told. */
const tolerance = 1e-8;

/** Counts from none to millions. */
const count = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 5_000_000 }));

describe('failures in two kinds of minutes', () => {
  it('give the rate ratio with half a failure more in each', () => {
    fc.assert(
      fc.property(count, count, fc.integer({ min: 1, max: 99_999 }), (own, others, minutes) => {
        fc.pre(own + others > 0);
        const cells = [
          { x: [1], failures: own, minutes },
          { x: [0], failures: others, minutes: 1000 },
        ];
        const strata = stratify(
          cells,
          () => '',
          ({ x }) => x,
        );
        const [ratio = Number.NaN] = fitConditionalPoisson(strata)?.coefficients ?? [];
        const wanted = Math.log((((own + 0.5) / (others + 0.5)) * 1000) / minutes);
        expect(Math.abs(ratio - wanted)).toBeLessThan(tolerance * Math.max(1, Math.abs(wanted)));
      }),
      { numRuns: 300 },
    );
  });
});

describe('a table of two rows', () => {
  it('gives the odds ratio with half a failure and half a pass more in each row', () => {
    fc.assert(
      fc.property(count, count, count, count, (a, b, c, d) => {
        // The penalty is Jeffreys' prior, which in a model without constraints adds half to each cell (Firth 1993).
        const fit = fitLogistic([
          { covariates: [1, 1], failures: a, builds: a + b },
          { covariates: [1, 0], failures: c, builds: c + d },
        ]);
        fc.pre(a + b > 0 && c + d > 0);
        const wanted = Math.log(((a + 0.5) * (d + 0.5)) / ((b + 0.5) * (c + 0.5)));
        const [, slope = Number.NaN] = fit?.coefficients ?? [];
        expect(Math.abs(slope - wanted)).toBeLessThan(tolerance * Math.max(1, Math.abs(wanted)));
      }),
      { numRuns: 300 },
    );
  });
});

/** Seventy-nine builds as odd as those of the textbook: one covariate separates, two are continuous. */
const separated: readonly Group[] = Array.from({ length: 79 }, (_, i) => {
  const failures = Number(i % 79 >= 49);
  const separating = Number(failures === 1 && i % 2 === 0 && i > 52);
  const first = ((i * 37) % 49) / 2 - failures * 3;
  const second = ((i * 53) % 41) / 13 + failures * 0.9;
  return { covariates: [1, separating, first, second], failures, builds: 1 };
});

/** ½ ln det(Xᵀ W X) more than the log-likelihood, written out without the product's matrices. */
function penalised(beta: readonly number[]): number {
  let value = 0;
  const information = beta.map(() => beta.map(() => 0));
  for (const { covariates, failures } of separated) {
    const eta = covariates.reduce((sum, x, j) => sum + x * (beta[j] ?? 0), 0);
    const p = 1 / (1 + Math.exp(-eta));
    value += failures * Math.log(p) + (1 - failures) * Math.log(1 - p);
    for (const [j, row] of information.entries())
      for (const l of row.keys())
        row[l] = (row[l] ?? 0) + p * (1 - p) * (covariates[j] ?? 0) * (covariates[l] ?? 0);
  }
  return value + Math.log(determinant(information)) / 2;
}

function determinant(matrix: readonly (readonly number[])[]): number {
  const [first = []] = matrix;
  if (matrix.length === 0) return 1;
  return first.reduce((sum, value, j) => {
    const minor = matrix.slice(1).map((row) => row.filter((_, l) => l !== j));
    return sum + (j % 2 === 0 ? 1 : -1) * value * determinant(minor);
  }, 0);
}

/** Where only `index` is held, the best that the others can do: plain coordinate search, slow and independent. */
function bestWith(index: number, value: number, from: readonly number[]): number {
  const beta = from.map((each, j) => (j === index ? value : each));
  let best = penalised(beta);
  for (let step = 1; step > 1e-7;) {
    let moved = false;
    for (const j of beta.keys()) {
      if (j === index) continue;
      for (const by of [step, -step]) {
        const next = beta.map((each, l) => (l === j ? each + by : each));
        const reached = penalised(next);
        if (reached <= best) continue;
        [best, moved] = [reached, true];
        beta[j] = next[j] ?? 0;
      }
    }
    if (!moved) step /= 2;
  }
  return best;
}

describe('a covariate that separates', () => {
  const fit = fitLogistic(separated);
  if (fit === null) throw new Error('no fit');
  const { coefficients, logLikelihood } = fit;
  const most = penalised(coefficients);

  it('has a finite estimate, at which the penalised likelihood is flat', () => {
    expect(logLikelihood).toBeCloseTo(most, 9);
    for (const j of coefficients.keys()) {
      const step = 1e-5;
      const at = (by: number): number =>
        penalised(coefficients.map((each, l) => (l === j ? each + by : each)));
      expect(Math.abs((at(step) - at(-step)) / (2 * step)), `coefficient ${j}`).toBeLessThan(1e-6);
      expect(at(0.01), `coefficient ${j}`).toBeLessThan(most);
      expect(at(-0.01), `coefficient ${j}`).toBeLessThan(most);
    }
  });

  it('has the test and the profile interval that a search by hand finds', () => {
    const { chiSquare } = logisticTest(separated, fit, [1]);
    expect(chiSquare).toBeCloseTo(2 * (most - bestWith(1, 0, coefficients)), 5);
    const { low } = logisticInterval(separated, fit, 1);
    // 95 %: twice the fall of the likelihood is 3.841458820694124 there.
    expect(2 * (most - bestWith(1, low, coefficients))).toBeCloseTo(3.841458820694124, 4);
  });
});
