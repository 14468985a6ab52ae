/** When did a cause start or stop, and what changed then? */
import { basisOf, datedBy } from '../analysis/basis.ts';
import { unknownVersion } from '../analysis/study.ts';
import { findChanges, type Change } from '../analysis/changes.ts';
import { conventions } from '../analysis/conventions.ts';
import { cleanBuildsToVerify, proportion } from '../analysis/proportion.ts';
import { chanceOfCoincidence, coincides, rollOuts, type RollOut } from '../analysis/roll-outs.ts';
import { effectText } from '../analysis/sentences.ts';
import { plural } from '../model/plural.ts';
import { funnelText } from './funnel.ts';
import type { Setup } from '../store/roll-up-rows.ts';
import { type History } from './history.ts';
import { ratesSection } from './over-time.ts';
import type { Report, Section } from './report.ts';
import {
  arrivalsIn,
  casesOf,
  components,
  leadingCauses,
  studyOf,
  toInstant,
  versionOf,
  type Component,
} from './study.ts';

const causesShown = 5;
const ratesShown = 3;
const confidence = 0.99;

interface RolledOut {
  readonly component: Component;
  readonly rollOut: RollOut;
}

export function trendReport(history: History): Report {
  const causes = leadingCauses(history, causesShown);
  const arrivals = components.flatMap((component) => arrivalsOf(history, component));
  const found = causes.flatMap((cause) => {
    const basis = basisOf(studyOf(history, components[0], cause));
    return findChanges(datedBy(basis), confidence).map((change) => ({ cause, change }));
  });
  return {
    id: 'trend',
    title: 'When rates changed',
    scope: history.scope,
    findings: [],
    sections: [
      changesSection(found, arrivals, history),
      rollOutsSection(arrivals),
      ratesSection(history, causes.slice(0, ratesShown)),
    ],
  };
}

/** Versions that came after the history's first day. */
function arrivalsOf(history: History, component: Component): RolledOut[] {
  const arrivals = arrivalsIn(history.all, component).filter(
    ({ version }) => version !== unknownVersion,
  );
  const begin = arrivals.reduce((least, { start }) => Math.min(least, start), Infinity);
  return rollOuts(arrivals)
    .filter(({ from }) => from > begin + conventions.rollOutSlack)
    .map((rollOut) => ({ component, rollOut }));
}

function changesSection(
  found: readonly { readonly cause: string; readonly change: Change }[],
  arrivals: readonly RolledOut[],
  history: History,
): Section {
  return {
    id: 'changes',
    title: 'Changes of a cause’s rate',
    columns: [
      { key: 'cause', title: 'cause', kind: 'text' },
      { key: 'at', title: 'changed at', kind: 'instant' },
      { key: 'from', title: 'from (99 %)', kind: 'instant' },
      { key: 'to', title: 'to', kind: 'instant' },
      { key: 'before', title: 'incidents before', kind: 'proportion' },
      { key: 'after', title: 'after', kind: 'proportion' },
      { key: 'ratio', title: 'ratio', kind: 'id' },
      { key: 'changed', title: 'what else changed', kind: 'text' },
    ],
    rows: found.map(({ cause, change }) => ({
      cause,
      at: toInstant(change.at),
      from: toInstant(change.from),
      to: toInstant(change.to),
      before: proportion(change.before.failures, Math.round(change.before.builds)),
      after: proportion(change.after.failures, Math.round(change.after.builds)),
      ratio: effectText(change.ratio),
      changed: nearby(change, arrivals).map(label).join(', ') || 'no roll-out',
    })),
    note: [
      ...found.map(({ cause, change }) => whatChanged(cause, change, arrivals, history)),
      found.length === 0
        ? 'How to read: no change was found; fewer than four incidents, or a drift, cannot show one.'
        : 'How to read: incidents (failures within a minute on one engine are one) of builds before and after, their ratio, and the range that holds the moment with 99 %. What coincides is not proven to be the reason.',
      funnelText(history),
    ].join('\n'),
  };
}

