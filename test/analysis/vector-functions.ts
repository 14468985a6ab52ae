/** From the names in vectors.json to our functions. A name maps to the figures of its output that we compute. */
import { changePoint } from '../../src/analysis/change-point.ts';
import {
  fitConditionalPoisson,
  likelihoodRatio,
  type Fit,
} from '../../src/analysis/conditional-poisson.ts';
import { fisherExact, smallestPossibleP } from '../../src/analysis/exact-test.ts';
import { clusteringFactor } from '../../src/analysis/incidents.ts';
import { homogeneity, pooledOddsRatio, type TwoByTwo } from '../../src/analysis/mantel-haenszel.ts';
import { falseDiscovery, holm } from '../../src/analysis/multiplicity.ts';
import {
  fitLogistic,
  logisticInterval,
  logisticTest,
  type Group,
} from '../../src/analysis/penalised-logistic.ts';
import {
  cleanBuildsToVerify,
  detectableRatio,
  difference,
  wilson,
  zeroFailuresBound,
} from '../../src/analysis/proportion.ts';
import {
  binomialTest,
  clopperPearson,
  pooledRateRatio,
  rate,
  rateRatio,
} from '../../src/analysis/rates.ts';
import {
  avoidedByCapping,
  avoidedByLeaving,
  residualAfterRetries,
} from '../../src/analysis/remedies.ts';
import { chanceOfCoincidence } from '../../src/analysis/roll-outs.ts';
import {
  betaQuantile,
  chiSquareUpper,
  incompleteBeta,
  logGamma,
  normalQuantile,
  normalUpper,
  twoSidedZ,
} from '../../src/analysis/special-functions.ts';
import type { Design } from '../../src/analysis/strata.ts';
import { differenceTest, trendTest } from '../../src/analysis/trend.ts';
import { approximations } from './approximations.ts';
import { stratify } from '../support/strata.ts';

export type Figures = number | readonly Figures[];
// The cases' inputs differ by function; each line below knows its own.
// eslint-disable-next-line typescript/no-explicit-any
type Input = any;

export const ours: Readonly<
  Record<string, (input: Input, call: string) => Readonly<Record<string, Figures>>>
