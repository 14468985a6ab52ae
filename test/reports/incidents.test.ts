/** Failures that come together are shown as such: on one engine in a table, on several as one sentence. */
import { describe, expect, it } from 'vitest';

import { concurrencyReport } from '../../src/reports/concurrency.ts';
import type { Section } from '../../src/reports/report.ts';
import type { CountedJob } from '../../src/store/counted-jobs.ts';
import { fillStore } from '../bench/big-store.ts';
import { countedJobs, historyOfJobs } from '../support/counted-jobs.ts';
import { openStore } from '../support/judged-jobs.ts';
import { sectionOf } from '../support/made-reports.ts';

/** Builds of ten minutes: `failures` of them fail, each on its host and in its minute; as many others pass on quiet days. */
function sections(failures: readonly (readonly [host: string, minute: number])[]): {
  incidents: Section;
  note: string;
} {
  const store = openStore();
  fillStore(store.db, 1, 1);
  const [template] = countedJobs(store);
  if (template === undefined) throw new Error('there is no job');
  const job = (host: string, at: number, hit: boolean): CountedJob => {
    const window = { window_start: at - 5, window_end: at + 5, failed_at: hit ? at : null };
    const outcome = hit
      ? ({ failed: 1, status: 'explained', cause: 'disk-full', blame: 'infra' } as const)
      : ({ failed: 0, status: 'passed', cause: null, blame: null } as const);
    const traits = { ...template.traits, attempt: 1, canceled: 0, ...outcome, ...window };
    return { ...template, place: { engine: `engine of ${host}`, machine: host }, traits };
  };
  const report = concurrencyReport(
    historyOfJobs([
      ...failures.map(([host, at]) => job(host, at, true)),
      ...failures.map(([host], index) => job(host, 10_000 + 60 * index, false)),
    ]),
  );
  return {
    incidents: sectionOf(report, 'incidents'),
    note: sectionOf(report, 'overlap').note ?? '',
  };
}

describe('failures that came together on one engine', () => {
  const together = [
    ['ci-1', 100],
    ['ci-1', 100.5],
    ['ci-1', 101],
    ['ci-2', 500],
    ['ci-1', 900],
  ] as const;

  it('are one row, with the host, the time and their number of all', () => {
    const { rows } = sections(together).incidents;
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ cause: 'disk-full', machine: 'ci-1' });
    expect(rows[0]?.['failures']).toMatchObject({ count: 3, total: 5 });
  });

  it('are no table where each stands alone', () => {
    const alone = together.map(([host, at]) => [host, at * 100] as const);
    expect(sections(alone).incidents.rows).toEqual([]);
  });
});

describe('failures that came together on several engines', () => {
  const burst = (hosts: number, apart: number): string =>
    sections([
      ...Array.from({ length: hosts }, (_, k) => [`ci-${k}`, 100 + apart * k] as const),
      ['ci-9', 5000] as const,
    ]).note;

  it('are named as a hint at what the engines share', () => {
    expect(burst(3, 4)).toContain(
      'disk-full: 3 of 4 failures on 3 engines within 10 minutes of 1970-01-01 01:40: look at what they share, a registry or the network.',
    );
  });

  it('are not, on two engines or too far apart', () => {
    expect(burst(2, 4)).not.toContain('look at what they share');
    expect(burst(3, 6)).not.toContain('look at what they share');
  });
});