function label({ component, rollOut }: RolledOut): string {
  return `${component.title} ${rollOut.version}`;
}

function nearby(change: Change, arrivals: readonly RolledOut[]): RolledOut[] {
  return arrivals.filter(({ rollOut }) => coincides(change, rollOut, conventions.rollOutSlack));
}

/** Roll-outs within the range, the chance of that, and where only one of several changed. */
function whatChanged(
  cause: string,
  change: Change,
  arrivals: readonly RolledOut[],
  history: History,
): string {
  const close = nearby(change, arrivals);
  const moment = `${cause}, ${toInstant(change.at).slice(0, 16).replace('T', ' ')}`;
  const proven = progress(change);
  if (close.length === 0)
    return `${moment}: no roll-out was under way; look outside the versions.${proven}`;
  const starts = history.bins.map(({ start }) => start);
  const length = (starts.at(-1) ?? 0) - (starts[0] ?? 0);
  const width = change.to - change.from + 2 * conventions.rollOutSlack;
  const chance = chanceOfCoincidence(arrivals.length, width, length);
  const strata = close.length < 2 ? '' : ` ${alone(cause, change, close, history)}`;
  return `${moment}: coincides with ${close.map(label).join(', ')} (by chance: ${(chance * 100).toFixed(0)} %).${strata}${proven}`;
}

/** How many builds without a failure there are of those that it takes to call it over; empty where it goes on. */
function progress({ before, after }: Change): string {
  if (after.failures > 0 || before.failures === 0) return '';
  const needed = cleanBuildsToVerify(before.failures / before.builds);
  return ` Fixed? ${Math.min(Math.round(after.builds), needed)} of ${plural(needed, 'build')} without it.`;
}

/** Builds after the change on which exactly one of the coinciding versions had come: they can tell versions apart. */
function alone(
  cause: string,
  change: Change,
  close: readonly RolledOut[],
  history: History,
): string {
  const onlyOn = (setup: Setup, i: number): boolean =>
    close.every(({ component, rollOut }, j) => isOn(setup, component, rollOut) === (j === i));
  const counts = close.map((arrival, i) => {
    const builds = history.bins
      .filter(({ start, setup }) => start >= change.at && onlyOn(setupAt(history, setup), i))
      .reduce((sum, bin) => sum + bin.builds, 0);
    const failed = casesOf(history, cause).filter(
      (job) => (job.window?.start ?? 0) >= change.at && onlyOn(job, i),
    );
    return `only ${label(arrival)}: ${failed.length} of ${plural(Math.round(builds), 'build')} failed`;
  });
  return `Where one of them came without the others: ${counts.join('; ')}.`;
}

function isOn(setup: Setup, component: Component, { version }: RollOut): boolean {
  return versionOf(setup, component) === version;
}

function setupAt({ setups }: History, index: number): Setup {
  const setup = setups[index];
  if (setup === undefined) throw new Error('a roll-up names what is not there');
  return setup;
}

function rollOutsSection(arrivals: readonly RolledOut[]): Section {
  return {
    id: 'rollouts',
    title: 'Roll-outs',
    columns: [
      { key: 'component', title: 'component', kind: 'id' },
      { key: 'version', title: 'version', kind: 'id' },
      { key: 'from', title: 'first host', kind: 'instant' },
      { key: 'to', title: '90 % of its hosts', kind: 'instant' },
      { key: 'hosts', title: 'hosts', kind: 'count' },
    ],
    rows: arrivals.map(({ component, rollOut }) => ({
      component: component.title,
      version: rollOut.version,
      from: toInstant(rollOut.from),
      to: toInstant(rollOut.to),
      hosts: rollOut.hosts,
    })),
    note: 'How to read: when a version came to its first host, and when nine of ten of its hosts had it. One that was there from the first day on has no roll-out.',
  };
}
