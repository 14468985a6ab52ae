/**
 * Is it the load, or a neighbour? Rates by the number of other builds running in that minute, and by whose builder the job
 * was building on. Sharing a host is not what kills; sharing a builder is.
 */
import type { Association } from '../analysis/association.ts';
import { conventions } from '../analysis/conventions.ts';
import { difference, proportion, toPercent, type Proportion } from '../analysis/proportion.ts';
import { rate, rateRatio, type RateRatio } from '../analysis/rates.ts';
import { loadDoubt } from '../analysis/doubt.ts';
import { concurrencySentence, effectText, togetherSentence } from '../analysis/sentences.ts';
import { hostedMachine } from '../model/host.ts';
import { plural } from '../model/plural.ts';
import type { Ownership } from '../store/roll-up-rows.ts';
import { isAtRisk } from './collisions.ts';
import { funnelText } from './funnel.ts';
import { numberOf, removedByOther, type Builds, type History } from './history.ts';
import { burstSentence, incidentsSection } from './incident-table.ts';
import { oddsAtStart } from './odds-at-start.ts';
import type { Report, Section } from './report.ts';
import { associationOf, casesOf, components, leadingCauses, rateAmong, toP } from './study.ts';
import { perThousand } from './version-ladder.ts';

const causesShown = 3;

export function concurrencyReport(history: History): Report {
  const sentence = builderSentence(history);
  const studies = studiesOf(history);
  return {
    id: 'concurrency',
    title: 'Failures by load and by builder',
    scope: history.scope,
    findings: sentence === null ? [] : [{ text: sentence, more: null }],
    sections: [byLoad(history, studies), incidentsSection(history, studies), byBuilder(history)],
  };
}

const [buildkit] = components;

interface LoadStudy {
  readonly cause: string;
  readonly found: Association;
  readonly atStart: string;
}

function studiesOf(history: History): LoadStudy[] {
  return leadingCauses(history, causesShown).map((cause) => ({
    cause,
    found: associationOf(history, buildkit, cause),
    atStart: oddsAtStart(history, cause),
  }));
}

function byLoad(history: History, studies: readonly LoadStudy[]): Section {
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
        [concurrencySentence(found, { cause }), loadDoubt(found)].filter(Boolean).join(' '),
        burstSentence({ cause, found }),
        found.concurrency === 'associated' ? togetherSentence(found, buildkit.title) : null,
        `${cause}, per build by others at its start (for a scheduler; not for the verdict): ${atStart}.`,
      ]),
      'How to read: each minute of a build counts at the number of others that ran in it, so that long builds do not look worse. ' +
        'A ratio of 2 is twice the failures per minute of builds that are alone; in brackets the range that chance leaves (95 %). ' +
        'Odds ratios read the same where failures are rare; p is how often chance alone would do as much. First attempts only.',
      allHosted(history)
        ? 'Every build had a machine of its own: the load cannot matter here.'
        : null,
      funnelText(history),
    ]
      .filter((line) => line !== null)
      .join('\n'),
  };
}

