/** Rows of the API contract's table of errors, by name: what moved, went, or is not there. */
import { describe, expect, it } from 'vitest';

import { readHistory } from '../../../src/reports/history.ts';
import { readLogState } from '../../../src/store/fetch-states.ts';
import { readScan } from '../../../src/store/scans.ts';
import { fault } from '../../fake-github/faults.ts';
import {
  ago,
  attempt,
  callsOf,
  day,
  fakeGithub,
  hour,
  ingest,
  redJob,
  repository,
  run,
} from '../../support/github.ts';
import { jobLists, logs, runLists, status, withFault } from '../../support/github-fault.ts';
import { openStore } from '../../support/judged-jobs.ts';

describe('things that moved or went', () => {
  it('a renamed repository is followed on the same origin, with all that is stored of it', async () => {
    const own = repository([run([attempt([redJob()])])]);
    const fake = await fakeGithub([own]);
    const store = openStore();
    await ingest(fake, store);
    own.fullName = 'acme/store';
    fake.renamed.set('acme/shop', 'acme/store');
    own.runs.push(run([attempt([redJob()])], ago(hour)));
    const { ending, said } = await ingest(fake, store, { repositories: ['acme/shop'] });
    expect(ending).toBe('done');
    expect(said.join()).toContain('acme/shop is called acme/store now');
    expect(store.db.prepare('SELECT DISTINCT repository FROM jobs').pluck().all()).toEqual([
      'acme/store',
    ]);
    expect(readHistory(store.db).scope.jobs).toBe(2);
  });

  it('a redirect of a list to another host is not followed', async () => {
    const { ending, fake } = await withFault(runLists, {
      is: 'redirect',
      status: 301,
      location: 'http://evil.example/x',
    });
    expect(ending).toBe('partial');
    expect(fake.calls).toHaveLength(1);
  });

  it('a repository that cannot be found is gone after three nights, and its data stay', async () => {
    const own = repository([run([attempt([redJob()])])]);
    let nights = 0;
    const fake = await fakeGithub([own], { now: () => new Date(Date.now() + nights * day) });
    const store = openStore();
    await ingest(fake, store);
    fake.repositories.length = 0;
    for (nights = 1; nights <= 3; nights++)
      await ingest(fake, store, { repositories: ['acme/shop'] });
    expect(readScan(store.db, 'github.com', 'acme/shop').goneAt).not.toBeNull();
    expect(readHistory(store.db).scope.jobs).toBe(1);
  });

  it('a run that was deleted while it was open: what is stored stays', async () => {
    const open = run([attempt([], { status: 'in_progress', conclusion: null })]);
    const own = repository([open]);
    const fake = await fakeGithub([own]);
    const store = openStore();
    await ingest(fake, store);
    own.runs = [];
    const { ending } = await ingest(fake, store);
    expect(store.db.prepare('SELECT state FROM run_states').pluck().get()).toBe('deleted');
    expect(ending).toBe('done');
  });

  it('an attempt that was deleted before its jobs were read', async () => {
    const { store, ending } = await withFault(jobLists, status(404, 'Not Found'));
    expect(ending).toBe('partial');
    expect(store.db.prepare('SELECT state FROM attempt_states').pluck().get()).toBe('deleted');
  });
});

describe('logs that are not there', () => {
  it('of a job that has just ended: tried again within the hour', async () => {
    const { log } = await withFault(
      /^storage-never/,
      { is: 'reset' },
      1,
      {},
      redJob({ started_at: ago(1000), completed_at: ago(60_000) }, null),
    );
    expect(log).toMatchObject({ state: 'wanted', tries: 0 });
    expect(Date.parse(log?.nextTry ?? '') - Date.now()).toBeLessThan(hour);
  });

  it('of an older job: tried on three nights, then absent', async () => {
    let nights = 0;
    const failed = redJob({}, null);
    const fake = await fakeGithub([repository([run([attempt([failed])])])], {
      now: () => new Date(Date.now() + nights * day),
    });
    const store = openStore();
    for (nights = 0; nights < 5; nights++) await ingest(fake, store);
    expect(readLogState(store.db, { host: 'github.com', jobId: failed.id })).toMatchObject({
      state: 'absent',
      tries: 3,
    });
    expect(callsOf(fake).logs).toBe(3);
    expect(store.db.prepare('SELECT status FROM verdicts').pluck().get()).toBe('no-log');
  });

  it('an address that has run out: a new one is asked for', async () => {
    const { ending, fake } = await withFault(
      /^storage/,
      { is: 'status', status: 403, body: '<Error>AuthenticationFailed</Error>' },
      1,
    );
    expect(ending).toBe('done');
    expect(callsOf(fake)).toMatchObject({ logs: 2, storage: 2 });
  });

  it('an address on an unknown host: nothing is fetched, and the host is named', async () => {
    const { ending, said } = await withFault(logs, {
      is: 'redirect',
      status: 302,
      location: 'http://169.254.169.254/latest/meta-data',
    });
    expect(ending).toBe('partial');
    expect(said.join()).toContain('169.254.169.254');
  });

  it('a storage that redirects further is not followed', async () => {
    const { log } = await withFault(/^storage/, {
      is: 'redirect',
      status: 302,
      location: 'http://evil.example/',
    });
    expect(log?.state).toBe('wanted');
  });

  it('an error page that comes as a success is not read as a log', async () => {
    const { log, store } = await withFault(/^storage/, {
      is: 'status',
      status: 200,
      body: '<html>Unicorn</html>',
    });
    expect(log?.state).toBe('wanted');
    expect(store.db.prepare('SELECT count(*) FROM logs').pluck().get()).toBe(0);
  });

  it('without a length a cut cannot be seen: the log counts as unverified and is fetched once more', async () => {
    let nights = 0;
    const failed = redJob();
    const fake = await fakeGithub([repository([run([attempt([failed])])])], {
      now: () => new Date(Date.now() + nights * day),
    });
    fake.faults.push(fault(/^storage/, { is: 'unframed', at: 200 }));
    const store = openStore();
    const key = { host: 'github.com', jobId: failed.id };
    await ingest(fake, store);
    expect(readLogState(store.db, key)).toMatchObject({ state: 'stored', verified: false });
    for (nights = 1; nights < 4; nights++) await ingest(fake, store);
    expect(readLogState(store.db, key)).toMatchObject({ state: 'stored', verified: true });
    expect(callsOf(fake).storage).toBe(2);
    expect(store.db.prepare('SELECT ended FROM logs').pluck().get()).toBe(1);
  });

  it('a log that changes while it is resumed is begun anew', async () => {
    const texts = ['x\n'.repeat(50_000), 'y\n'.repeat(60_000)].map((text) => Buffer.from(text));
    let asked = 0;
    const failed = {
      ...redJob(),
      log: (): Buffer => texts[Math.min(asked++, 1)] ?? Buffer.alloc(0),
    };
    const fake = await fakeGithub([repository([run([attempt([failed])])])]);
    fake.faults.push(fault(/^storage/, { is: 'cut', at: 60_000 }));
    const store = openStore();
    await ingest(fake, store);
    expect(store.db.prepare('SELECT lines FROM logs').pluck().get()).toBe(60_000);
  });
});
