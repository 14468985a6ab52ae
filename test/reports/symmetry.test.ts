/** What must not matter to any report, and what must: names of hosts and the order of rows; and twice the data. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { concurrencyReport } from '../../src/reports/concurrency.ts';
import { flakyReport } from '../../src/reports/flaky.ts';
import type { History } from '../../src/reports/history.ts';
import { hostsReport } from '../../src/reports/hosts.ts';
import { calendarReport } from '../../src/reports/over-time.ts';
import type { Cell, Report } from '../../src/reports/report.ts';
import { trendReport } from '../../src/reports/trend.ts';
import { versionsReport } from '../../src/reports/versions.ts';
import type { CountedJob } from '../../src/store/counted-jobs.ts';
import { fillStore } from '../bench/big-store.ts';
import { countedJobs, historyOfJobs } from '../support/counted-jobs.ts';
import { openStore } from '../support/judged-jobs.ts';
import { isProportion, sectionOf } from '../support/made-reports.ts';

function someJobs(count: number, days: number): CountedJob[] {
  const store = openStore();
  fillStore(store.db, count, 6, { risk: 8, days });
  return countedJobs(store);
}

const reportsOn = (history: History): Report[] => [
  versionsReport(history),
  concurrencyReport(history),
  hostsReport(history),
  trendReport(history),
  calendarReport(history),
  flakyReport(history),
];

/** All that is shown, one line for each row, hosts by the names that `nameOf` gives them. */
function shown(reports: readonly Report[], nameOf: (host: string) => string): string[] {
  const cellText = (key: string, cell: Cell): string =>
    key === 'machine' ? nameOf(String(cell)) : JSON.stringify(cell);
  return reports
    .flatMap(({ id, findings, sections }) => [
      ...findings.map(({ text }) => `${id} ${text}`),
      ...sections.flatMap((section) => [
        `${id} ${section.id} ${section.title} ${section.note}`,
        ...section.rows.map((row) =>
          [id, section.id, ...Object.entries(row).map(([key, cell]) => cellText(key, cell))].join(
            ' ',
          ),
        ),
      ]),
    ])
    .toSorted();
}

describe('names of hosts and the order of rows', () => {
  it('change nothing in any report', () => {
    // A day and a half on forty hosts, so that builds run beside each other.
    const jobs = someJobs(500, 1.5);
    const hosts = [...new Set(jobs.map(({ place }) => place.machine ?? ''))];
    const plain = shown(reportsOn(historyOfJobs(jobs)), (host) => host);
    fc.assert(
      fc.property(
        fc.shuffledSubarray(jobs, { minLength: jobs.length }),
        fc.shuffledSubarray(hosts, { minLength: hosts.length }),
        (shuffled, order) => {
          const renamed = new Map(order.map((host, index) => [host, `x${index}`]));
          const back = new Map(order.map((host, index) => [`x${index}`, host]));
          const changed = shuffled.map(({ place, ...job }): CountedJob => ({
            ...job,
            place: {
              engine:
                place.engine === null ? null : `engine of ${renamed.get(place.machine ?? '')}`,
              machine: renamed.get(place.machine ?? '') ?? null,
            },
          }));
          const found = shown(reportsOn(historyOfJobs(changed)), (host) => back.get(host) ?? host);
          expect(found).toEqual(plain);
        },
      ),
      { numRuns: 6 },
    );
  });
});

const inLater = (at: number | null, by: number): number | null => (at === null ? null : at + by);

/** The same again on the same hosts once it is over, so that each host has twice the builds and the load is what it was. */
function twiceInTurn(jobs: readonly CountedJob[]): CountedJob[] {
  const ends = jobs.map(({ traits }) => traits.window_end ?? 0);
  const starts = jobs.map(({ traits }) => traits.window_start ?? Infinity);
  const by = 60 + Math.max(...ends) - Math.min(...starts);
  const again = jobs.map(({ traits, ...job }): CountedJob => {
    const later = {
      run_id: (traits.run_id ?? 0) + 1_000_000,
      window_start: inLater(traits.window_start, by),
      window_end: inLater(traits.window_end, by),
      failed_at: inLater(traits.failed_at, by),
    };
    return { ...job, traits: { ...traits, ...later } };
  });
  return [...jobs, ...again];
}

