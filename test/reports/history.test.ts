/** What counts as failed, canceled and built, when it built, and on which engine. */
import { describe, expect, it } from 'vitest';

import type { Job } from '../../src/model/job.ts';
import { readHistory } from '../../src/reports/history.ts';
import type { CountedJob } from '../../src/store/counted-jobs.ts';
import type { Store } from '../../src/store/store.ts';
import { writeJob } from '../../src/store/write-jobs.ts';
import { countedJobs } from '../support/counted-jobs.ts';
import { jobWith, judgedLog, judgedWithoutLog, openStore } from '../support/judged-jobs.ts';
import { allReports, sectionOf, sharesIn } from '../support/made-reports.ts';
import { at, culprit, raceLog, smallJob, victim, type SmallJob } from '../support/race-logs.ts';

/** A store with these jobs, numbered from 1. */
function storeOf(...jobs: readonly (readonly [known: Partial<Job>, log: string | null])[]): Store {
  const store = openStore();
  jobs.forEach(([known, log], index) => {
    const job = jobWith({ jobId: index + 1, ...known });
    writeJob(store.db, log === null ? judgedWithoutLog(job) : judgedLog(job, log));
  });
  return store;
}

describe('a job', () => {
  it.each([
    ['passed', { conclusion: 'success' }, null, { failed: false, canceled: false }],
    ['failed without a log', { conclusion: 'failure' }, null, { failed: true, canceled: false }],
    [
      'timed out without a log',
      { conclusion: 'timed_out' },
      null,
      { failed: true, canceled: false },
    ],
    [
      'canceled without a log',
      { conclusion: 'cancelled' },
      null,
      { failed: false, canceled: true },
    ],
    ['still running', { status: 'in_progress' }, null, { failed: false, canceled: false }],
    ['skipped', { conclusion: 'skipped' }, null, { failed: false, canceled: false }],
    ['failed with its log', {}, raceLog(victim), { failed: true, canceled: false }],
    ['passed with its log', {}, raceLog(culprit), { failed: false, canceled: false }],
    ['of a log cut short', {}, raceLog(smallJob).slice(0, 900), { failed: true, canceled: false }],
  ] as const)('that %s', (_, known, log, expected) => {
    const failed = Number(expected.failed);
    const canceled = Number(expected.canceled);
    expect(countedJobs(storeOf([known, log]))).toMatchObject([{ traits: { failed, canceled } }]);
  });

  it('is in exactly one state of the scope', () => {
    const store = storeOf(
      [{ conclusion: 'success' }, null],
      [{ conclusion: 'failure' }, null],
      [{ conclusion: 'cancelled' }, null],
      [{}, raceLog(victim)],
      [{}, raceLog(smallJob).slice(0, 900)],
      [{}, raceLog({ ...smallJob, error: 'ERROR: the moon is in the wrong phase' })],
    );
    expect(readHistory(store.db).scope).toMatchObject({
      jobs: 6,
      failed: 4,
      canceled: 1,
      explained: 1,
      unexplained: 1,
      withoutLog: 1,
      partial: 1,
    });
  });
});

describe('the window of the scope', () => {
  it('goes from the first start to the last end', () => {
    const store = storeOf(
      [{ startedAt: at(100), completedAt: at(200), conclusion: 'success' }, null],
      [{ startedAt: at(50), completedAt: at(120), conclusion: 'success' }, null],
    );
    expect(readHistory(store.db).scope).toMatchObject({ from: at(50), to: at(200) });
  });

  it('is open when there are no jobs', () => {
    expect(readHistory(openStore().db).scope).toMatchObject({ jobs: 0, from: null, to: null });
  });
});

