/** The first five of the API contract's ten traps. */

import { describe, expect, it } from 'vitest';

import { readHistory } from '../../../src/reports/history.ts';
import { readLogState } from '../../../src/store/fetch-states.ts';
import { fault } from '../../fake-github/faults.ts';
import { countedJobs } from '../../support/counted-jobs.ts';
import {
  ago,
  attempt,
  callsOf,
  day,
  fakeGithub,
  hour,
  ingest,
  job,
  logText,
  redJob,
  redLog,
  repository,
  run,
} from '../../support/github.ts';
import { dumpOf, openStore } from '../../support/judged-jobs.ts';

const count = (db: ReturnType<typeof openStore>['db'], table: string): number =>
  Number(db.prepare(`SELECT count(*) FROM ${table}`).pluck().get());

describe('trap 1: a body that was cut is no empty success', () => {
  it('a page of runs that was cut is asked for again, and no page is dropped', async () => {
    const runs = Array.from({ length: 250 }, (_, n) =>
      run([attempt([job({}, null)])], ago(n * 60_000)),
    );
    const fake = await fakeGithub([repository(runs)], { limit: null });
    fake.faults.push(fault(/api .*page=2/, { is: 'cut', at: 5000 }, 2));
    const store = openStore();
    await ingest(fake, store, { maxCalls: 6 });
    expect(count(store.db, 'run_states')).toBe(250);
    expect(callsOf(fake).lists).toBe(5);
  });

  it('a list of jobs that was cut is asked for again', async () => {
    const fake = await fakeGithub([repository([run([attempt([job(), redJob()])])])]);
    fake.faults.push(fault(/api .*jobs\?/, { is: 'cut', at: 700 }, 2));
    const store = openStore();
    const { ending } = await ingest(fake, store);
    expect(ending).toBe('done');
    expect(count(store.db, 'jobs')).toBe(2);
  });
});

describe('trap 1: a compressed body that was cut, which nothing announces', () => {
  it('of a list is no list, and is asked for again', async () => {
    const fake = await fakeGithub([repository([run([attempt([redJob(), job()])])])]);
    fake.faults.push(fault(/api .*\/jobs\?/, { is: 'gzip-cut', keep: 300 }, 2));
    const store = openStore();
    const { ending, tally } = await ingest(fake, store);
    expect(ending).toBe('done');
    expect(tally.logs).toBe(2);
    expect(callsOf(fake).jobs).toBe(3);
  });

  it('of a log is not trusted: it counts as unverified and is fetched once more', async () => {
    const failed = redJob({}, `${logText('make', 'x\n'.repeat(5000))}${redLog}`);
    let nights = 0;
    const fake = await fakeGithub([repository([run([attempt([failed])])])], {
      now: () => new Date(Date.now() + nights * day),
    });
    fake.faults.push(fault(/^storage/, { is: 'gzip-cut', keep: 250 }));
    const [store, undisturbed] = [openStore(), openStore()];
    await ingest(fake, store);
    const state = (): ReturnType<typeof readLogState> =>
      readLogState(store.db, { host: 'github.com', jobId: failed.id });
    expect(state()?.verified ?? false).toBe(false);
    expect(fake.requests.find(({ to }) => to === 'storage')?.headers['accept-encoding']).toBe(
      'identity',
    );
    nights++;
    await ingest(fake, store);
    expect(state()).toMatchObject({ state: 'stored', verified: true });
    await ingest(fake, undisturbed);
    const content = /^(verdicts|occurrences|facts|logs) /;
    const of = (each: typeof store): string[] => dumpOf(each).filter((row) => content.test(row));
    expect(of(store)).toEqual(of(undisturbed));
  });
});

describe('trap 2: a log is fetched without the token', () => {
  it('from another host, and its cut is resumed where it was cut', async () => {
    const log = logText('make', 'x'.repeat(200_000));
    const fake = await fakeGithub([repository([run([attempt([redJob({}, log)])])])]);
    fake.faults.push(fault(/^storage/, { is: 'cut', at: 60_000 }, 2));
    const store = openStore();
    await ingest(fake, store);
    const fetched = fake.requests.filter(({ to }) => to === 'storage');
    expect(fetched.map(({ headers }) => headers.range)).toEqual([
      undefined,
      'bytes=60000-',
      'bytes=120000-',
    ]);
    expect(fetched.every(({ headers }) => headers.authorization === undefined)).toBe(true);
    expect(store.db.prepare('SELECT bytes FROM logs').pluck().get()).toBe(
      Buffer.byteLength(log) - 1,
    );
  });

  it('and a log that stops coming is given up and resumed', async () => {
    const fake = await fakeGithub([repository([run([attempt([redJob()])])])]);
    fake.faults.push(fault(/^storage/, { is: 'stall', at: 100 }));
    const { tally } = await ingest(fake, openStore(), { pace: { idle: 400 } });
    expect(tally.logs).toBe(1);
  });

  it('and one that is larger than the bound is not fetched', async () => {
    const failed = redJob({}, 'x'.repeat(300_000));
    const fake = await fakeGithub([repository([run([attempt([failed])])])]);
    const store = openStore();
    await ingest(fake, store, { maxBytes: 100_000 });
    expect(readLogState(store.db, { host: 'github.com', jobId: failed.id })?.state).toBe('too-big');
  });
});