function allHosted({ all }: History): boolean {
  return all.length > 0 && all.every(({ place }) => place.machine === hostedMachine);
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

function byBuilder(history: History): Section {
  const first = history.built.filter((builds) => builds.isFirst);
  const groups = ownerships
    .map((ownership) => ({
      ownership,
      builds: first.filter((builds) => builds.ownership === ownership),
    }))
    .filter(({ builds }) => builds.length > 0);
  const lost = casesOf(history, removedByOther);
  const ratio = builderRatio(history);
  return {
    id: 'builder',
    title: 'By whose builder the job was building on',
    columns: [
      { key: 'builder', title: 'builder', kind: 'text' },
      { key: 'failures', title: 'failed, any cause', kind: 'proportion' },
      { key: 'removed', title: 'lost the builder to another job', kind: 'proportion' },
      { key: 'green', title: 'passed with the risk', kind: 'proportion' },
    ],
    rows: groups.map(({ ownership, builds }) => {
      const total = numberOf(builds);
      const failed = builds.filter(({ outcome }) => outcome === 'failed');
      const failures = failed.reduce((sum, { read }) => sum + read, 0);
      return {
        builder: titles[ownership],
        failures: proportion(failures, total),
        removed: rateAmong(lost.filter((job) => job.ownership === ownership).length, builds),
        green: isAtRisk({ ownership }) ? proportion(total - failures, total) : null,
      };
    }),
    note: [
      ...(ratio === null ? [] : [ratio]),
      'How to read: of the builds on such a builder, those that failed at all, those that lost the builder to another job, and those that ran that risk and passed. ' +
        'A build whose pointer had been reset ran the same risk: sentences count it with those on another job’s builder.',
    ].join('\n'),
  };
}

const titles: Readonly<Record<Ownership, string>> = {
  own: "its own, or the host's",
  foreign: "another job's",
  reset: "the engine's own, the pointer having been reset",
  unknown: 'unknown',
};

const ownerships = ['foreign', 'own', 'reset', 'unknown'] as const;

/** Losing a builder on a shared one against one's own, per minute, exactly. */
function builderRatio(history: History): string | null {
  const compared = compareBuilders(history);
  if (compared === null) return null;
  const { ratio, shared, own } = compared;
  const apart = difference(shared.count, shared.total, own.count, own.total);
  return (
    `Losing the builder, per minute on another job's builder against one's own: ${effectText(ratio)} times, exact p ${toP(ratio.p)}; ` +
    `of 100 builds ${(apart.difference * 100).toFixed(1)} more (${(apart.low * 100).toFixed(1)}–${(apart.high * 100).toFixed(1)}).`
  );
}

function compareBuilders(
  history: History,
): { ratio: RateRatio; shared: Proportion; own: Proportion } | null {
  const first = history.built.filter((builds) => builds.isFirst);
  const [onShared, onOwn] = [first.filter(isAtRisk), first.filter(isOwn)];
  const lost = casesOf(history, removedByOther);
  const [lostShared, lostOwn] = [lost.filter(isAtRisk).length, lost.filter(isOwn).length];
  const [left, right] = [
    { failures: lostShared, exposure: minutesOf(onShared) },
    { failures: lostOwn, exposure: minutesOf(onOwn) },
  ];
  if (left.failures + right.failures === 0 || left.exposure <= 0 || right.exposure <= 0)
    return null;
  return {
    ratio: rateRatio(left, right),
    shared: rateAmong(lostShared, onShared),
    own: rateAmong(lostOwn, onOwn),
  };
}

function minutesOf(builds: readonly Builds[]): number {
  return builds.reduce((sum, { minutes }) => sum + minutes, 0);
}

function isOwn({ ownership }: { readonly ownership: Ownership }): boolean {
  return ownership === 'own';
}

/** One sentence on the founding case: load, or whose builder it was? Null without such a case. */
export function builderSentence(history: History): string | null {
  const compared = compareBuilders(history);
  if (compared === null) return null;
  const { ratio, shared, own } = compared;
  const busy = history.built.filter(
    (builds) => builds.isFirst && isOwn(builds) && (builds.others ?? 0) > 0,
  );
  const lostBusy = casesOf(history, removedByOther).filter(
    (job) => isOwn(job) && (job.othersAtStart ?? 0) > 0,
  );
  const verdict = ratio.low > 1 && own.count === 0 ? 'Not the load' : 'Whose builder it was';
  return (
    `${verdict}: on another job's builder ${inWords(shared)} lost it; on a builder of their own ${inWords(own)}, ` +
    `and ${inWords(rateAmong(lostBusy.length, busy))} even when other builds ran at their start. Rate ratio ${effectText(ratio)}.`
  );
}

function inWords({ count, total, low, high }: Proportion): string {
  if (low === null || high === null) return `${count} of ${plural(total, 'build')}`;
  return `${count} of ${plural(total, 'build')} (95 %: ${toPercent(low)}–${toPercent(high)} %)`;
}
