/**
 * Is a cause associated with the version, with other builds on the engine, with both, or with something else? Everything is
 * computed here; the rules that turn the numbers into a verdict are in verdict.ts.
 */
import {
  basisOf,
  datedBy,
  isVersion,
  jobAgeAndHost,
  jobAndAge,
  minutesByVersion,
  thinned,
  type Basis,
} from './basis.ts';
import { findChanges, type Change } from './changes.ts';
import { concentrations, type Concentration } from './concentrations.ts';
import {
  fitConditionalPoisson,
  likelihoodRatio,
  profileInterval,
  type Fit,
} from './conditional-poisson.ts';
import { conventions } from './conventions.ts';
import { othersAt, type Build, type ExposureCell, type Load } from './exposure.ts';
import { laddersOf, type Ladder } from './ladder.ts';
import { holm } from './multiplicity.ts';
import { stratify } from './strata.ts';
import {
  concurrencyVerdict,
  versionVerdict,
  type ConcurrencyVerdict,
  type VersionVerdict,
} from './verdict.ts';
import { compareVersions } from '../model/version.ts';

export interface Effect {
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
}

export interface Association {
  readonly basis: Basis;
  readonly version: VersionVerdict;
  readonly concurrency: ConcurrencyVerdict;
  /** Versions in the model, the reference first; each other one's adjusted rate ratio to it (computed when asked). */
  readonly reference: string | null;
  readonly adjusted: () => ReadonlyMap<string, Effect>;
  /** p of all versions together, at equal job, age and load; Holm-adjusted with that of the load. */
  readonly versionP: number | null;
  readonly concurrencyP: number | null;
  /** p of the versions when nothing else is held equal. */
  readonly rawVersionP: number | null;
  /** Rate ratio for each further build running, at equal version, job, age and host. */
  readonly perBuild: Effect | null;
  readonly ladder: Ladder | null;
  /** p of a stronger version effect under load; null where too few failures could show one. */
  readonly interactionP: number | null;
  readonly changes: readonly Change[];
  /** Repositories that stand apart; asked only when neither version nor load does. */
  readonly concentrations: readonly Concentration[];
  /** The factor that would probably have been seen; per factor. */
  readonly detectable: { readonly version: number | null; readonly perBuild: number | null };
}

/** The whole analysis of one cause and one component. The most used version is the reference. */
export function associate(builds: readonly Build[]): Association {
  const basis = basisOf(builds);
  const { cells, phi } = basis;
  const minutes = minutesByVersion(cells);
  const levels = [...minutes.keys()].toSorted(compareVersions);
  const candidates = levels
    .filter(isVersion)
    .toSorted((a, b) => (minutes.get(b) ?? 0) - (minutes.get(a) ?? 0));
  const base = candidates[0] ?? levels[0] ?? null;
  const compared = levels.filter((level) => level !== base);
  const covariates = (cell: ExposureCell): number[] => [
    ...compared.map((level) => Number(cell.version === level)),
    cell.others,
  ];
  // An unknown version is held equal like any other, but can't be what differs.
  const versions = compared.flatMap((level, j) => (isVersion(level) ? [j] : []));
  const slope = compared.length;
  const fit = (strata: (cell: ExposureCell) => string): Fit | null =>
    fitConditionalPoisson(stratify(cells, strata, covariates), slope + 1);
  const enough = basis.effective >= conventions.fewestFailures;
  const withinJobs = enough ? fit(jobAndAge) : null;
  if (withinJobs === null) return undecided(basis, base, enough && candidates.length < 2);

  const withinHosts = fit(jobAgeAndHost);
  const kept = (withinHosts?.information[slope] ?? 0) / (withinJobs.information[slope] ?? 1);
  const loadFit =
    withinHosts !== null && kept >= conventions.hostsReliedOnAbove ? withinHosts : withinJobs;
  const versionTest = versions.length === 0 ? 1 : likelihoodRatio(withinJobs, versions, phi).p;
  const loadTest = likelihoodRatio(loadFit, [slope], phi).p;
  const [versionP = 1, concurrencyP = 1] = holm([versionTest, loadTest]);
  const changes = findChanges(datedBy(basis));
  const ladder = versionP < conventions.alpha ? laddersOf(basis, levels.filter(isVersion)) : null;
  const version = versionVerdict({
    basis,
    versions: candidates.length,
    p: versionP,
    ladder,
    changes,
  });
  const concurrency = concurrencyVerdict({
    p: concurrencyP,
    slope: loadFit.coefficients[slope] ?? 0,
    clustered: phi >= conventions.clusteredFrom,
    confirmed: () => confirmedByIncidents(basis, covariates, slope),
    levels: loadLevels(cells),
  });
  const neither = !isFinding(version) && concurrency !== 'associated';
  return {
    basis,
    version,
    concurrency,
    reference: base,
    adjusted: () => new Map(versions.map((j) => [compared[j] ?? '', effectOf(withinJobs, j, phi)])),
    versionP: versions.length === 0 ? null : versionP,
    concurrencyP,
    rawVersionP: rawVersionTest(basis, covariates, versions, slope),
    perBuild: effectOf(loadFit, slope, phi),
    ladder,
    interactionP: ladder === null ? null : interactionTest(basis, ladder.version),
    changes,
    concentrations: neither ? concentrations(basis) : [],
    detectable: {
      version: smallestDetectable(withinJobs, versions, phi),
      perBuild: smallestDetectable(loadFit, [slope], phi),
    },
  };
}

