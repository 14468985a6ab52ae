/**
 * Is a cause associated with the version, with other builds on the engine, with both, or with something else? Everything is
 * computed here; the rules that turn the numbers into a verdict are in verdict.ts.
 */
import { basisOf, datedBy, thinned, type Basis, type Cell } from './basis.ts';
import { findChanges, type Change } from './changes.ts';
import { concentrations, type Concentration } from './concentrations.ts';
import { fitConditionalPoisson, likelihoodRatio, type Fit } from './conditional-poisson.ts';
import { controlOf } from './control.ts';
import { conventions } from './conventions.ts';
import { levels as loadLevels } from './exposure.ts';
import { isVersion, type Study } from './study.ts';
import { laddersOf, type Ladder } from './ladder.ts';
import { holm } from './multiplicity.ts';
import { profileInterval } from './profile.ts';
import { GrowingDesign, patternsOf, type Strata } from './strata.ts';
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
  /** Rate ratio for each further build running, at equal version, job, age and host (computed when asked). */
  readonly perBuild: () => Effect | null;
  readonly ladder: Ladder | null;
  /** Whether that was asked within hosts; where too little is left there, it was within jobs only. */
  readonly loadWithinHosts: boolean;
  /** How many times the version's ratio grows with each further build, and its p; null where too few failures could show it. */
  readonly interaction: { readonly p: number; readonly ratio: number } | null;
  readonly changes: readonly Change[];
  /** Repositories, hosts and so on that stand apart; asked only when neither version nor load does. */
  readonly concentrations: readonly Concentration[];
  /** The factor that would probably have been seen; per factor. */
  readonly detectable: { readonly version: number | null; readonly perBuild: number | null };
}

/**
 * The whole analysis of one cause and one component. The most used version is the reference, unless `reference` names
 * another one. `control` gives the failures
 * that nothing under study can bring about; it is asked only where something was found.
 */
export function associate(
  study: Study,
  control?: () => Study,
  reference: string | null = null,
): Association {
  const basis = basisOf(study);
  const { cells, phi } = basis;
  const model = modelOf(cells, reference);
  const { levels, base, compared, covariates, versions } = model;
  const patterns = patternsOf(study.versions, covariates);
  const candidates = levels.filter(isVersion).length;
  const slope = compared.length;
  const fit = (strata: Strata, cases = study.cases): Fit | null =>
    fitConditionalPoisson(strata.design(cases, patterns));
  const enough = basis.effective >= conventions.fewestFailures;
  const withinJobs = enough ? fit(study.byJob()) : null;
  if (withinJobs === null) {
    if (!enough) return undecided(basis, base, 'insufficient', 'insufficient');
    return undecided(basis, base, candidates < 2 ? 'one-version' : 'not-detected', 'never-shared');
  }

  const loadFit = closest(withinJobs, fit(study.byEngine()), slope);
  const versionTest = versions.length === 0 ? 1 : likelihoodRatio(withinJobs, versions, phi).p;
  const loadTest = likelihoodRatio(loadFit, [slope], phi).p;
  const [versionP = 1, concurrencyP = 1] = holm([versionTest, loadTest]);
  const changes = findChanges(datedBy(basis));
  const ladder = versionP < conventions.alpha ? laddersOf(basis, levels.filter(isVersion)) : null;
  const verdicts = heldAgainst(control, ladder?.version ?? base ?? '', {
    version: versionVerdict({ basis, versions: candidates, p: versionP, ladder, changes }),
    concurrency: concurrencyVerdict({
      p: concurrencyP,
      slope: loadFit.coefficients[slope] ?? 0,
      clustered: phi >= conventions.clusteredFrom,
      confirmed: () => isRise(fit(study.byEngine(), thinned(basis)), slope),
      levels: sharesOfLoad(cells),
    }),
  });
  const neither = !isFinding(verdicts.version) && verdicts.concurrency !== 'associated';
  return {
    basis,
    ...verdicts,
    reference: base,
    adjusted: () =>
      new Map(
        versions
          .filter((j) => tells(withinJobs, j))
          .map((j) => [compared[j] ?? '', effectOf(withinJobs, j, phi)]),
      ),
    versionP: versions.length === 0 ? null : versionP,
    concurrencyP,
    rawVersionP: rawVersionTest(basis, model),
    perBuild: () => effectOf(loadFit, slope, phi),
    ladder,
    loadWithinHosts: loadFit !== withinJobs,
    interaction: ladder === null ? null : interactionTest(basis, ladder.version),
    changes,
    concentrations: neither ? concentrations(basis) : [],
    detectable: {
      version: smallestDetectable(withinJobs, versions, phi),
      perBuild: smallestDetectable(loadFit, [slope], phi),
    },
  };
}

interface Model {
  readonly levels: readonly string[];
  /** What the others are compared with: the reader's choice, else the version with most minutes. */
  readonly base: string | null;
  /** The other levels, each with a coefficient; the load's comes after them. */
  readonly compared: readonly string[];
  readonly covariates: (version: string, others: number) => number[];
  /** Coefficients of versions. An unknown version is held equal like any other, but can't be what differs. */
  readonly versions: readonly number[];
}

