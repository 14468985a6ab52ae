/** Per build, by the others that ran at its start: what a scheduler could act on. Shown, and never decides. */
import { conventions } from '../analysis/conventions.ts';
import { homogeneity, pooledOddsRatio, type TwoByTwo } from '../analysis/mantel-haenszel.ts';
import { fitLogistic, logisticInterval, type Group } from '../analysis/penalised-logistic.ts';
import { effectText } from '../analysis/sentences.ts';
import { unknownVersion } from '../analysis/study.ts';
import { trendTest } from '../analysis/trend.ts';
import { groupBy, type History, type KnownJob } from './history.ts';
import { casesOf, components, toP, versionOf } from './study.ts';

const [buildkit] = components;

/** First attempts that are alike in what the odds are told apart by. */
interface Alike {
  readonly version: string;
  readonly engine: string | null;
  readonly repository: string;
  readonly others: number;
  readonly weight: number;
}

interface Started {
  readonly cases: readonly KnownJob[];
  readonly builds: readonly Alike[];
}

const known = new WeakMap<History, readonly Alike[]>();

/** Added up over all else, once for all causes. */
function startedIn(history: History): readonly Alike[] {
  const before = known.get(history);
  if (before !== undefined) return before;
  const sums = new Map<string, Alike & { weight: number }>();
  const versions = history.setups.map((setup) => versionOf(setup, buildkit));
  for (const [repository, setup, place, others, weight] of history.started()) {
    const version = versions[setup] ?? unknownVersion;
    const engine = history.places[place]?.engine ?? null;
    const key = `${version}\n${engine}\n${repository}\n${others}`;
    const sum = sums.get(key);
    if (sum === undefined) sums.set(key, { version, engine, repository, others, weight });
    else sum.weight += weight;
  }
  const alike = [...sums.values()];
  known.set(history, alike);
  return alike;
}

function countOf(builds: readonly Alike[]): number {
  return Math.round(builds.reduce((sum, { weight }) => sum + weight, 0));
}

/**
 * Odds ratios of a cause: for each further build at the start, at equal version and repository (Firth's logistic
 * regression); for any other build, at equal version, host and repository (Mantel and Haenszel); and the trend.
 */
export function oddsAtStart(history: History, cause: string): string {
  const started = {
    cases: casesOf(history, cause).filter((job) => job.othersAtStart !== null),
    builds: startedIn(history),
  };
  const levels = [...groupBy(started.builds, ({ others }) => String(others))].map(
    ([score, builds]) => ({
      score: Number(score),
      failures: started.cases.filter((job) => job.othersAtStart === Number(score)).length,
      builds: countOf(builds),
    }),
  );
  const trend = `rising with the number of others: p ${toP(trendTest(levels).p)}`;
  return [perFurtherBuild(started), besideAny(started), trend]
    .filter((part) => part !== null)
    .join('; ');
}

/** Repositories with fewer of the failures share a coefficient. */
const repositoriesApart = 5;

function perFurtherBuild({ cases, builds }: Started): string | null {
  if (cases.length < conventions.fewestFailures) return null;
  const apart = [...groupBy(cases, (job) => job.repository ?? 'unknown')]
    .toSorted(([a, left], [b, right]) => right.length - left.length || (a < b ? -1 : 1))
    .slice(0, repositoriesApart)
    .map(([name]) => name);
  const versions = [...new Set(builds.map(({ version }) => version))];
  const covariates = (others: number, version: string, repository: string): number[] => [
    1,
    others,
    ...versions.slice(1).map((each) => Number(each === version)),
    // One repository that stands apart is what the others are compared with, if there are no others.
    ...apart.slice(1).map((each) => Number(each === repository)),
  ];
  const failed = groupBy(cases, (job) =>
    covariates(
      job.othersAtStart ?? 0,
      versionOf(job, buildkit),
      job.repository ?? 'unknown',
    ).join(),
  );
  const groups = [
    ...groupBy(builds, ({ others, version, repository }) =>
      covariates(others, version, repository).join(),
    ),
  ].map(([key, own]): Group => {
    const failures = failed.get(key)?.length ?? 0;
    return {
      covariates: key.split(',').map(Number),
      failures,
      builds: Math.max(failures, countOf(own)),
    };
  });
  const fit = fitLogistic(groups);
  if (fit === null) return null;
  const { low, high } = logisticInterval(groups, fit, 1);
  const odds = {
    ratio: Math.exp(fit.coefficients[1] ?? 0),
    low: Math.exp(low),
    high: Math.exp(high),
  };
  return `odds ratio for each further build ${effectText(odds)}, at equal version and repository`;
}

function besideAny({ cases, builds }: Started): string {
  const failedIn = groupBy(cases, (job) =>
    JSON.stringify([versionOf(job, buildkit), job.engine, job.repository ?? 'unknown']),
  );
  const strata = [
    ...groupBy(builds, ({ version, engine, repository }) =>
      JSON.stringify([version, engine, repository]),
    ),
  ].map(([name, group]): TwoByTwo => {
    const failed = failedIn.get(name) ?? [];
    const beside = failed.filter(({ othersAtStart: others }) => others !== 0).length;
    return {
      failures: beside,
      builds: countOf(group.filter(({ others }) => others !== 0)),
      otherFailures: failed.length - beside,
      otherBuilds: countOf(group.filter(({ others }) => others === 0)),
    };
  });
  const odds = pooledOddsRatio(strata);
  if (!Number.isFinite(odds.low) || !Number.isFinite(odds.high)) {
    return 'too few failures on both sides for the odds ratio of running beside others';
  }
  const alike = homogeneity(strata);
  const differs = alike.df > 0 && alike.p < conventions.alpha ? ', not the same everywhere' : '';
  return `beside any other build ${effectText(odds)}${differs}, at equal version, host and repository`;
}