> = {
  lgamma: ({ x }) => ({ value: logGamma(x) }),
  pbeta: ({ x, a, b }) => ({ p: incompleteBeta(x, a, b) }),
  qbeta: ({ p, a, b }) => ({ q: betaQuantile(p, a, b) }),
  chisqSf: ({ x, df }) => ({ p: chiSquareUpper(x, df) }),
  normSf: ({ z }) => ({ p: normalUpper(z) }),
  qnorm: ({ p }) => ({ z: normalQuantile(p) }),
  wilson: ({ x, n, conf }) => ({ estimate: x / n, ...bounds(wilson(x, n, conf)) }),
  clopperPearson: ({ x, n, conf }) => bounds(clopperPearson(x, n, conf)),
  ruleOfThreeUpper: ({ n, conf }) => ({ upper: zeroFailuresBound(n, conf) }),
  cleanRunsToVerifyFix: ({ p0, alpha }) => ({ n: cleanBuildsToVerify(p0, alpha) }),
  minDetectableRR: ({ p0, n1, n0, power, alpha }) => ({
    rr: detectableRatio(p0, n1, n0, { power, alpha }),
  }),
  riskDiffNewcombe: ({ a, n1, c, n0 }) => {
    const result = difference(a, n1, c, n0);
    return { diff: result.difference, ...bounds(result) };
  },
  binomTest: ({ x, n, p }) => {
    const test = binomialTest(x, n, p);
    return { p: test.p, p_greater: test.greater, p_less: test.less };
  },
  fisher: ({ a, n1, c, n0 }) => {
    const test = fisherExact(a, n1, c, n0);
    return {
      p_two: test.p,
      p_greater: test.greater,
      p_less: test.less,
      p_point: test.point,
      p_mid_two: test.mid,
    };
  },
  minAttainableP: ({ events, n1, n0 }) => ({ p_min: smallestPossibleP(events, n1, n0) }),
  rateRatioExact: ({ x1, t1, x0, t0, conf }) => {
    const own = { failures: x1, exposure: t1 };
    const result = rateRatio(own, { failures: x0, exposure: t0 }, conf);
    return { rr: result.ratio ?? Number.NaN, ...bounds(result), p: result.p };
  },
  rateExact: ({ x, t, conf }) => {
    const result = rate({ failures: x, exposure: t }, conf);
    return { rate: result.rate, ...bounds(result) };
  },
  mhRateRatio: ({ strata }) => {
    const result = pooledRateRatio(
      strata.map(({ x1, t1, x0, t0 }: Input) => ({
        own: { failures: x1, exposure: t1 },
        other: { failures: x0, exposure: t0 },
      })),
    );
    return { irr: result.ratio ?? Number.NaN, ...bounds(result), chisq: result.chiSquare };
  },
  cochranArmitage: ({ x, n, score }) => {
    const levels = x.map((failures: number, i: number) => ({
      failures,
      builds: n[i],
      score: score[i],
    }));
    const test = trendTest(levels);
    return { z: test.z, chisq: test.z ** 2, p: test.p };
  },
  pAdjust: ({ p }) => ({ bh: falseDiscovery(p), holm: holm(p) }),
  clusterPhi: ({ incident_sizes: sizes }) => ({ phi: clusteringFactor(sizes) }),
  changePoint: ({ x, n, a, b }) => {
    const bins = x.map((failures: number, i: number) => ({ failures, builds: n[i] }));
    const found = changePoint(bins, { a, b });
    if (found === null) return {};
    return {
      log_lik_ratio_max: found.logLikelihoodRatio,
      argmax_k: found.at,
      log_bayes_factor: found.logBayesFactor,
      post_mode_prob: found.probability,
      ci95_k_lower: found.from,
      ci95_k_upper: found.to,
    };
  },
  coincidence: ({ rollouts, window_days: window, width_days: width }) => ({
    p: chanceOfCoincidence(rollouts, width, window),
  }),
  remedyVersion: ({ cases_exposed: failures, logrr: estimate, lo: low, hi: high }) =>
    avoidedFigures(avoidedByLeaving(failures, { estimate, low, high })),
  remedyCap: ({
    cases_by_others: failures,
    slope: estimate,
    lo: low,
    hi: high,
    cap_others: most,
  }) => avoidedFigures(avoidedByCapping(failures, { estimate, low, high }, most)),
  remedyRetry: ({ p, pass: passed, rerun, retries }) => {
    const result = residualAfterRetries(p, { passed, rerun }, retries);
    return {
      residual: result.residual,
      residual_lower: result.low,
      residual_upper: result.high,
    };
  },
  mantelHaenszel: ({ strata }) => {
    const pooled = pooledOddsRatio(strata.map(toTable));
    const tested = { cmh: pooled.chiSquare, p: pooled.p };
    return Number.isFinite(pooled.ratio) && pooled.ratio > 0
      ? { or: pooled.ratio, or_lower: pooled.low, or_upper: pooled.high, ...tested }
      : tested;
  },
  breslowDay: ({ strata }) => {
    const { chiSquare, df, p } = homogeneity(strata.map(toTable));
    return { tarone: chiSquare, df, p_tarone: p };
  },
  condPoisson: ({ cells }) => {
    const strata = stratify(
      cells.map(toExposed),
      ({ s }: Input) => String(s),
      ({ v, c }: Input) => [v, c],
    );
    const fit = fitted(strata, false);
    const [version = 0, slope = 0] = fit.information;
    // A version that is constant within every stratum carries nothing but the ridge.
    if (version < 1e-9) return { beta_c: fit.coefficients[1] ?? slope, information_v: 0 };
    return { beta: fit.coefficients, se: fit.standardErrors };
  },
  condPoissonFirth: ({ cells }) => {
    const strata = stratify(
      cells.map(toExposed),
      ({ s }: Input) => String(s),
      ({ v, c }: Input) => [v, c],
    );
    const fit = fitted(strata, true);
    return {
      beta: fit.coefficients,
      plr_v: likelihoodRatio(fit, [0], 1).chiSquare,
      plr_c: likelihoodRatio(fit, [1], 1).chiSquare,
    };
  },
  // One stratum: the intercept is conditioned away, the slope and its error stay.
  poissonOffset: ({ y, t, k }) => {
    const cells = y.map((failures: number, i: number) => ({ failures, minutes: t[i], k: k[i] }));
    const fit = fitted(
      stratify(
        cells,
        () => '',
        ({ k: level }: Input) => [level],
      ),
      false,
    );
    const [slope = 0] = fit.coefficients;
    const reach = twoSidedZ(0.95) * (fit.standardErrors[0] ?? 0);
    return {
      rate_ratio_per_step: Math.exp(slope),
      lower: Math.exp(slope - reach),
      upper: Math.exp(slope + reach),
    };
  },
  // One case in each stratum, all with the same time at risk: conditional logistic regression is the same model.
  condLogit: ({ strata: sets }, call) => {
    const two = call.includes('x + v');
    const cells = sets.flatMap(({ x, v }: Input, stratum: number) =>
      x.map((own: number, i: number) => ({
        stratum: String(stratum),
        covariates: two ? [own, v[i]] : [own],
        minutes: 1,
        failures: i === 0 ? 1 : 0,
      })),
    );
    const strata = stratify(
      cells,
      ({ stratum }: Input) => stratum,
      ({ covariates }: Input) => covariates,
    );
    return logit(strata);
  },
  chisqKx2: ({ x, n }) => {
    const test = differenceTest(
      x.map((failures: number, i: number) => ({ failures, builds: n[i] })),
    );
    return { chisq: test.chiSquare, df: test.df, p: test.p, min_expected: test.smallestExpected };
  },
  ...approximations,
  logistic: ({ X, y, n }) => {
    const fit = fitLogistic(groups(X, y, n), { penalised: false });
    return { beta: fit?.coefficients ?? [], se: fit?.standardErrors ?? [] };
  },
  firthLogistic: ({ X, y, n, names }) => {
    const data = groups(X, y, n);
    const fit = fitLogistic(data);
    if (fit === null) return {};
    const tests = names.slice(1).flatMap((_: string, i: number) => {
      const { chiSquare, p } = logisticTest(data, fit, [i + 1]);
      const { low, high } = logisticInterval(data, fit, i + 1);
      return [chiSquare, p, low, high];
    });
    return { beta: fit.coefficients, se: fit.standardErrors, tests };
  },
};