function modelOf(cells: readonly Cell[], reference: string | null): Model {
  const minutes = new Map<string, number>();
  for (const cell of cells) {
    minutes.set(cell.version, (minutes.get(cell.version) ?? 0) + cell.minutes);
  }
  const levels = [...minutes.keys()].toSorted(compareVersions);
  const most = levels
    .filter(isVersion)
    .toSorted((a, b) => (minutes.get(b) ?? 0) - (minutes.get(a) ?? 0));
  const base = most.find((level) => level === reference) ?? most[0] ?? levels[0] ?? null;
  const compared = levels.filter((level) => level !== base);
  const covariates = (version: string, others: number): number[] => [
    ...compared.map((level) => Number(version === level)),
    others,
  ];
  const versions = compared.flatMap((level, j) => (isVersion(level) ? [j] : []));
  return { levels, base, compared, covariates, versions };
}

/** The fit within hosts, where that keeps enough of the information on `index`. */
function closest(withinJobs: Fit, withinHosts: Fit | null, index: number): Fit {
  const kept = (withinHosts?.information[index] ?? 0) / (withinJobs.information[index] ?? 1);
  return withinHosts !== null && kept >= conventions.hostsReliedOnAbove ? withinHosts : withinJobs;
}

interface Verdicts {
  readonly version: VersionVerdict;
  readonly concurrency: ConcurrencyVerdict;
}

/** What was found, unless the control shows it too. */
function heldAgainst(
  control: (() => Study) | undefined,
  suspect: string,
  found: Verdicts,
): Verdicts {
  const hasLoad = found.concurrency === 'associated';
  if (control === undefined || (!isFinding(found.version) && !hasLoad)) return found;
  const seen = controlOf(control(), suspect);
  return {
    version: isFinding(found.version) && seen.version ? 'confounded' : found.version,
    concurrency: hasLoad && seen.load ? 'confounded' : found.concurrency,
  };
}

/** Verdicts that speak of the version at all. */
function isFinding(verdict: VersionVerdict): boolean {
  return ['associated', 'likely', 'before-after', 'small'].includes(verdict);
}

/** Too few failures, or nothing that differs between builds of one job at one age. */
function undecided(
  basis: Basis,
  reference: string | null,
  version: VersionVerdict,
  concurrency: ConcurrencyVerdict,
): Association {
  return {
    basis,
    version,
    concurrency,
    reference,
    adjusted: () => new Map(),
    versionP: null,
    concurrencyP: null,
    rawVersionP: null,
    perBuild: () => null,
    ladder: null,
    loadWithinHosts: false,
    interaction: null,
    changes: findChanges(datedBy(basis)),
    concentrations: [],
    detectable: { version: null, perBuild: null },
  };
}

/** Whether the data hold any comparison for a coefficient, beyond the ridge that keeps it at 0. */
function tells(fit: Fit, index: number): boolean {
  return (fit.information[index] ?? 0) > 1e-6;
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
function rawVersionTest({ cells, phi }: Basis, { versions, compared }: Model): number | null {
  if (versions.length === 0) return null;
  const names = cells.map(({ version }) => version);
  const patterns = patternsOf(names, (version) =>
    compared.map((level) => Number(version === level)),
  );
  const design = new GrowingDesign(patterns);
  for (const [code, { others, minutes, failures }] of cells.entries()) {
    design.addMinutes(code * loadLevels + others, minutes);
    design.addFailure(code * loadLevels + others, failures);
  }
  design.endStratum();
  const fit = fitConditionalPoisson(design.all());
  return fit === null ? null : likelihoodRatio(fit, versions, phi).p;
}

/** Share of the minutes at each number of other builds. */
function sharesOfLoad(cells: readonly Cell[]): number[] {
  const minutes = Array.from({ length: conventions.mostOthers + 1 }, () => 0);
  for (const cell of cells) minutes[cell.others] = (minutes[cell.others] ?? 0) + cell.minutes;
  const all = minutes.reduce((sum, each) => sum + each, 0);
  return minutes.map((each) => each / all);
}

/** Asked with one failure for each incident (biased towards fewer failures under load, so it can only confirm a rise). */
function isRise(fit: Fit | null, slope: number): boolean {
  if (fit === null || (fit.coefficients[slope] ?? 0) <= 0) return false;
  return likelihoodRatio(fit, [slope], 1).p < conventions.alpha;
}

const fewestForInteraction = 20;

function interactionTest(
  { study, phi, effective }: Basis,
  suspect: string,
): Association['interaction'] {
  if (effective < fewestForInteraction) return null;
  const patterns = patternsOf(study.versions, (version, others) => {
    const own = Number(version === suspect);
    return [own, others, own * others];
  });
  const fit = fitConditionalPoisson(study.byJob().design(study.cases, patterns));
  if (fit === null) return null;
  return { p: likelihoodRatio(fit, [2], phi).p, ratio: Math.exp(fit.coefficients[2] ?? 0) };
}

/** exp(2.8 SE √φ): the ratio that 80 of 100 such histories would show at 5 %; the best of the coefficients. */
function smallestDetectable(fit: Fit, indexes: readonly number[], phi: number): number | null {
  const errors = indexes.map((j) =>
    tells(fit, j) ? (fit.standardErrors[j] ?? Infinity) : Infinity,
  );
  return errors.length === 0 ? null : Math.exp(2.8 * Math.min(...errors) * Math.sqrt(phi));
}
