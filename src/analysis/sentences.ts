/**
 * Verdicts in words. Always "associated with" or "goes with", never "caused by": only a collision between two logs proves
 * that. Each sentence carries counts or an interval, and what it leaves open.
 */
import type { Alias } from './aliases.ts';
import type { Association, Effect } from './association.ts';
import { conventions } from './conventions.ts';
import type { Rung } from './ladder.ts';
import { plural } from '../model/plural.ts';
import { proportion, toPercent } from './proportion.ts';
import { accountedFor } from './raw-difference.ts';
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

/** What kind of ratio is told, where a cause is so frequent that it matters; null elsewhere. */
export function commonSentence(
  cause: string,
  { basis }: Pick<Association, 'basis'>,
): string | null {
  const builds = Math.round(basis.study.builds);
  return basis.failures > conventions.commonAbove * builds
    ? `${cause} is common (${basis.failures} of ${plural(builds, 'build')}): ratios are of rates, not of shares or odds.`
    : null;
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
  const missing = more === null ? '' : `: about ${plural(more, 'more build')} at this rate`;
  const worth =
    phi > 1 ? `, worth ${effective.toFixed(1)} independent ones as they come together` : '';
  return `Not enough data: ${failures} in ${plural(builds, 'build')}${range}${worth}; ${wanted} independent failures are needed before causes are compared${missing}.`;
}

export function versionSentence(found: Association, { cause, component }: Names): string {
  const suspect = found.ladder?.version ?? '';
  switch (found.version) {
    case 'insufficient':
      return `${cause}: ${notEnough(found)}`;
    case 'one-version':
      return `${cause}: one ${component} version in use, nothing to compare.`;
    case 'not-detected':
      return `${cause}: no association with the ${component} version was found${seen(found.detectable.version, '', 'for the version that most is known of, ')}.${accounted(found)}`;
    case 'inseparable-from-host':
      return `${cause}: failures are more frequent on ${component} ${suspect}${ratioText(found)}, but version and host cannot be separated; run it on another host too.`;
    case 'explained-by-host':
      return `${cause}: on the same hosts the ${component} versions do not differ${ratioThere(found, 'withinHosts')}.`;
    case 'explained-by-time':
      return `${cause}: in the same weeks the ${component} versions do not differ${ratioThere(found, 'withinWeeks')}.`;
    case 'time-not-aligned':
      return `${cause}: failures rose${risenText(found)} when no roll-out of ${component} ${suspect} was under way; look outside the version.`;
    case 'before-after':
      return `${cause}: the rise coincides with the roll-out of ${component} ${suspect}${ratioText(found)}; all hosts changed together, so anything else that changed then fits as well. Half of the hosts for a week would tell.`;
    case 'before-after-weak':
      return `${cause}: builds on ${component} ${suspect} failed more often${ratioText(found)}, but mostly at other times; unclear.`;
    case 'confounded':
      return `${cause}: builds on ${component} ${suspect} failed more often${ratioText(found)}, but the same analysis also finds this of failures that ${component} cannot bring about (those of the change itself); unclear.`;
    case 'small':
      return `${cause}: ${component} ${suspect} shows a detectable but small difference${ratioText(found)}.`;
    case 'likely':
      return `${cause}: probably associated with ${component} ${suspect}${ratioText(found)}; the same-week comparison is too small to tell. An association, not proof.`;
    case 'associated':
    default:
      return `${cause}: associated with ${component} ${suspect}${ratioText(found)} at equal load${rungs(found)}. An association, not proof.`;
  }
}

function ratioText(found: Association): string {
  const effect = found.ladder?.withinJobs.estimate ?? null;
  if (effect === null) return '';
  const hit = failuresOn(found, found.ladder?.version ?? '');
  return ` (${effectText(effect)} times the rate of the others; ${hit} of ${plural(found.basis.failures, 'failure')})`;
}