describe('what a job shares its load with', () => {
  const jobs = (...each: readonly SmallJob[]): readonly CountedJob[] =>
    countedJobs(storeOf(...each.map((job) => [{}, raceLog(job)] as const)));

  it('is the host, one for all its jobs', () => {
    const engines = jobs(victim, culprit, { ...culprit, machine: 'ci-2' }).map(
      ({ place }) => place.engine,
    );
    expect(engines[0]).toBe(engines[1]);
    expect(engines[2]).not.toBe(engines[0]);
  });

  it('lasts from the start of its build to the end', () => {
    const [traits] = jobs(victim).map((job) => job.traits);
    expect(traits?.window_end).toBeGreaterThan(traits?.window_start ?? Infinity);
  });
});

describe('a job that a partial re-run only copied', () => {
  it('is in no count', () => {
    const times = { startedAt: at(10), completedAt: at(60) };
    const common = { runId: 7, name: 'build (web)', repository: 'acme/shop', ...times };
    const store = storeOf(
      [{ ...common, attempt: 1, conclusion: 'success' }, null],
      [{ ...common, attempt: 2, conclusion: 'success' }, null],
    );
    expect(countedJobs(store).map(({ traits }) => traits.attempt)).toEqual([1]);
    expect(readHistory(store.db).carriedOver).toBe(1);
  });

  it('is not counted over time either', () => {
    const times = { startedAt: at(10), completedAt: at(60) };
    const common = { runId: 7, name: 'build (web)', repository: 'acme/shop', ...times };
    const { db } = storeOf(
      [{ ...common, attempt: 1, conclusion: 'failure' }, raceLog(victim)],
      [{ ...common, attempt: 2, conclusion: 'failure' }, raceLog(victim)],
    );
    expect(readHistory(db).spans()).toMatchObject([{ failed: 1, first: 1, builds: 1 }]);
  });
});

describe('the next attempt', () => {
  const attempt = (number: number, known: Partial<Job>): Partial<Job> => ({
    runId: 7,
    attempt: number,
    name: 'build (web)',
    repository: 'acme/shop',
    ...known,
  });
  const rerunsOf = (store: Store): unknown =>
    sectionOf(allReports(store).get('causes'), 'causes').rows.map((row) => row['rerun_passed']);

  it('is the same job of the same run', () => {
    const store = storeOf(
      [attempt(1, { conclusion: 'failure' }), raceLog(victim)],
      [attempt(2, { conclusion: 'success' }), null],
      [attempt(2, { conclusion: 'success', name: 'build (api)' }), null],
      [attempt(2, { conclusion: 'success', runId: 8 }), null],
    );
    expect(rerunsOf(store)).toMatchObject([{ count: 1, total: 1 }]);
  });

  it('is not known where there was none', () => {
    expect(rerunsOf(storeOf([attempt(1, { conclusion: 'failure' }), raceLog(victim)]))).toEqual([
      null,
    ]);
  });

  it('that failed again counts against it', () => {
    const store = storeOf(
      [attempt(1, { conclusion: 'failure' }), raceLog(victim)],
      [attempt(2, { conclusion: 'failure', startedAt: at(500) }), raceLog(victim)],
    );
    expect(rerunsOf(store)).toMatchObject([{ count: 0, total: 1 }]);
  });
});

describe('the reports on nothing', () => {
  it('say nothing, and divide by nothing', () => {
    const reports = allReports(openStore());
    expect(reports.size).toBeGreaterThan(4);
    for (const { findings, sections } of reports.values()) {
      expect(findings).toEqual([]);
      expect(sections.flatMap(({ rows }) => rows)).toEqual([]);
    }
  });
});

describe('failures without an explanation', () => {
  it('are counted with their share of all failures', () => {
    const unknown = raceLog({ ...smallJob, error: 'ERROR: the moon is in the wrong phase' });
    const store = storeOf([{}, unknown], [{}, unknown], [{}, raceLog(victim)]);
    const section = sectionOf(allReports(store).get('unexplained'), 'templates');
    expect(sharesIn(section, 'jobs')).toMatchObject([{ count: 2, total: 3 }]);
    expect(section.rows[0]?.['template']).toContain('the moon is in the wrong phase');
  });
});
