/** Is it the version, or the time or the hosts at which it ran? The same comparison, ever closer. */
import type { Basis } from './basis.ts';
import { fitConditionalPoisson, likelihoodRatio, type Fit } from './conditional-poisson.ts';
import { conventions } from './conventions.ts';
import { profileInterval } from './profile.ts';
import { pooledRateRatio, type Rated } from './rates.ts';
import { cellsOf, patternsOf, type Patterns, type Strata } from './strata.ts';
import type { Study } from './study.ts';

/** The suspect version against all others, at equal load, under one more circumstance held equal. */
export interface Rung {
  /** Share of the information that is left: 1/(I⁻¹)_vv at β = 0, of the first rung's. */
  readonly kept: number;
  /** Null where too little is left to compare at all. */
  readonly estimate: {
    readonly ratio: number;
    readonly low: number;
    readonly high: number;
    /** Upper end of the 90 % interval by the standard error. */
    readonly high90: number;
    readonly p: number;
  } | null;
}

export interface Ladder {
  /** The version that stands out most upwards: largest z against all others. */
  readonly version: string;
  readonly withinJobs: Rung;
  readonly withinWeeks: Rung;
  readonly withinHosts: Rung;
}

/** The covariates of one version against all others, and of the load. */
export function against(suspect: string, { versions }: Study): Patterns {
  return patternsOf(versions, (version, others) => [Number(version === suspect), others]);
}

/** The ladder of the most suspicious of `versions`; null where none can be fitted. */
export function laddersOf({ study, phi }: Basis, versions: readonly string[]): Ladder | null {
  const fitted = (strata: Strata, version: string): Fit | null =>
    fitConditionalPoisson(strata.design(study.cases, against(version, study)));
  const suspects = versions.flatMap((version) => {
    const fit = fitted(study.byJob(), version);
    if (fit === null) return [];
    return [{ version, fit, z: (fit.coefficients[0] ?? 0) / (fit.standardErrors[0] ?? 1) }];
  });
  const suspect = suspects.toSorted((a, b) => b.z - a.z)[0];
  if (suspect === undefined) return null;
  const information = suspect.fit.information[0] ?? 0;
  const rung = (strata: Strata): Rung => {
    const fit = fitted(strata, suspect.version);
    return fit === null ? { kept: 0, estimate: null } : rungOf(fit, information, phi);
  };
  return {
    version: suspect.version,
    withinJobs: rungOf(suspect.fit, information, phi),
    withinWeeks: rung(study.byWeek()),
    withinHosts: rung(study.byEngine()),
  };
}

/** The same question as the first rung's without a model: Mantel and Haenszel's ratio within job, age and load. */
export function pooledAgainst(suspect: string, study: Study): ReturnType<typeof pooledRateRatio> {
  const design = study.byJob().design(study.cases, against(suspect, study));
  const strata = new Map<string, { own: Rated; other: Rated }>();
  const none = { failures: 0, exposure: 0 };
  for (const { stratum, covariates, failures, exposure } of design === null
    ? []
    : cellsOf(design)) {
    const [isSuspect, others] = covariates;
    const key = `${stratum} ${others}`;
    const { own = none, other = none } = strata.get(key) ?? {};
    const rated = { failures, exposure };
    strata.set(key, isSuspect === 1 ? { own: rated, other } : { own, other: rated });
  }
  return pooledRateRatio([...strata.values()]);
}

/** The 95 % point of the standard normal distribution: a two-sided 90 % interval. */
const z90 = 1.6448536269514722;

function rungOf(fit: Fit, information: number, phi: number): Rung {
  const kept = (fit.information[0] ?? 0) / information;
  if (!(kept >= conventions.fittedAbove)) return { kept, estimate: null };
  const [estimate = 0] = fit.coefficients;
  const [error = 0] = fit.standardErrors;
  const { low, high } = profileInterval(fit, 0, phi);
  return {
    kept,
    estimate: {
      ratio: Math.exp(estimate),
      low: Math.exp(low),
      high: Math.exp(high),
      high90: Math.exp(estimate + z90 * error * Math.sqrt(phi)),
      p: likelihoodRatio(fit, [0], phi).p,
    },
  };
}
