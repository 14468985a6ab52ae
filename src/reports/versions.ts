/**
 * Is it the version? The rate of each cause by version, unknown versions among them. Causes are counted,
 * never messages: one stop prints one line with BuildKit 0.13 and another with 0.14.
 */
import { proportion, type Proportion } from '../analysis/wilson.ts';
import { compareVersions } from '../model/version.ts';
import { groupBy, plural, type History, type HistoryJob } from './history.ts';
import type { Column, Report, Section } from './report.ts';

const components = [
  { key: 'buildkit', title: 'BuildKit', of: (job: HistoryJob) => job.buildkit },
  { key: 'buildx', title: 'Buildx', of: (job: HistoryJob) => job.buildx },
  { key: 'docker_server', title: 'Docker Engine', of: (job: HistoryJob) => job.docker_server },
  { key: 'runner_version', title: 'runner', of: (job: HistoryJob) => job.runner_version },
] as const;

const unknown = 'unknown';
const causesShown = 3;

export function versionsReport(history: History): Report {
  const causes = leadingCauses(history);
  return {
    id: 'versions',
    title: 'Failures by version',
    scope: history.scope,
    findings: [],
    sections: components.map((component) => section(history, component, causes)),
  };
}

/** The infrastructure causes with most jobs: those that a version could be blamed for. */
function leadingCauses({ built }: History): string[] {
  const infra = built.filter(({ failed, blame }) => failed && blame === 'infra');
  return [...groupBy(infra, ({ cause }) => cause ?? '')]
    .filter(([cause]) => cause !== '')
    .toSorted(([a, left], [b, right]) => right.length - left.length || (a < b ? -1 : 1))
    .slice(0, causesShown)
    .map(([cause]) => cause);
}

function section(
  { built }: History,
  component: (typeof components)[number],
  causes: readonly string[],
): Section {
  const groups = [...groupBy(built, (job) => component.of(job) ?? unknown)].toSorted(([a], [b]) =>
    a === unknown ? 1 : b === unknown ? -1 : compareVersions(a, b),
  );
  const causeColumns: Column[] = causes.map((cause) => ({
    key: cause,
    title: cause,
    kind: 'proportion',
  }));
  return {
    id: component.key,
    title: component.title,
    columns: [
      { key: 'version', title: 'version', kind: 'id' },
      { key: 'failures', title: 'failed, any cause', kind: 'proportion' },
      ...causeColumns,
    ],
    rows: groups.map(([version, jobs]) => ({
      version,
      failures: proportion(jobs.filter(({ failed }) => failed).length, jobs.length),
      ...Object.fromEntries(causes.map((cause) => [cause, rateOf(cause, jobs)])),
    })),
    note: causes.map((cause) => judge(cause, component.title, new Map(groups))).join('\n') || null,
  };
}

export function rateOf(cause: string, jobs: readonly HistoryJob[]): Proportion {
  return proportion(jobs.filter((job) => job.cause === cause).length, jobs.length);
}

/** In words: which versions stand apart, each against all others together. */
function judge(
  cause: string,
  component: string,
  groups: ReadonlyMap<string, readonly HistoryJob[]>,
): string {
  const apart = versionsApart(cause, groups);
  if (groups.size < 2) return `${cause}: one ${component} version only, nothing to compare`;
  if (apart.length === 0) return `${cause}: no ${component} version stands apart`;
  const names = apart.map(({ version, direction }) => `${version} (${direction})`).join(', ');
  return `${cause}: associated with ${component} ${names}; compare hosts and load before blaming it`;
}

export interface VersionApart {
  readonly version: string;
  readonly direction: 'higher' | 'lower';
}

/** Fewer say nothing about a version, however striking their share. */
const fewestCases = 3;
const fewestBuilds = 20;

/**
 * Versions whose 95 % interval does not meet that of all other versions together. An unknown version can't
 * be blamed, and neither can one with too few builds to tell.
 */
export function versionsApart(
  cause: string,
  groups: ReadonlyMap<string, readonly HistoryJob[]>,
): VersionApart[] {
  const known = [...groups].filter(([version]) => version !== unknown);
  return known.flatMap(([version, jobs]): VersionApart[] => {
    const others = known.filter(([other]) => other !== version).flatMap(([, some]) => some);
    const own = rateOf(cause, jobs);
    const rest = rateOf(cause, others);
    if (own.total < fewestBuilds || rest.total < fewestBuilds) return [];
    if (Math.max(own.count, rest.count) < fewestCases) return [];
    if (own.low === null || own.high === null || rest.low === null || rest.high === null) return [];
    if (own.low > rest.high) return [{ version, direction: 'higher' }];
    if (own.high < rest.low) return [{ version, direction: 'lower' }];
    return [];
  });
}

/** One sentence on the founding case: is it the BuildKit version? Null without such a case. */
export function versionSentence({ built }: History, cause: string): string | null {
  if (!built.some((job) => job.cause === cause)) return null;
  const groups = groupBy(built, (job) => job.buildkit ?? unknown);
  const known = [...groups]
    .filter(([version]) => version !== unknown)
    .toSorted(([a], [b]) => compareVersions(a, b));
  if (known.length < 2) return null;
  const counts = known
    .map(([version, jobs]) => `${version} ${rateOf(cause, jobs).count}/${jobs.length}`)
    .join(', ');
  const apart = versionsApart(cause, groups);
  if (apart.length === 0) {
    const hit = known.filter(([, jobs]) => rateOf(cause, jobs).count > 0);
    // One version alone may be chance or may be the version; two are enough to show that it strikes others.
    return hit.length > 1
      ? `Not the BuildKit version: ${hit.length} of ${plural(known.length, 'version')} lost builders so, and none stands apart (${counts}).`
      : `Too few to tell BuildKit versions apart (${counts}).`;
  }
  const names = apart.map(({ version, direction }) => `${version} (${direction})`).join(', ');
  return `The BuildKit version is associated with it: ${names} (${counts}); compare hosts and load before blaming it.`;
}
