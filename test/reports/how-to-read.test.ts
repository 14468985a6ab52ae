/** What a reader who knows no statistics finds: each table told in a line, each count with what it is of. */
import { describe, expect, it } from 'vitest';

import { concurrencyReport } from '../../src/reports/concurrency.ts';
import { flakyReport } from '../../src/reports/flaky.ts';
import { funnelText } from '../../src/reports/funnel.ts';
import { calendarReport } from '../../src/reports/over-time.ts';
import { versionsReport } from '../../src/reports/versions.ts';
import type { CountedJob, CountedTraits } from '../../src/store/counted-jobs.ts';
import { fillStore } from '../bench/big-store.ts';
import { countedJobs, historyOfJobs } from '../support/counted-jobs.ts';
import { wholeDemo } from '../support/demo-history.ts';
import { openStore } from '../support/judged-jobs.ts';
import { allReports, isProportion, sectionOf } from '../support/made-reports.ts';

function someJob(): CountedJob {
  const store = openStore();
  fillStore(store.db, 1, 1);
  const [job] = countedJobs(store);
  if (job === undefined) throw new Error('there is no job');
  return job;
}

/** Builds an hour apart on one host, each as `traits` says. */
function builds(count: number, traits: (index: number) => Partial<CountedTraits>): CountedJob[] {
  const template = someJob();
  return Array.from({ length: count }, (_, index): CountedJob => {
    const start = 60 * index;
    const common = { job_id: index + 1, run_id: index + 1, attempt: 1, failed: 0, canceled: 0 };
    const passed = { status: 'passed', cause: null, blame: null } as const;
    const window = { window_start: start, window_end: start + 10 };
    return {
      ...template,
      place: { engine: 'ci-1', machine: 'ci-1' },
      traits: { ...template.traits, ...common, ...passed, ...window, ...traits(index) },
    };
  });
}

const failed = (cause: string): Partial<CountedTraits> => ({
  failed: 1,
  status: 'explained',
  cause,
  blame: 'infra',
});

describe('every table of every report', () => {
  it('has one line that says how to read it', async () => {
    const store = await wholeDemo();
    const notes = [...allReports(store)].flatMap(([name, { sections }]) =>
      sections.map(({ id, note }) => [`${name}/${id}`, note ?? ''] as const),
    );
    store.close();
    for (const [place, note] of notes) {
      expect(note.match(/^How to read: /gm), place).toHaveLength(1);
      expect(note, place).not.toMatch(/guilty|at fault|caused by|proves/);
    }
  });
});

describe('what was counted', () => {
  it('says how many of the builds were canceled, since no rate of builds counts them', () => {
    const canceled = { canceled: 1, cause: 'job-canceled', status: 'explained' } as const;
    const history = historyOfJobs(builds(5, (index) => (index < 2 ? canceled : {})));
    expect(funnelText(history)).toContain('5 with times on a known engine, 2 of them canceled');
  });
});

describe('a component of one version', () => {
  it('has no p: there is nothing that it could be compared with', () => {
    const history = historyOfJobs(builds(8, (index) => (index < 3 ? failed('disk-full') : {})));
    const [row] = sectionOf(versionsReport(history), 'buildkit').rows;
    expect(row).toMatchObject({ ratio: 'reference', p: null, q: null });
  });
});

describe('a version that never failed', () => {
  it('has an adjusted ratio that is bounded from above only, whatever the model had to make of it', async () => {
    const store = await wholeDemo();
    const { rows } = sectionOf(allReports(store).get('versions'), 'buildkit');
    store.close();
    const never = rows.filter(
      ({ failures, adjusted }) =>
        isProportion(failures) && failures.count === 0 && adjusted !== null,
    );
    expect(never.length).toBeGreaterThan(0);
    for (const { adjusted } of never) expect(adjusted).toMatch(/^at most /);
  });
});

describe('what one retry would leave', () => {
  it('is a percentage, however high', () => {
    // Half of all builds fail, and every second one of them passes when it is run again.
    const jobs = builds(40, (index) => (index % 2 === 0 ? failed('disk-full') : {}));
    const again = jobs.flatMap((job, index): CountedJob[] => {
      if (index % 2 === 1) return [];
      const passed = index % 4 === 0 ? { failed: 0, status: 'passed' as const, cause: null } : {};
      const traits = { ...job.traits, ...passed, job_id: 1000 + index, attempt: 2 };
      return [{ ...job, traits }];
    });
    const [row] = sectionOf(flakyReport(historyOfJobs([...jobs, ...again])), 'reruns').rows;
    expect(row?.['left']).toBe('25 % (15–35)');
  });

  it('stands beside what the share would be if the others had been run again', () => {
    const jobs = builds(20, (index) => (index < 10 ? failed('disk-full') : {}));
    const again = jobs.slice(0, 6).map((job, index): CountedJob => {
      const passed = index < 4 ? { failed: 0, status: 'passed' as const, cause: null } : {};
      return { ...job, traits: { ...job.traits, ...passed, job_id: 1000 + index, attempt: 2 } };
    });
    const { rows, note } = sectionOf(flakyReport(historyOfJobs([...jobs, ...again])), 'reruns');
    // Ten failed; six were run again and four passed: between 4 and 8 of 10.
    expect(rows[0]?.['bounds']).toBe('40–80 %');
    expect(note).toContain('Of all these failures together the next attempt passed 4 of 6 times.');
  });
});

describe('a failure that comes again when it is run again', () => {
  it('is one failure, run again once: later re-runs of it are not counted', () => {
    // Eight fail; all are run again, fail once more, and pass the third time.
    const first = builds(8, () => failed('disk-full'));
    const later = (attempt: number, known: Partial<CountedTraits>): CountedJob[] =>
      first.map((job) => ({ ...job, traits: { ...job.traits, attempt, ...known } }));
    const passed = { failed: 0, status: 'passed', cause: null, blame: null } as const;
    const history = historyOfJobs([...first, ...later(2, {}), ...later(3, passed)]);
    const [row] = sectionOf(flakyReport(history), 'reruns').rows;
    expect(row).toMatchObject({
      failed: 8,
      never: 0,
      persisting: 0,
      passed: { count: 0, total: 8 },
    });
    // Both failed attempts took ten minutes, but only the second led to a passing one.
    expect(row?.['minutes']).toBe(80);
    expect(history.causes()).toMatchObject([{ cause: 'disk-full', jobs: 16, rerun: 8, passed: 0 }]);
  });
});

describe('the calendar', () => {
  it('gives each kind of failure with the builds of its day', () => {
    const history = historyOfJobs(builds(4, (index) => (index < 1 ? failed('disk-full') : {})));
    const [row] = sectionOf(calendarReport(history), 'days').rows;
    for (const kind of ['infra', 'code', 'mixed', 'unexplained', 'failures']) {
      const cell = row?.[kind];
      expect(isProportion(cell) ? cell.total : cell, kind).toBe(4);
    }
  });
});

describe('builds that all had a machine of their own', () => {
  it('are said to be so: nothing can be learned of the load', () => {
    const hosted = builds(8, (index) => (index < 3 ? failed('disk-full') : {})).map((job) => ({
      ...job,
      place: { engine: 'GitHub-hosted', machine: 'GitHub-hosted' },
    }));
    const { note } = sectionOf(concurrencyReport(historyOfJobs(hosted)), 'overlap');
    expect(note).toContain('Every build had a machine of its own: the load cannot matter here.');
  });
});