/** The ends of `2.0 (1.0–4.4)`, `at least 2.4`, `at most 0.9`. */
function endsOf(text: Cell | undefined): { low: number; high: number } {
  const [, least] = /^at least ([\d.]+)$/.exec(String(text)) ?? [];
  const [, most] = /^at most ([\d.]+)$/.exec(String(text)) ?? [];
  const [, low, high] = /\(([\d.]+)–([\d.]+)\)$/.exec(String(text)) ?? [];
  return { low: Number(least ?? low ?? 0), high: Number(most ?? high ?? Infinity) };
}

describe('twice the builds on the same hosts', () => {
  it('narrow every share and every lift of every host', () => {
    const jobs = someJobs(600, 20);
    const [once, doubled] = [jobs, twiceInTurn(jobs)].map(
      (each) => sectionOf(hostsReport(historyOfJobs(each)), 'hosts').rows,
    );
    let lifts = 0;
    for (const row of once ?? []) {
      const after = doubled?.find(
        ({ cause, machine }) => cause === row['cause'] && machine === row['machine'],
      );
      for (const key of ['failures', 'elsewhere']) {
        const [before, now] = [row[key], after?.[key]];
        if (!isProportion(before) || !isProportion(now)) continue;
        expect(now.total).toBe(2 * before.total);
        expect((now.high ?? 1) - (now.low ?? 0)).toBeLessThan(
          (before.high ?? 0) - (before.low ?? 1),
        );
      }
      const [before, now] = [endsOf(row['lift']), endsOf(after?.['lift'])];
      // Two digits are shown, so that ends may look alike.
      expect(now.low, String(row['lift'])).toBeGreaterThanOrEqual(before.low);
      expect(now.high, String(row['lift'])).toBeLessThanOrEqual(before.high);
      if (Number.isFinite(before.high)) lifts++;
    }
    expect(lifts).toBeGreaterThan(20);
  });
});

/** The same again at the same time on other hosts. */
function twiceBeside(jobs: readonly CountedJob[]): CountedJob[] {
  const again = jobs.map(({ place, traits, ...job }): CountedJob => ({
    ...job,
    place: { engine: `${place.engine}-b`, machine: `${place.machine}-b` },
    traits: { ...traits, run_id: (traits.run_id ?? 0) + 1_000_000 },
  }));
  return [...jobs, ...again];
}

/**
 * A Bayes factor grows with the data, so twice the builds may show a change that was not told before, or place it a bin
 * aside: that every row stays and only narrows is not true of changes. What is true: a change that was found is found again,
 * within the range that was given for it, and its own range is no wider.
 */
describe('twice the builds at the same time', () => {
  it('find each change again, within its range and no less exactly', () => {
    const [template] = someJobs(1, 1);
    if (template === undefined) throw new Error('there is no job');
    const hit = { failed: 1, status: 'explained', cause: 'disk-full', blame: 'infra' } as const;
    const passed = { failed: 0, status: 'passed', cause: null, blame: null } as const;
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 300 }),
        fc.integer({ min: 3, max: 9 }),
        (at, every) => {
          const jobs = Array.from({ length: 400 }, (_, index): CountedJob => {
            const start = 30 * index;
            const host = `ci-${index % 5}`;
            const outcome = index < at && index % every === 0 ? hit : passed;
            const window = { window_start: start, window_end: start + 10, failed_at: start + 5 };
            const traits = { ...template.traits, attempt: 1, canceled: 0, ...outcome, ...window };
            return { ...template, place: { engine: host, machine: host }, traits };
          });
          const [once, doubled] = [jobs, twiceBeside(jobs)].map(
            (each) => sectionOf(trendReport(historyOfJobs(each)), 'changes').rows,
          );
          for (const row of once ?? []) {
            const [from, to] = [String(row['from']), String(row['to'])];
            const again = doubled?.find(
              (one) => String(one['at']) >= from && String(one['at']) <= to,
            );
            if (again === undefined) throw new Error(`the change of ${String(row['at'])} is gone`);
            const width = (one: typeof row): number =>
              Date.parse(String(one['to'])) - Date.parse(String(one['from']));
            expect(width(again)).toBeLessThanOrEqual(width(row));
          }
          expect(once?.length).toBeGreaterThan(0);
        },
      ),
      { numRuns: 25 },
    );
  });
});
