/** Rows of the API contract's table of errors, by name: trouble of the server. */
import { describe, expect, it } from 'vitest';

import { readLogState } from '../../../src/store/fetch-states.ts';
import { fault } from '../../fake-github/faults.ts';
import {
  ago,
  attempt,
  callsOf,
  day,
  fakeGithub,
  hour,
  ingest,
  job,
  redJob,
  repository,
  run,
} from '../../support/github.ts';
import { jobLists, runLists, status, withFault } from '../../support/github-fault.ts';
import { openStore } from '../../support/judged-jobs.ts';

describe('trouble of the server', () => {
  it('an old server that does not know the version: asked once more without it', async () => {
    const { ending, fake } = await withFault(/api/, status(400, 'Unsupported API version'), 1);
    expect(ending).toBe('done');
    expect(fake.calls[0]?.headers['x-github-api-version']).toBe('2022-11-28');
    expect(fake.calls[1]?.headers['x-github-api-version']).toBeUndefined();
  });

  it.each([409, 415, 422])(
    '%d on a list: the repository is left out, and nothing is retried',
    async (code) => {
      const { ending, fake } = await withFault(runLists, status(code, 'odd'));
      expect(ending).toBe('partial');
      expect(fake.calls).toHaveLength(1);
    },
  );

  it('502 with a page of HTML: tried again, four times in all, then with smaller pages', async () => {
    const { ending, fake } = await withFault(
      runLists,
      { is: 'status', status: 502, body: '<title>Bad Gateway</title>' },
      5,
    );
    expect(ending).toBe('done');
    expect(
      fake.calls
        .slice(0, 6)
        .map(({ path }) => new URL(path, 'http://x').searchParams.get('per_page')),
    ).toEqual(['100', '100', '100', '100', '50', '50']);
  });

  it('HTML with status 200 is no list', async () => {
    const { ending } = await withFault(
      runLists,
      { is: 'status', status: 200, body: '<html></html>' },
      2,
    );
    expect(ending).toBe('done');
  });

  it('a connection that breaks before the answer: as 5xx', async () => {
    const { ending, fake } = await withFault(/api/, { is: 'reset' }, 3);
    expect(ending).toBe('done');
    expect(callsOf(fake).lists).toBe(4);
  });

  it('5xx on a log for days: that one is left for the next night, the others are read', async () => {
    const [bad, good] = [redJob(), redJob()];
    const fake = await fakeGithub([repository([run([attempt([bad, good])])])]);
    const forBad = new RegExp(`jobs/${bad.id}/logs$`);
    fake.faults.push(fault(forBad, status(500, 'Server Error'), 4));
    const store = openStore();
    const { tally, ending } = await ingest(fake, store);
    expect(ending).toBe('partial');
    expect(tally.logs).toBe(1);
    const log = readLogState(store.db, { host: 'github.com', jobId: bad.id });
    expect(log).toMatchObject({ state: 'wanted', tries: 1 });
  });

  it('a count that is not that of the rows: stored as it is, and asked for again', async () => {
    let nights = 0;
    const fake = await fakeGithub([repository([run([attempt([redJob()])])])], {
      now: () => new Date(Date.now() + nights * day),
    });
    const lying = {
      is: 'body',
      change: (body: string) => body.replace('"total_count":1', '"total_count":2'),
    } as const;
    fake.faults.push(fault(jobLists, lying, 1));
    const store = openStore();
    expect((await ingest(fake, store)).said.join()).toContain('1 job came of 2');
    nights = 1;
    expect((await ingest(fake, store)).ending).toBe('done');
    expect(store.db.prepare('SELECT state FROM attempt_states').pluck().get()).toBe('complete');
  });

  it('a job that has ended at no time: asked for again on the next night', async () => {
    let nights = 0;
    const ended = redJob({ completed_at: null });
    const fake = await fakeGithub([repository([run([attempt([ended])])])], {
      now: () => new Date(Date.now() + nights * day),
      validates: false,
    });
    const store = openStore();
    expect((await ingest(fake, store)).said.join()).toContain(
      '1 job has not ended although the attempt has',
    );
    ended.row['completed_at'] = ago(hour);
    nights = 1;
    expect((await ingest(fake, store)).ending).toBe('done');
    expect(store.db.prepare('SELECT completed_at FROM jobs').pluck().get()).not.toBeNull();
  });

  it('a list out of order is read to the end of the window', async () => {
    const runs = Array.from({ length: 150 }, (_, n) =>
      run([attempt([], { conclusion: 'startup_failure' })], ago(n * hour)),
    );
    const fake = await fakeGithub([repository(runs)], { limit: null, etags: false });
    const store = openStore();
    await ingest(fake, store);
    const swapped = {
      is: 'body',
      change: (body: string) => body.replaceAll(runs[0]?.createdAt ?? '', ago(3 * day)),
    } as const;
    fake.faults.push(fault(runLists, swapped, 1));
    const before = callsOf(fake).lists;
    const { said } = await ingest(fake, store);
    expect(said.join()).toContain('out of order');
    expect(callsOf(fake).lists - before).toBe(2);
  });

  it('more than a hundred jobs are read to the last', async () => {
    const fake = await fakeGithub([
      repository([run([attempt(Array.from({ length: 230 }, () => job({}, null)))])]),
    ]);
    const store = openStore();
    await ingest(fake, store, { share: 0 });
    expect(store.db.prepare('SELECT count(*) FROM jobs').pluck().get()).toBe(230);
    expect(callsOf(fake).jobs).toBe(3);
  });
});
