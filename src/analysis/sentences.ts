/**
 * Verdicts in words. Always "associated with" or "goes with", never "caused by": only a collision between two logs proves
 * that. Each sentence carries counts or an interval, and what it leaves open.
 */
import type { Alias } from './aliases.ts';
import type { Association, Effect } from './association.ts';
import type { Concentration } from './concentrations.ts';
import { conventions } from './conventions.ts';
import type { Rung } from './ladder.ts';
import { proportion, toPercent } from './proportion.ts';
import { avoidedByCapping, avoidedByLeaving, type Avoided, type LogRatio } from './remedies.ts';

/** What a sentence speaks of: a cause and a component, as readers know them. */
export interface Names {
  readonly cause: string;
  readonly component: string;
}

/** `2.4`, `13`; two digits are all that such intervals are worth. */
function toFactor(value: number): string {
  if (!Number.isFinite(value)) return '∞';
  return value >= 10 ? value.toFixed(0) : value.toPrecision(2);
}

/** `3.1 (95 %: 1.2–8.0)`, and one-sided where an end is open: never "infinite". */
export function effectText(effect: {
  readonly ratio: number | null;
  readonly low: number;
  readonly high: number;
}): string {
  const { ratio, low, high } = effect;
  if (ratio === null) return 'no failures in either';
  if (!Number.isFinite(ratio) || !Number.isFinite(high)) return `at least ${toFactor(low)}`;
  if (ratio === 0) return `at most ${toFactor(high)}`;
  return `${toFactor(ratio)} (${toFactor(low)}–${toFactor(high)})`;
}

/** How often it happened, and how many builds it would take to compare. */
function notEnough({ basis }: Association): string {
  const { failures, effective, phi } = basis;
  const builds = Math.round(basis.study.builds);
  const { rate, low, high } = proportion(failures, builds);
  const range =
    rate === null
      ? ''
      : ` (${toPercent(rate)} %, 95 % interval ${toPercent(low ?? 0)}–${toPercent(high ?? 1)} %)`;
  const wanted = conventions.fewestFailures;
  const more = failures === 0 ? null : Math.ceil((builds * (wanted - effective)) / effective);
  const missing = more === null ? '' : `: about ${Math.max(1, more)} more builds at this rate`;
  const worth =
    phi > 1 ? `, worth ${effective.toFixed(1)} independent ones as they come together` : '';
  return `Not enough data: ${failures} in ${builds} builds${range}${worth}; ${wanted} independent failures are needed before causes are compared${missing}.`;
}

export function versionSentence(found: Association, { cause, component }: Names): string {
  const suspect = found.ladder?.version ?? '';
  const overall = found.ladder?.withinJobs.estimate ?? null;
  switch (found.version) {
    case 'insufficient':
      return `${cause}: ${notEnough(found)}`;
    case 'one-version':
      return `${cause}: one ${component} version in use, nothing to compare.`;
    case 'not-detected':
      return `${cause}: no association with the ${component} version was found${seen(found.detectable.version)}.${accounted(found)}`;
    case 'inseparable-from-host':
      return `${cause}: failures are more frequent on ${component} ${suspect}${ratioText(overall)}, but version and host cannot be separated; run it on another host too.`;
    case 'explained-by-host':
      return `${cause}: on the same host the ${component} versions do not differ.`;
    case 'explained-by-time':
      return `${cause}: in the same weeks the ${component} versions do not differ.`;
    case 'time-not-aligned':
      return `${cause}: failures rose when no roll-out of ${component} ${suspect} was under way; look outside the version.`;
    case 'before-after':
      return `${cause}: the rise coincides with the roll-out of ${component} ${suspect}${ratioText(overall)}; all hosts changed together, so anything else that changed then fits as well.`;
    case 'before-after-weak':
      return `${cause}: builds on ${component} ${suspect} failed more often${ratioText(overall)}, but mostly at other times; unclear.`;
    case 'confounded':
      return `${cause}: builds on ${component} ${suspect} failed more often${ratioText(overall)}, but the same analysis also finds this of failures that ${component} cannot bring about (those of the change itself); unclear.`;
    case 'small':
      return `${cause}: ${component} ${suspect} shows a detectable but small difference${ratioText(overall)}.`;
    case 'likely':
      return `${cause}: probably associated with ${component} ${suspect}${ratioText(overall)}; the same-week comparison is too small to tell. An association, not proof.`;
    case 'associated':
    default:
      return `${cause}: associated with ${component} ${suspect}${ratioText(overall)} at equal load${rungs(found)}. An association, not proof.`;
  }
}

function ratioText(effect: Effect | null): string {
  return effect === null ? '' : ` (${effectText(effect)} times the rate of the others)`;
}

function rungText({ estimate }: Rung, where: string): string {
  return estimate === null ? '' : `; ${where} ${effectText(estimate)}`;
}

function rungs({ ladder }: Association): string {
  if (ladder === null) return '';
  return (
    rungText(ladder.withinWeeks, 'in the same weeks') +
    rungText(ladder.withinHosts, 'on the same hosts')
  );
}

/** The power behind "not found", in words. */
function seen(factor: number | null): string {
  if (factor === null || !Number.isFinite(factor)) {
    return ', but these data could not have shown one: what differs never did the same job';
  }
  return factor > conventions.couldHaveSeen
    ? `, but a ratio below ${toFactor(Math.min(factor, 100))} could not have been seen`
    : ` (a ratio of ${toFactor(factor)} or more would probably have been seen)`;
}