/** Verdicts that speak of the version at all. */
function isFinding(verdict: VersionVerdict): boolean {
  return ['associated', 'likely', 'before-after', 'small'].includes(verdict);
}

/** Too few failures, or nothing that differs between the builds. */
function undecided(basis: Basis, reference: string | null, oneVersion: boolean): Association {
  return {
    basis,
    version: oneVersion ? 'one-version' : 'insufficient',
    concurrency: oneVersion ? 'never-shared' : 'insufficient',
    reference,
    adjusted: () => new Map(),
    versionP: null,
    concurrencyP: null,
    rawVersionP: null,
    perBuild: null,
    ladder: null,
    interactionP: null,
    changes: findChanges(datedBy(basis)),
    concentrations: [],
    detectable: { version: null, perBuild: null },
  };
}

function effectOf(fit: Fit, index: number, phi: number): Effect {
  const { low, high } = profileInterval(fit, index, phi);
  return {
    ratio: Math.exp(fit.coefficients[index] ?? 0),
    low: Math.exp(low),
    high: Math.exp(high),
  };
}

/** The versions' test with nothing else held equal: one stratum, no load. */
function rawVersionTest(
  { cells, phi }: Basis,
  covariates: (cell: ExposureCell) => number[],
  versions: readonly number[],
  slope: number,
): number | null {
  if (versions.length === 0) return null;
  const strata = stratify(
    cells,
    () => '',
    (cell) => covariates(cell).slice(0, slope),
  );
  const fit = fitConditionalPoisson(strata, slope);
  return fit === null ? null : likelihoodRatio(fit, versions, phi).p;
}

/** Share of the minutes at each number of other builds. */
function loadLevels(cells: readonly ExposureCell[]): number[] {
  const minutes = Array.from({ length: conventions.mostOthers + 1 }, () => 0);
  for (const cell of cells) minutes[cell.others] = (minutes[cell.others] ?? 0) + cell.minutes;
  const all = minutes.reduce((sum, each) => sum + each, 0);
  return minutes.map((each) => each / all);
}

/** With one failure for each incident (biased towards fewer failures under load, so it can only confirm a rise). */
function confirmedByIncidents(
  basis: Basis,
  covariates: (cell: ExposureCell) => number[],
  slope: number,
): boolean {
  const strata = stratify(thinned(basis), jobAgeAndHost, covariates);
  const fit = fitConditionalPoisson(strata, slope + 1);
  if (fit === null || (fit.coefficients[slope] ?? 0) <= 0) return false;
  return likelihoodRatio(fit, [slope], 1).p < conventions.alpha;
}

const fewestForInteraction = 20;

function interactionTest({ cells, phi, effective }: Basis, suspect: string): number | null {
  if (effective < fewestForInteraction) return null;
  const strata = stratify(cells, jobAndAge, ({ version, others }) => {
    const own = Number(version === suspect);
    return [own, others, own * others];
  });
  const fit = fitConditionalPoisson(strata, 3);
  return fit === null ? null : likelihoodRatio(fit, [2], phi).p;
}

/** exp(2.8 SE √φ): the ratio that 80 of 100 such histories would show at 5 %; the best of the coefficients. */
function smallestDetectable(fit: Fit, indexes: readonly number[], phi: number): number | null {
  const errors = indexes.map((j) => fit.standardErrors[j] ?? Infinity);
  return errors.length === 0 ? null : Math.exp(2.8 * Math.min(...errors) * Math.sqrt(phi));
}

/** How many others ran when each build started: what a scheduler could act on. For show, never for the verdict. */
export function othersAtStart(build: Build, load: Load): number | null {
  return build.engine === null ? null : othersAt(load, build.engine, build.start);
}
