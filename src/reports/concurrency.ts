/**
 * Is it the load, or a neighbour? The rate of lost builders by the number of builds on the host, and by
 * whose builder the job was building on. Sharing a host is not what kills; sharing a builder is.
 */
import { proportion, toPercent, type Proportion } from '../analysis/wilson.ts';
import { groupBy, removedByOther, type History, type HistoryJob } from './history.ts';
import type { Column, Report, Section } from './report.ts';
import { rateOf } from './versions.ts';

const most = 4;

const rates: readonly Column[] = [
  { key: 'failures', title: 'failed, any cause', kind: 'proportion' },
  { key: 'removed', title: 'lost the builder to another job', kind: 'proportion' },
];

export function concurrencyReport(history: History): Report {
  const sentence = loadSentence(history);
  return {
    id: 'concurrency',
    title: 'Failures by load and by builder',
    scope: history.scope,
    findings: sentence === null ? [] : [{ text: sentence, more: null }],
    sections: [byOverlap(history), byBuilder(history), byBoth(history)],
  };
}

function byOverlap({ built }: History): Section {
  const groups = [...groupBy(built, overlapLevel)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    id: 'overlap',
    title: 'By builds on the host at once (the job itself included)',
    columns: [{ key: 'builds', title: 'builds at once', kind: 'text' }, ...rates],
    rows: groups.map(([builds, jobs]) => ({ builds, ...ratesOf(jobs) })),
    note: 'The number is the most that ran at one moment of the build; GitHub-hosted machines run one.',
  };
}

function byBuilder({ built }: History): Section {
  const groups = [...groupBy(built, ownership)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    id: 'builder',
    title: 'By whose builder the job was building on',
    columns: [{ key: 'builder', title: 'builder', kind: 'text' }, ...rates],
    rows: groups.map(([builder, jobs]) => ({ builder, ...ratesOf(jobs) })),
    note: null,
  };
}

function byBoth({ built }: History): Section {
  const groups = [
    ...groupBy(built, (job) => JSON.stringify([ownership(job), overlapLevel(job)])),
  ].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    id: 'both',
    title: 'By both',
    columns: [
      { key: 'builder', title: 'builder', kind: 'text' },
      { key: 'builds', title: 'builds at once', kind: 'text' },
      ...rates,
    ],
    rows: groups.map(([, jobs]) => ({
      builder: jobs[0] ? ownership(jobs[0]) : null,
      builds: jobs[0] ? overlapLevel(jobs[0]) : null,
      ...ratesOf(jobs),
    })),
    note: null,
  };
}

function ratesOf(jobs: readonly HistoryJob[]): { failures: Proportion; removed: Proportion } {
  return {
    failures: proportion(jobs.filter(({ failed }) => failed).length, jobs.length),
    removed: rateOf(removedByOther, jobs),
  };
}

function overlapLevel({ overlap }: HistoryJob): string {
  if (overlap === null) return 'unknown';
  return overlap >= most ? `${most} or more` : String(overlap);
}

function ownership(job: HistoryJob): string {
  if (job.pointer_reset === 1) return "the engine's own, the pointer having been reset";
  if (job.foreign_builder === 1) return "another job's";
  return job.builder_used === null ? 'unknown' : "its own, or the host's";
}

/** One sentence on the founding case: is it the load? Null without such a case. */
export function loadSentence({ built }: History): string | null {
  const shared = built.filter((job) => job.foreign_builder === 1 || job.pointer_reset === 1);
  const own = built.filter(
    (job) => job.foreign_builder === 0 && job.pointer_reset !== 1 && job.builder_used !== null,
  );
  const ownLost = rateOf(removedByOther, own);
  const sharedLost = rateOf(removedByOther, shared);
  if (ownLost.count + sharedLost.count === 0) return null;
  const busy = own.filter(({ overlap }) => (overlap ?? 0) >= 2);
  const busyLost = rateOf(removedByOther, busy);
  const apart = sharedLost.low !== null && ownLost.high !== null && sharedLost.low > ownLost.high;
  const verdict = apart ? 'Not the load' : 'Whose builder it was';
  return (
    `${verdict}: on another job's builder ${inWords(sharedLost)} lost it; on a builder of their own ` +
    `${inWords(ownLost)}, and ${inWords(busyLost)} even with other builds on the host.`
  );
}

function inWords({ count, total, low, high }: Proportion): string {
  if (low === null || high === null) return `${count} of ${total} builds`;
  return `${count} of ${total} builds (95 %: ${toPercent(low)}–${toPercent(high)} %)`;
}
