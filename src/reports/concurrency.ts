/**
 * Is it the load, or a neighbour? Rates by the number of other builds running in that minute, and by whose builder the job
 * was building on. Sharing a host is not what kills; sharing a builder is.
 */
import { associate, othersAtStart, type Association } from '../analysis/association.ts';
import { conventions } from '../analysis/conventions.ts';
import { loadOf } from '../analysis/exposure.ts';
import { homogeneity, pooledOddsRatio, type TwoByTwo } from '../analysis/mantel-haenszel.ts';
import { difference, proportion, toPercent, type Proportion } from '../analysis/proportion.ts';
import { rate, rateRatio, type RateRatio } from '../analysis/rates.ts';
import { concurrencySentence, effectText } from '../analysis/sentences.ts';
import { trendTest } from '../analysis/trend.ts';
import { groupBy, removedByOther, type History, type HistoryJob } from './history.ts';
import type { Report, Section } from './report.ts';
import { buildsOf, components, isFirst, leadingCauses } from './study.ts';
import { rateOf, toP } from './versions.ts';

const causesShown = 3;

export function concurrencyReport(history: History): Report {
  const sentence = builderSentence(history);
  return {
    id: 'concurrency',
    title: 'Failures by load and by builder',
    scope: history.scope,
    findings: sentence === null ? [] : [{ text: sentence, more: null }],
    sections: [byLoad(history), byBuilder(history)],
  };
}

function byLoad(history: History): Section {
  const studies = leadingCauses(history, causesShown).map((cause) => {
    const builds = buildsOf(history, components[0], cause);
    return { cause, found: associate(builds), atStart: oddsAtStart(builds) };
  });
  return {
    id: 'overlap',
    title: 'By other builds running on the engine in that minute',
    columns: [
      { key: 'cause', title: 'cause', kind: 'text' },
      { key: 'others', title: 'others', kind: 'id' },
      { key: 'minutes', title: 'minutes', kind: 'count' },
      { key: 'failures', title: 'failures', kind: 'count' },
      { key: 'rate', title: 'per 1,000 min (95 %)', kind: 'id' },
      { key: 'ratio', title: 'ratio to alone', kind: 'id' },
    ],
    rows: studies.flatMap(({ cause, found }) => doseRows(cause, found)),
    note: [
      ...studies.flatMap(({ cause, found, atStart }) => [
        concurrencySentence(found, { cause }),
        `${cause}, per build by others at its start (for a scheduler; not for the verdict): ${atStart}`,
      ]),
      'How to read: each minute of a build counts at the number of others that ran in it, so that long builds do not look guilty. ' +
        'A ratio of 2 is twice the failures per minute of builds that are alone. First attempts only.',
    ].join('\n'),
  };
}

function doseRows(cause: string, { basis }: Association): Section['rows'] {
  const levels = Array.from({ length: conventions.mostOthers + 1 }, (_, others) => {
    const cells = basis.cells.filter((cell) => cell.others === others);
    return {
      failures: cells.reduce((sum, cell) => sum + cell.failures, 0),
      exposure: cells.reduce((sum, cell) => sum + cell.minutes, 0),
    };
  });
  const [alone] = levels;
  return levels.flatMap((level, others) => {
    if (level.exposure === 0 || alone === undefined) return [];
    const own = rate(level);
    return [
      {
        cause,
        others: others === conventions.mostOthers ? `${others} or more` : String(others),
        minutes: Math.round(level.exposure),
        failures: level.failures,
        rate: `${perThousand(own.rate)} (${perThousand(own.low)}–${perThousand(own.high)})`,
        ratio: others === 0 || alone.exposure === 0 ? null : effectText(rateRatio(level, alone)),
      },
    ];
  });
}

/** `0.28`, `570`: two digits are all that such a rate is worth. */
function perThousand(perMinute: number): string {
  const value = perMinute * 1000;
  return value >= 100 ? value.toFixed(0) : value.toPrecision(2);
}

/** The odds ratio of builds that started beside others, over equal version, host and repository; and the trend. */
function oddsAtStart(builds: ReturnType<typeof buildsOf>): string {
  const load = loadOf(builds);
  const first = builds.flatMap((build) => {
    const others = othersAtStart(build, load);
    return build.first && others !== null ? [{ ...build, others }] : [];
  });
  const failed = (some: typeof first): number =>
    some.filter(({ failedAt }) => failedAt !== null).length;
  const strata = [
    ...groupBy(first, ({ version, engine, repository }) =>
      JSON.stringify([version, engine, repository]),
    ).values(),
  ].map((group): TwoByTwo => {
    const shared = group.filter(({ others }) => others > 0);
    const alone = group.filter(({ others }) => others === 0);
    return {
      failures: failed(shared),
      builds: shared.length,
      otherFailures: failed(alone),
      otherBuilds: alone.length,
    };
  });
  const odds = pooledOddsRatio(strata);
  const levels = [
    ...groupBy(first, ({ others }) => String(Math.min(others, conventions.mostOthers))),
  ].map(([score, group]) => ({
    score: Number(score),
    failures: failed(group),
    builds: group.length,
  }));
  const trend = `trend p ${toP(trendTest(levels).p)}`;
  if (!Number.isFinite(odds.low) || !Number.isFinite(odds.high)) {
    return `too few failures on both sides for an odds ratio; ${trend}`;
  }
  const alike = homogeneity(strata);
  const differs = alike.df > 0 && alike.p < conventions.alpha ? ', not the same everywhere' : '';
  return `odds ratio ${effectText(odds)}${differs}, at equal version, host and repository; ${trend}`;
}