function bounds({ low, high }: { readonly low: number; readonly high: number }): {
  lower: number;
  upper: number;
} {
  return { lower: low, upper: high };
}

function avoidedFigures({ avoided, low, high }: Input): Record<string, number> {
  return { avoided, avoided_lower: low, avoided_upper: high };
}

function toTable({ a, n1, c, n0 }: Input): TwoByTwo {
  return { failures: a, builds: n1, otherFailures: c, otherBuilds: n0 };
}

function toExposed(cell: Input): Input {
  return { ...cell, minutes: cell.t, failures: cell.y };
}

function fitted(strata: Design | null, penalised: boolean): Fit {
  const fit = fitConditionalPoisson(strata, { penalised });
  if (fit === null) throw new Error('no information');
  return fit;
}

function logit(strata: Design | null): Record<string, Figures> {
  const fit = fitted(strata, false);
  const all = fit.coefficients.map((_, j) => j);
  const test = likelihoodRatio(fit, all, 1);
  if (all.length > 1) {
    return { beta: fit.coefficients, se: fit.standardErrors, lr_chisq: test.chiSquare };
  }
  const [beta = 0] = fit.coefficients;
  return { beta, se: fit.standardErrors[0] ?? 0, lr_chisq: test.chiSquare };
}

function groups(X: number[][], y: number[], n: number[]): Group[] {
  return X.map((covariates, i) => ({ covariates, failures: y[i] ?? 0, builds: n[i] ?? 0 }));
}
