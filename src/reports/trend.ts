/** When did a cause start or stop, and what changed then? */
import { basisOf, datedBy, unknownVersion } from '../analysis/basis.ts';
import { findChanges, type Change } from '../analysis/changes.ts';
import { conventions } from '../analysis/conventions.ts';
import type { Build } from '../analysis/exposure.ts';
import { proportion } from '../analysis/proportion.ts';
import { chanceOfCoincidence, coincides, rollOuts, type RollOut } from '../analysis/roll-outs.ts';
import { effectText } from '../analysis/sentences.ts';
import type { History } from './history.ts';
import type { Db } from '../store/store.ts';
import { ratesSection } from './over-time.ts';
import type { Report, Section } from './report.ts';
import { buildsOf, components, leadingCauses, toInstant, type Component } from './study.ts';

const causesShown = 5;
const ratesShown = 3;
const confidence = 0.99;

interface RolledOut {
  readonly component: Component;
  readonly rollOut: RollOut;
}

export function trendReport(history: History, db: Db): Report {
  const causes = leadingCauses(history, causesShown);
  const arrivals = components.flatMap((component) => arrivalsOf(history, component));
  const found = causes.flatMap((cause) => {
    const builds = buildsOf(history, components[0], cause);
    return findChanges(datedBy(basisOf(builds)), confidence).map((change) => ({ cause, change }));
  });
  return {
    id: 'trend',
    title: 'When rates changed',
    scope: history.scope,
    findings: [],
    sections: [
      changesSection(found, arrivals, history),
      rollOutsSection(arrivals),
      ratesSection(db, causes.slice(0, ratesShown)),
    ],
  };
}

/** Versions that came after the history's first day. */
function arrivalsOf(history: History, component: Component): RolledOut[] {
  const builds = buildsOf(history, component, '').flatMap((build) =>
    build.engine === null || build.version === unknownVersion
      ? []
      : [{ ...build, engine: build.engine }],
  );
  const begin = Math.min(...builds.map(({ start }) => start));
  return rollOuts(builds)
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
      before: proportion(change.before.failures, change.before.builds),
      after: proportion(change.after.failures, change.after.builds),
      ratio: effectText(change.ratio),
      changed: nearby(change, arrivals).map(label).join(', ') || 'no roll-out',
    })),
    note: [
      ...found.map(({ cause, change }) => whatChanged(cause, change, arrivals, history)),
      found.length === 0
        ? 'No change was found; fewer than four incidents, or a drift, cannot show one.'
        : 'How to read: the rate before and after, and the range that holds the moment with 99 %. What coincides is not proven to be the reason.',
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
  if (close.length === 0) return `${moment}: no roll-out was under way; look outside the versions.`;
  const builds = buildsOf(history, components[0], cause);
  const starts = builds.map(({ start }) => start);
  const length = Math.max(...starts) - Math.min(...starts);
  const width = change.to - change.from + 2 * conventions.rollOutSlack;
  const chance = chanceOfCoincidence(arrivals.length, width, length);
  const strata = close.length < 2 ? '' : ` ${alone(cause, change, close, history)}`;
  return `${moment}: coincides with ${close.map(label).join(', ')} (by chance: ${(chance * 100).toFixed(0)} %).${strata}`;
}

/** Builds after the change on which exactly one of the coinciding versions had come: they can tell versions apart. */
function alone(
  cause: string,
  change: Change,
  close: readonly RolledOut[],
  history: History,
): string {
  const after = close.map(({ component }) =>
    buildsOf(history, component, cause).filter(({ first, start }) => first && start >= change.at),
  );
  const counts = close.map((arrival, i) => {
    const only = (after[i] ?? []).filter((_, place) =>
      close.every(({ rollOut }, j) => isOn(after[j]?.[place], rollOut) === (j === i)),
    );
    const failed = only.filter(({ failedAt }) => failedAt !== null).length;
    return `only ${label(arrival)}: ${failed} of ${only.length} builds failed`;
  });
  return `Where one of them came without the others: ${counts.join('; ')}.`;
}

function isOn(build: Build | undefined, { version }: RollOut): boolean {
  return build?.version === version;
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
    note: 'How to read: a version that was there from the first day on has no roll-out.',
  };
}
