/** Why jobs failed: each cause with its share, its dates, and how often the next attempt passed. */
import { proportion } from '../analysis/proportion.ts';
import type { Cause, PatternSet } from '../model/pattern.ts';
import { plural } from '../model/plural.ts';
import { countPassedWithLog, readHealedInPassed } from '../store/read-healed.ts';
import type { Db } from '../store/store.ts';
import { groupBy, type History } from './history.ts';
import type { Report, Section } from './report.ts';

const stateTitles: Readonly<Record<string, string>> = {
  unexplained: 'no signature knows the error',
  'no-log': 'the log was not to be had',
  partial: 'the log was cut short',
};

export function causesReport(history: History, patterns: PatternSet, db: Db): Report {
  return {
    id: 'causes',
    title: 'Why jobs failed',
    scope: history.scope,
    findings: [],
    sections: [causesSection(history, patterns.causes), healedSection(patterns, db)],
  };
}

/** Errors that jobs got over: retried pushes, caches that were not there. Never a cause, but a warning. */
function healedSection(patterns: PatternSet, db: Db): Section {
  const passed = countPassedWithLog(db);
  const causes = new Map(patterns.signatures.map(({ id, cause }) => [id, cause]));
  const healed = readHealedInPassed(db);
  const rows = [...groupBy(healed, ({ signature }) => signature)]
    .map(([signature, seen]) => ({
      signature,
      cause: causes.get(signature) ?? null,
      jobs: proportion(new Set(seen.map(({ job_id: id }) => id)).size, passed),
      sightings: seen.length,
    }))
    .toSorted((a, b) => b.jobs.count - a.jobs.count || (a.signature < b.signature ? -1 : 1));
  return {
    id: 'healed',
    title: `Errors that ${passed} passing jobs got over`,
    columns: [
      { key: 'signature', title: 'signature', kind: 'id' },
      { key: 'cause', title: 'would have meant', kind: 'id' },
      { key: 'jobs', title: 'of passing jobs (95 %)', kind: 'proportion' },
      { key: 'sightings', title: 'sightings', kind: 'count' },
    ],
    rows,
    note: 'How to read: errors that jobs met and overcame, of those that passed and whose logs are there; what is frequent here may be a failure’s first sign.',
  };
}

export function causesSection(history: History, causes: ReadonlyMap<string, Cause>): Section {
  const { failed } = history.scope;
  const rows = history.causes().map((count) => ({
    cause: count.cause,
    blame: count.blame,
    jobs: proportion(count.jobs, failed),
    hosts: count.hosts,
    rerun_passed: count.rerun === 0 ? null : proportion(count.passed, count.rerun),
    first: count.first,
    last: count.last,
    title: causes.get(count.cause)?.title ?? stateTitles[count.status ?? ''] ?? '',
  }));
  return {
    id: 'causes',
    title: `Why ${plural(failed, 'job')} failed`,
    columns: [
      { key: 'cause', title: 'cause', kind: 'id' },
      { key: 'blame', title: 'blame', kind: 'text' },
      { key: 'jobs', title: 'of failures (95 %)', kind: 'proportion' },
      { key: 'rerun_passed', title: 'next attempt passed', kind: 'proportion' },
      { key: 'first', title: 'first', kind: 'instant' },
      { key: 'last', title: 'last', kind: 'instant' },
      { key: 'title', title: 'what happened', kind: 'text' },
    ],
    rows,
    note:
      'How to read: every failed job has one cause; the share is of all failed jobs, in brackets the range that chance leaves ' +
      '(95 %). Next attempt passed: how often running the job again helped, the first time and unless that was canceled.',
  };
}
