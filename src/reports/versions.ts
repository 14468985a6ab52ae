/**
 * Is it the version? The rate of each leading cause by version of each component, raw and at equal load, job and age. Causes
 * are counted, never messages: one stop prints one line with BuildKit 0.13 and another with 0.14.
 */
import { associate, type Association } from '../analysis/association.ts';
import { unknownVersion } from '../analysis/basis.ts';
import { fisherExact, smallestPossibleP } from '../analysis/exact-test.ts';
import { falseDiscovery } from '../analysis/multiplicity.ts';
import { proportion, type Proportion } from '../analysis/proportion.ts';
import { rateRatio } from '../analysis/rates.ts';
import { effectText, remedySentence, versionSentence } from '../analysis/sentences.ts';
import { compareVersions } from '../model/version.ts';
import { groupBy, plural, type History, type HistoryJob } from './history.ts';
import type { Cell, Report, Section } from './report.ts';
import { buildsOf, components, isFirst, leadingCauses, type Component } from './study.ts';

const causesShown = 3;

export function versionsReport(history: History): Report {
  const causes = leadingCauses(history, causesShown);
  return {
    id: 'versions',
    title: 'Failures by version',
    scope: history.scope,
    findings: [],
    sections: components.map((component) => section(history, component, causes)),
  };
}

function section(history: History, component: Component, causes: readonly string[]): Section {
  const studies = causes.map((cause) => ({
    cause,
    found: associate(buildsOf(history, component, cause)),
  }));
  return {
    id: component.key,
    title: component.title,
    columns: [
      { key: 'cause', title: 'cause', kind: 'text' },
      { key: 'version', title: 'version', kind: 'id' },
      { key: 'first', title: 'first seen', kind: 'instant' },
      { key: 'failures', title: 'of builds (95 %)', kind: 'proportion' },
      { key: 'ratio', title: 'raw ratio', kind: 'text' },
      { key: 'adjusted', title: 'adjusted', kind: 'text' },
      { key: 'p', title: 'p', kind: 'text' },
      { key: 'q', title: 'q', kind: 'text' },
    ],
    rows: studies.flatMap(({ cause, found }) => rowsOf(history, component, cause, found)),
    note: [
      ...studies.map(({ cause, found }) => {
        const remedy = remedySentence(found);
        const sentence = versionSentence(found, { cause, component: component.title });
        return remedy === null ? sentence : `${sentence} ${remedy}`;
      }),
      howToRead,
    ].join('\n'),
  };
}

const howToRead =
  'How to read: a ratio of 2 is twice the failures of the version marked reference; raw by build, adjusted by minute at equal load, ' +
  'job and age of the build. An interval that holds 1 says nothing. q is p after looking at all versions. First attempts only.';

function rowsOf(
  { built }: History,
  component: Component,
  cause: string,
  found: Association,
): Readonly<Record<string, Cell>>[] {
  const { reference } = found;
  const adjusted = found.adjusted();
  const first = built.filter(isFirst);
  const groups = [...groupBy(first, (job) => component.of(job) ?? unknownVersion)].toSorted(
    ([a], [b]) => (a === unknownVersion ? 1 : b === unknownVersion ? -1 : compareVersions(a, b)),
  );
  const all = rateOf(cause, first);
  const base = rateOf(cause, groups.find(([version]) => version === reference)?.[1] ?? []);
  const tests = groups.map(([, jobs]) => {
    const own = rateOf(cause, jobs);
    return fisherExact(own.count, own.total, all.count - own.count, all.total - own.total).p;
  });
  const q = falseDiscovery(tests);
  return groups.map(([version, jobs], i) => {
    const own = rateOf(cause, jobs);
    const few = smallestPossibleP(all.count, own.total, all.total - own.total) >= 0.05;
    const compared = version !== reference && base.total > 0;
    const model = adjusted.get(version);
    return {
      cause,
      version,
      first: jobs.flatMap((job) => job.started_at ?? []).toSorted()[0] ?? null,
      failures: own,
      ratio: compared ? effectText(rateRatio(rated(own), rated(base))) : 'reference',
      adjusted: model === undefined ? null : effectText(model),
      p: few ? 'too few' : toP(tests[i] ?? 1),
      q: few ? null : toP(q[i] ?? 1),
    };
  });
}

function rated({ count, total }: Proportion): { failures: number; exposure: number } {
  return { failures: count, exposure: total };
}

/** `0.034`, `<0.001`. */
export function toP(p: number): string {
  return p < 0.001 ? '<0.001' : p.toPrecision(2);
}

export function rateOf(cause: string, jobs: readonly HistoryJob[]): Proportion {
  return proportion(jobs.filter((job) => job.cause === cause).length, jobs.length);
}

/** One sentence on a cause: is it the BuildKit version? Null without such a case. */
export function buildkitSentence(history: History, cause: string): string | null {
  const [buildkit] = components;
  const first = history.built.filter(isFirst);
  if (!first.some((job) => job.cause === cause)) return null;
  const found = associate(buildsOf(history, buildkit, cause));
  const known = [...groupBy(first, (job) => job.buildkit ?? unknownVersion)]
    .filter(([version]) => version !== unknownVersion)
    .toSorted(([a], [b]) => compareVersions(a, b));
  const counts = known
    .map(([version, jobs]) => `${version} ${rateOf(cause, jobs).count}/${jobs.length}`)
    .join(', ');
  const sentence = versionSentence(found, { cause, component: buildkit.title });
  const hit = known.filter(([, jobs]) => rateOf(cause, jobs).count > 0).length;
  // One version alone may be chance or may be the version; two are enough to show that it strikes others.
  return found.version === 'not-detected' && hit > 1
    ? `Nothing points at the BuildKit version: ${hit} of ${plural(known.length, 'version')} saw it (${counts}). ${sentence}`
    : `${sentence}${counts === '' ? '' : ` Of first attempts: ${counts}.`}`;
}