describe('trap 3: logs are fetched job by job', () => {
  it('never as an archive of the run', async () => {
    const fake = await fakeGithub([repository([run([attempt([job(), job(), redJob()])])])]);
    await ingest(fake, openStore());
    expect(callsOf(fake)).toEqual({ lists: 1, jobs: 1, logs: 3, storage: 3 });
    expect(
      fake.calls.filter(({ path: asked }) => /(runs|attempts)\/\d+\/logs/.test(asked)),
    ).toEqual([]);
  });
});

describe('trap 4: lists without filters, windows only below the end of the list', () => {
  it('asks without filters', async () => {
    const fake = await fakeGithub([repository([run([attempt([job()])])])]);
    await ingest(fake, openStore(), { workflows: ['ci.yml'] });
    expect(fake.calls.every(({ path: asked }) => !/created=|status=|branch=/.test(asked))).toBe(
      true,
    );
  });

  it('goes on by windows of `created` where the list ends, halved until they fit', async () => {
    // Each second of an hour a run, and a list that ends after three hundred.
    const runs = Array.from({ length: 2600 }, (_, n) =>
      run([attempt([], { conclusion: 'startup_failure' })], ago(day + n * 1000)),
    );
    const fake = await fakeGithub([repository(runs)], {
      limit: null,
      unfilteredCap: 300,
      filteredCap: 1000,
      validates: false,
    });
    const store = openStore();
    await ingest(fake, store, { workflows: ['none.yml'] });
    expect(count(store.db, 'run_states')).toBe(2600);
    expect(fake.calls.some(({ path: asked }) => asked.includes('created='))).toBe(true);
  });
});

describe('trap 5: a re-run of failed jobs copies those that passed', () => {
  const times = { started_at: ago(5 * hour), completed_at: ago(4.9 * hour) };
  const passed = job({ name: 'build (a)', ...times }, redLog);
  const copy = job({ name: 'build (a)', ...times }, redLog);
  const failed = redJob({ name: 'build (b)', ...times });
  const again = job({ name: 'build (b)', started_at: ago(hour), completed_at: ago(0.9 * hour) });
  const twice = (): ReturnType<typeof run> =>
    run(
      [
        attempt([passed, failed], { startedAt: ago(5 * hour), conclusion: 'failure' }),
        attempt([copy, again], { startedAt: ago(1.1 * hour), updatedAt: ago(0.8 * hour) }),
      ],
      ago(5 * hour),
    );

  it('all attempts are rows, the copy is marked, its log is not fetched, and no rate counts it', async () => {
    const fake = await fakeGithub([repository([twice()])]);
    const store = openStore();
    await ingest(fake, store);
    expect(count(store.db, 'attempts')).toBe(2);
    expect(count(store.db, 'jobs')).toBe(4);
    expect(readLogState(store.db, { host: 'github.com', jobId: copy.id })?.state).toBe('copied');
    expect(callsOf(fake).logs).toBe(3);
    expect(countedJobs(store).map(({ traits }) => traits.job_id)).not.toContain(copy.id);
    expect(readHistory(store.db).scope.jobs).toBe(3);
  });

  it('and where GitHub lists only what was run again, nothing is missing either', async () => {
    const only = twice();
    only.attempts[1]?.jobs.shift();
    const fake = await fakeGithub([repository([only])]);
    const store = openStore();
    await ingest(fake, store);
    expect(readHistory(store.db).scope.jobs).toBe(3);
  });

  it('and just after a re-run, with no jobs yet, the attempt stays open until it has some', async () => {
    const young = run([attempt([passed], { startedAt: ago(5 * hour) })], ago(5 * hour));
    const fake = await fakeGithub([repository([young])]);
    const store = openStore();
    await ingest(fake, store);
    young.attempts.push(
      attempt([], {
        startedAt: ago(1000),
        status: 'queued',
        conclusion: null,
        updatedAt: ago(1000),
      }),
    );
    await ingest(fake, store);
    expect(count(store.db, 'jobs')).toBe(1);
    young.attempts[1] = attempt([copy, again], { startedAt: ago(1.1 * hour), updatedAt: ago(0) });
    await ingest(fake, store);
    expect(count(store.db, 'jobs')).toBe(3);
  });
});