function byBuilder({ built }: History): Section {
  const first = built.filter(isFirst);
  const groups = [...groupBy(first, ownership)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const ratio = builderRatio(first);
  return {
    id: 'builder',
    title: 'By whose builder the job was building on',
    columns: [
      { key: 'builder', title: 'builder', kind: 'text' },
      { key: 'failures', title: 'failed, any cause', kind: 'proportion' },
      { key: 'removed', title: 'lost the builder to another job', kind: 'proportion' },
      { key: 'green', title: 'passed with the risk', kind: 'proportion' },
    ],
    rows: groups.map(([builder, jobs]) => ({
      builder,
      failures: proportion(jobs.filter(({ failed }) => failed).length, jobs.length),
      removed: rateOf(removedByOther, jobs),
      green: isShared(jobs[0])
        ? proportion(jobs.filter(({ failed }) => !failed).length, jobs.length)
        : null,
    })),
    note: [
      ...(ratio === null ? [] : [ratio]),
      'How to read: the middle column is the rate at which builds lost their builder; the last counts those that ran the same risk and passed.',
    ].join('\n'),
  };
}

/** Losing a builder on a shared one against one's own, per minute, exactly. */
function builderRatio(jobs: readonly HistoryJob[]): string | null {
  const compared = compareBuilders(jobs);
  if (compared === null) return null;
  const { ratio, shared, own } = compared;
  const apart = difference(shared.count, shared.total, own.count, own.total);
  return (
    `Losing the builder, per minute on another job's builder against one's own: ${effectText(ratio)} times, exact p ${toP(ratio.p)}; ` +
    `of 100 builds ${(apart.difference * 100).toFixed(1)} more (${(apart.low * 100).toFixed(1)}–${(apart.high * 100).toFixed(1)}).`
  );
}

function compareBuilders(
  jobs: readonly HistoryJob[],
): { ratio: RateRatio; shared: Proportion; own: Proportion } | null {
  const shared = jobs.filter(isShared);
  const own = jobs.filter((job) => !isShared(job) && job.builder_used !== null);
  const [left, right] = [lossesOf(shared), lossesOf(own)];
  if (left.failures + right.failures === 0 || left.exposure <= 0 || right.exposure <= 0)
    return null;
  const [lost, kept] = [rateOf(removedByOther, shared), rateOf(removedByOther, own)];
  return { ratio: rateRatio(left, right), shared: lost, own: kept };
}

function lossesOf(jobs: readonly HistoryJob[]): { failures: number; exposure: number } {
  return {
    failures: jobs.filter(({ cause }) => cause === removedByOther).length,
    exposure: jobs.reduce((sum, { window }) => sum + (window ? window.end - window.start : 0), 0),
  };
}

function isShared(job: HistoryJob | undefined): boolean {
  return job !== undefined && (job.foreign_builder === 1 || job.pointer_reset === 1);
}

function ownership(job: HistoryJob): string {
  if (job.pointer_reset === 1) return "the engine's own, the pointer having been reset";
  if (job.foreign_builder === 1) return "another job's";
  return job.builder_used === null ? 'unknown' : "its own, or the host's";
}

/** One sentence on the founding case: load, or whose builder it was? Null without such a case. */
export function builderSentence({ built }: History): string | null {
  const first = built.filter(isFirst);
  const compared = compareBuilders(first);
  if (compared === null) return null;
  const { ratio, shared, own } = compared;
  const load = loadOf(
    first.flatMap(({ engine, window }) =>
      window === null ? [] : [{ engine, ...window, ...anyBuild }],
    ),
  );
  const busy = first.filter(({ engine, window, ...job }) => {
    const build = window === null ? null : { engine, ...window, ...anyBuild };
    return (
      build !== null &&
      job.foreign_builder === 0 &&
      job.pointer_reset !== 1 &&
      job.builder_used !== null &&
      (othersAtStart(build, load) ?? 0) > 0
    );
  });
  const verdict = ratio.low > 1 && own.count === 0 ? 'Not the load' : 'Whose builder it was';
  return (
    `${verdict}: on another job's builder ${inWords(shared)} lost it; on a builder of their own ${inWords(own)}, ` +
    `and ${inWords(rateOf(removedByOther, busy))} even when other builds ran at their start. Rate ratio ${effectText(ratio)}.`
  );
}

const anyBuild = {
  job: '',
  repository: '',
  version: '',
  first: true,
  failedAt: null,
  origin: null,
} as const;

function inWords({ count, total, low, high }: Proportion): string {
  if (low === null || high === null) return `${count} of ${total} builds`;
  return `${count} of ${total} builds (95 %: ${toPercent(low)}–${toPercent(high)} %)`;
}