function accounted({ rawVersionP, detectable }: Association): string {
  const strong = detectable.version !== null && detectable.version <= conventions.couldHaveSeen;
  return strong && rawVersionP !== null && rawVersionP < conventions.alpha
    ? ' The raw difference between versions is accounted for by load, job and age of the build.'
    : '';
}

export function concurrencySentence(found: Association, { cause }: Pick<Names, 'cause'>): string {
  const effect = found.concurrency === 'not-detected' ? null : found.perBuild();
  const perBuild = effect === null ? '' : effectText(effect);
  switch (found.concurrency) {
    case 'insufficient':
      return `${cause}: ${notEnough(found)}`;
    case 'never-shared':
      return `${cause}: builds almost never shared an engine; load cannot be compared.`;
    case 'associated':
      return `${cause}: each further build running on the same engine goes with ${perBuild} times the rate, at equal version, job, age of the build and host.`;
    case 'unclear-clustered':
      return `${cause}: failures come in engine-wide incidents (${found.basis.failures} in ${found.basis.incidents.length}); look for what stops an engine before blaming load.`;
    case 'negative':
      return `${cause}: fewer failures under load (${perBuild} for each further build); no mechanism is suggested; check that all jobs of the hosts were read.`;
    case 'confounded':
      return `${cause}: more failures under load (${perBuild} for each further build), but failures of the change itself rise with it too, which load cannot bring about; unclear.`;
    case 'negligible':
      return `${cause}: the association with load is too small to matter (${perBuild} for each further build).`;
    case 'not-detected':
    default:
      return `${cause}: no association with other builds on the engine was found${seen(found.detectable.perBuild)}.`;
  }
}

/** Where failures gather when neither version nor load is to blame, and where else; null where nothing stands apart. */
export function concentrationSentence(
  { concentrations }: Association,
  cause: string,
): string | null {
  const [first, ...others] = concentrations;
  if (first === undefined) return null;
  const { failures, of, byMinutes, circumstance } = first;
  const also = others
    .slice(0, alsoShown)
    .map((each) => `${placeText(each)} (${each.failures}, ${effectText(each.byMinutes)} times)`);
  return (
    `${cause}: ${failures} of ${of} failures are ${placeText(first)}, ` +
    `${effectText(byMinutes)} times the rate per minute of all other ${plurals[circumstance]}.` +
    (also.length === 0 ? '' : ` They also gather ${also.join(', ')}; these may be the same builds.`)
  );
}

const alsoShown = 2;

const plurals: Readonly<Record<Concentration['circumstance'], string>> = {
  repository: 'repositories',
  host: 'hosts',
  os: 'images of the runner',
  driver: 'drivers',
  hour: 'hours of the day',
};

/** `in acme/mono`, `on host ci-1`. */
function placeText({ circumstance, value }: Concentration): string {
  switch (circumstance) {
    case 'repository':
      return `in ${value}`;
    case 'host':
      return `on host ${value}`;
    case 'os':
      return `on runner image ${value}`;
    case 'driver':
      return `with driver ${value}`;
    case 'hour':
    default:
      return `of builds that started from ${value.padStart(2, '0')}:00 to ${value.padStart(2, '0')}:59 UTC`;
  }
}

/** What the data cannot tell apart from the suspect version; null where nothing always came with it. */
export function aliasSentence(
  suspect: string,
  component: string,
  aliases: readonly Alias[],
): string | null {
  if (aliases.length === 0) return null;
  const others = aliases.map(({ attribute, value }) => `${attribute} ${value}`).join(', ');
  return `${component} ${suspect} nearly always came with ${others}: these data cannot tell them apart.`;
}

/** What leaving the version, or building alone, would have avoided; null where no association supports it. */
export function remedySentence(found: Association): string | null {
  const { basis, ladder } = found;
  const parts: string[] = [];
  const suspect = ladder?.withinJobs.estimate ?? null;
  if (ladder !== null && suspect !== null && supported.has(found.version)) {
    const failures = basis.cells
      .filter(({ version }) => version === ladder.version)
      .reduce((sum, cell) => sum + cell.failures, 0);
    const avoided = avoidedByLeaving(failures, logarithms(suspect));
    parts.push(`without ${ladder.version} ${avoidedText(avoided, basis.failures)}`);
  }
  const perBuild = found.concurrency === 'associated' ? found.perBuild() : null;
  if (perBuild !== null) {
    const byOthers = Array.from({ length: conventions.mostOthers + 1 }, (_, others) =>
      basis.cells
        .filter((cell) => cell.others === others)
        .reduce((sum, cell) => sum + cell.failures, 0),
    );
    const avoided = avoidedByCapping(byOthers, logarithms(perBuild), 0);
    parts.push(`with one build at a time ${avoidedText(avoided, basis.failures)}`);
  }
  if (parts.length === 0) return null;
  return `If the association is causal and nothing else changes: ${parts.join('; ')} (not to be added up).`;
}

const supported: ReadonlySet<string> = new Set(['associated', 'likely']);

function logarithms({ ratio, low, high }: Effect): LogRatio {
  return { estimate: Math.log(ratio), low: Math.log(low), high: Math.log(high) };
}

function avoidedText({ avoided, low, high }: Avoided, failures: number): string {
  const [from, most, to] = [low, avoided, high].map((value) => Math.max(0, value).toFixed(0));
  return `${most} of ${failures} failures fewer (95 %: ${from}–${to})`;
}
