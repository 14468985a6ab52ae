/** Is it the version, or the time or the hosts at which it ran? The same comparison, ever closer. */
import { jobAgeAndHost, jobAndAge, type Basis } from './basis.ts';
import { fitConditionalPoisson, likelihoodRatio, type Fit } from './conditional-poisson.ts';
import { conventions } from './conventions.ts';
import type { ExposureCell } from './exposure.ts';
import { profileInterval } from './profile.ts';
import { covariatesBy, stratify, type CovariatesOf } from './strata.ts';

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
export function against(suspect: string): CovariatesOf {
  return covariatesBy((version, others) => [Number(version === suspect), others]);
}

/** The ladder of the most suspicious of `versions`; null where none can be fitted. */
export function laddersOf(basis: Basis, versions: readonly string[]): Ladder | null {
  const suspects = versions.flatMap((version) => {
    const fit = fitConditionalPoisson(stratify(basis.cells, jobAndAge, against(version)), 2);
    if (fit === null) return [];
    return [{ version, fit, z: (fit.coefficients[0] ?? 0) / (fit.standardErrors[0] ?? 1) }];
  });
  const suspect = suspects.toSorted((a, b) => b.z - a.z)[0];
  if (suspect === undefined) return null;
  const information = suspect.fit.information[0] ?? 0;
  const rung = (cells: Iterable<ExposureCell>, strata: (cell: ExposureCell) => string): Rung => {
    const fit = fitConditionalPoisson(stratify(cells, strata, against(suspect.version)), 2);
    return fit === null ? { kept: 0, estimate: null } : rungOf(fit, information, basis.phi);
  };
  return {
    version: suspect.version,
    withinJobs: rungOf(suspect.fit, information, basis.phi),
    withinWeeks: rung(basis.byWeek(), (cell) => `${jobAndAge(cell)}\n${cell.week}`),
    withinHosts: rung(basis.byEngine(), jobAgeAndHost),
  };
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
