/** What has not changed since the last time costs nothing, and nothing is missed for it. */
import { describe, expect, it } from 'vitest';

import { readLogState } from '../../../src/store/fetch-states.ts';
import { canary } from '../../fake-github/fake.ts';
import { fault } from '../../fake-github/faults.ts';
import {
  ago,
  attempt,
  fakeGithub,
  hour,
  ingest,
  job,
  redJob,
  repository,
  run,
} from '../../support/github.ts';
import { logs, status } from '../../support/github-fault.ts';
import { dumpOf, openStore } from '../../support/judged-jobs.ts';

const statuses = (fake: Awaited<ReturnType<typeof fakeGithub>>, from: number): number[] =>
  fake.calls.slice(from).map((call) => call.status);

const three = (): ReturnType<typeof run>[] =>
  Array.from({ length: 3 }, (_, n) => run([attempt([redJob()])], ago((n + 3) * hour)));

describe('a list that has not changed', () => {
  it('is asked for with its mark, and takes nothing from the limit', async () => {
    const fake = await fakeGithub([repository(three())]);
    const store = openStore();
    await ingest(fake, store);
    const [before, remaining, dump] = [fake.calls.length, fake.remaining, dumpOf(store)];
    const { ending } = await ingest(fake, store);
    expect(ending).toBe('done');
    expect(statuses(fake, before)).toEqual([304]);
    expect(fake.remaining).toBe(remaining);
    expect(dumpOf(store)).toEqual(dump);
  });

  it('hides neither a new run nor one that is run again', async () => {
    const own = repository(three());
    const fake = await fakeGithub([own]);
    const store = openStore();
    await ingest(fake, store);
    own.runs.push(run([attempt([redJob()])], ago(hour)));
    expect((await ingest(fake, store)).tally.logs).toBe(1);
    const rerun = job({ started_at: ago(0.9 * hour), completed_at: ago(0.6 * hour) });
    const again = attempt([rerun], { startedAt: ago(hour), updatedAt: ago(0.5 * hour) });
    own.runs[1]?.attempts.push(again);
    expect((await ingest(fake, store)).tally.logs).toBe(1);
    const undisturbed = openStore();
    await ingest(fake, undisturbed);
    expect(dumpOf(store)).toEqual(dumpOf(undisturbed));
  });

  it('of many pages is read on below the first when more than the first is of interest', async () => {
    const runs = Array.from({ length: 150 }, (_, n) =>
      run([attempt([], { conclusion: 'startup_failure' })], ago((n + 1) * 0.2 * hour)),
    );
    const fake = await fakeGithub([repository(runs)], { validates: false });
    const store = openStore();
    await ingest(fake, store);
    // Two days are looked back once a night: it is the next one.
    store.db.exec(`UPDATE scans SET deep_at = '${ago(20 * hour)}'`);
    const before = fake.calls.length;
    runs[140]?.attempts.push(attempt([redJob()], { updatedAt: ago(0) }));
    const { tally } = await ingest(fake, store);
    expect(statuses(fake, before).slice(0, 2)).toEqual([304, 200]);
    expect(tally.logs).toBe(1);
  });

  it('is asked for whole while a run is open, and by another token', async () => {
    const open = run([attempt([], { status: 'in_progress', conclusion: null })], ago(2 * hour));
    const own = repository([...three(), open]);
    const fake = await fakeGithub([own]);
    const store = openStore();
    await ingest(fake, store);
    let before = fake.calls.length;
    await ingest(fake, store);
    expect(statuses(fake, before)).toEqual([200]);
    open.attempts[0] = attempt([redJob()], { updatedAt: ago(0) });
    await ingest(fake, store);
    before = fake.calls.length;
    await ingest(fake, store, { token: `${canary}2` });
    expect(statuses(fake, before)).toEqual([200]);
    expect(fake.calls.at(-1)?.headers['if-none-match']).toBeUndefined();
  });

  it('is asked for whole where a server gives no marks', async () => {
    const fake = await fakeGithub([repository(three())], { etags: false });
    const store = openStore();
    await ingest(fake, store);
    const before = fake.calls.length;
    await ingest(fake, store);
    expect(statuses(fake, before)).toEqual([200]);
  });
});

describe('a log that was denied', () => {
  it('is asked for again when another token asks', async () => {
    const failed = redJob();
    const fake = await fakeGithub([repository([run([attempt([failed])])])]);
    fake.faults.push(fault(logs, status(403, 'Must have admin rights to Repository.'), 1));
    const store = openStore();
    await ingest(fake, store);
    expect((await ingest(fake, store)).tally.logs).toBe(0);
    expect((await ingest(fake, store, { token: `${canary}2` })).tally.logs).toBe(1);
    const state = readLogState(store.db, { host: 'github.com', jobId: failed.id });
    expect(state?.state).toBe('stored');
  });
});