function failuresOn({ basis }: Association, version: string): number {
  return basis.cells
    .filter((cell) => cell.version === version)
    .reduce((sum, cell) => sum + cell.failures, 0);
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

/** What is left of a version's ratio under a rung's circumstances, against that overall. */
function ratioThere({ ladder }: Association, rung: 'withinWeeks' | 'withinHosts'): string {
  const [there, overall] = [ladder?.[rung].estimate, ladder?.withinJobs.estimate];
  return ladder === null || there == null || overall == null
    ? ''
    : `: ${ladder.version} has ${effectText(there)} times the rate of the others there, ${effectText(overall)} overall`;
}

/** The day of the first rise, and the days that hold it. */
function risenText({ changes }: Association): string {
  const rise = changes.find(({ ratio }) => (ratio.ratio ?? 0) > 1);
  return rise === undefined
    ? ''
    : ` on ${dayOf(rise.at)} (between ${dayOf(rise.from)} and ${dayOf(rise.to)})`;
}

/** Minutes since 1970 as a day in UTC. */
function dayOf(minutes: number): string {
  return new Date(minutes * 60_000).toISOString().slice(0, 10);
}

/** A ratio that nobody would ask for. */
const absurd = 100;

/** The power behind "not found", in words. `of` says what the ratio is of, `whose` for whom it holds. */
function seen(factor: number | null, of: string, whose = ''): string {
  if (factor === null || !Number.isFinite(factor)) {
    return ', but these data could not have shown one: what differs never did the same job';
  }
  if (factor > absurd) return `, but not even a ratio of ${absurd}${of} could have been seen`;
  return factor > conventions.couldHaveSeen
    ? `, but a ratio below ${toFactor(factor)}${of} could not have been seen`
    : ` (${whose}a ratio of ${toFactor(factor)} or more${of} would probably have been seen)`;
}

function accounted(found: Association): string {
  const { basis, reference, detectable } = found;
  const strong = detectable.version !== null && detectable.version <= conventions.couldHaveSeen;
  const difference = strong ? accountedFor(found) : null;
  if (difference === null) return '';
  const { version, failures, raw, adjusted } = difference;
  const hit = `${failures} of ${plural(basis.failures, 'failure')}`;
  return ` The raw difference (${version}: ${hit}, ${effectText(raw)} times the rate of ${reference}) is accounted for by load, job and age of the build: adjusted ${effectText(adjusted)}.`;
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
      return `${cause}: each further build running on the same engine goes with ${perBuild} times the rate, at equal version, ${found.loadWithinHosts ? 'job, age of the build and host' : 'job and age of the build'}${ratesText(found)}. An association, not proof.`;
    case 'unclear-clustered':
      return `${cause}: failures come in engine-wide incidents (${clusteredText(found)}); look for what stops an engine before blaming load.`;
    case 'negative':
      return `${cause}: fewer failures under load (${perBuild} for each further build); no mechanism is suggested; check that all jobs of the hosts were read.`;
    case 'confounded':
      return `${cause}: more failures under load (${perBuild} for each further build), but failures of the change itself rise with it too, which load cannot bring about; unclear.`;
    case 'negligible':
      return `${cause}: the association with load is too small to matter (${perBuild} for each further build).`;
    case 'not-detected':
    default:
      return `${cause}: no association with other builds on the engine was found${seen(found.detectable.perBuild, ' for each further build')}.`;
  }
}

/** The rate alone and beside as many others as failures are known of, with the failures that each rests on. */
function ratesText({ basis }: Association): string {
  const levels = Array.from({ length: conventions.mostOthers + 1 }, (_, others) => {
    const cells = basis.cells.filter((cell) => cell.others === others);
    const failures = cells.reduce((sum, cell) => sum + cell.failures, 0);
    return { others, failures, minutes: cells.reduce((sum, cell) => sum + cell.minutes, 0) };
  });
  const [alone] = levels;
  const busiest = levels.findLast(({ failures, minutes }) => failures > 0 && minutes > 0);
  if (alone === undefined || alone.minutes <= 0 || busiest === undefined || busiest.others === 0) {
    return '';
  }
  const rateOf = ({ failures, minutes }: (typeof levels)[number]): string =>
    `${toFactor((1000 * failures) / minutes)} (${plural(failures, 'failure')})`;
  const { others } = busiest;
  const beside =
    others === conventions.mostOthers ? `${others} or more others` : plural(others, 'other');
  return `; alone ${rateOf(alone)}, beside ${beside} ${rateOf(busiest)} per 1,000 minutes`;
}

/** How many failures came with another, and in how many incidents all of them came. */
function clusteredText({ basis: { incidents, failures } }: Association): string {
  const together = incidents.reduce((sum, { length }) => sum + (length > 1 ? length : 0), 0);
  return `${together} of ${failures} within a minute of another; ${plural(incidents.length, 'incident')}`;
}

/** How version and load stand to each other where one of them stands out; null where neither does. */
export function togetherSentence(found: Association, component: string): string | null {
  const version = supported.has(found.version);
  const load = found.concurrency === 'associated';
  if (version && load)
    return `Version and load go with it independently of each other${underLoad(found)}.`;
  if (version && found.concurrency === 'not-detected') {
    const power = seen(found.detectable.perBuild, ' for each further build');
    return `At equal ${component} version there is no sign of the load${power}.`;
  }
  if (load && found.version === 'not-detected') {
    const power = seen(found.detectable.version, '', 'for the version that most is known of, ');
    return `At equal load there is no sign of the ${component} version${power}.`;
  }
  return null;
}

/** That nothing is said where the test finds nothing is no evidence of equal effects. */
function underLoad({ interaction }: Association): string {
  if (interaction === null || interaction.p >= conventions.alpha) return '';
  return `; the version's effect is ${interaction.ratio > 1 ? 'stronger' : 'weaker'} under load`;
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
    const failures = failuresOn(found, ladder.version);
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
  return `If the association is causal and nothing else changes: ${parts.join('; ')}${parts.length > 1 ? ' (not to be added up)' : ''}.`;
}

const supported: ReadonlySet<string> = new Set(['associated', 'likely']);

function logarithms({ ratio, low, high }: Effect): LogRatio {
  return { estimate: Math.log(ratio), low: Math.log(low), high: Math.log(high) };
}

function avoidedText({ avoided, low, high }: Avoided, failures: number): string {
  const [from, most, to] = [low, avoided, high].map((value) => Math.max(0, value).toFixed(0));
  return `${most} of ${failures} failures fewer (95 %: ${from}–${to})`;
}
