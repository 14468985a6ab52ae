/** Rows of the API contract's table of errors, by name: versions that end, storages that refuse, other writers. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';

import { Store } from '../../../src/store/store.ts';
import { canary, type FakeGithub } from '../../fake-github/fake.ts';
import { fault } from '../../fake-github/faults.ts';
import { program } from '../../support/cli.ts';
import { attempt, fakeGithub, ingest, job, redJob, repository, run } from '../../support/github.ts';
import { runLists, withFault } from '../../support/github-fault.ts';
import { dumpOf, openStore } from '../../support/judged-jobs.ts';
import { tempFolder } from '../../support/temp-folder.ts';

describe('an API version that will be retired', () => {
  it('is warned of, once, and read on', async () => {
    const sunset = 'Fri, 10 Mar 2028 00:00:00 GMT';
    const { said, ending, tally } = await withFault(/api/, { is: 'headers', headers: { sunset } });
    expect(ending).toBe('done');
    expect(tally.logs).toBe(1);
    const warnings = said.filter((text) => text.includes('retires this version'));
    expect(warnings).toEqual([expect.stringContaining(sunset)]);
  });
});

describe('a storage that refuses', () => {
  it.each([400, 401, 403, 429, 503])(
    'with %d is no refusal of the token: that log is left for the next night, the others are read',
    async (status) => {
      const [refused, other] = [redJob(), redJob()];
      const fake = await fakeGithub([repository([run([attempt([refused, other])])])]);
      const body = '<Error><Code>InvalidAuthenticationInfo</Code></Error>';
      const kind = { is: 'status', status, body } as const;
      fake.faults.push(fault(new RegExp(`^storage .*${refused.id}`), kind, 99));
      const store = openStore();
      const { ending, tally, said } = await ingest(fake, store);
      expect(ending).toBe('partial');
      expect(tally.logs).toBe(1);
      expect(said.join('\n')).toContain(`the log's storage answers with HTTP ${status}`);
      fake.faults.length = 0;
      store.db.prepare('UPDATE log_states SET next_try = NULL').run();
      expect((await ingest(fake, store)).tally.logs).toBe(1);
    },
  );
});

describe('a log of another length than announced', () => {
  it('shorter: the rest is asked for, and when it does not exist the log is left for later', async () => {
    const { log, said } = await withFault(/^storage/, { is: 'wrong-length', by: 50 });
    expect(log).toMatchObject({ state: 'wanted' });
    expect(said.join('\n')).toMatch(/changed|bytes came|HTTP 416/);
  });

  it('that comes in drips is no stall', async () => {
    const drip = { is: 'drip', bytes: 60, milliseconds: 40 } as const;
    const { tally, fake } = await withFault(/^storage/, drip, 1, { pace: { idle: 400 } });
    expect(tally.logs).toBe(1);
    expect(fake.requests.filter(({ to }) => to === 'storage')).toHaveLength(1);
  });
});

describe('another program that writes into the database', { timeout: 60_000 }, () => {
  /** A database of one repository, and a fake that has one more run for it. */
  async function growing(): Promise<{ fake: FakeGithub; file: string; whole: string[] }> {
    const runs = [run([attempt([redJob(), job()])])];
    const fake = await fakeGithub([repository(runs)]);
    const file = path.join(tempFolder(), 'buildlog.db');
    const store = Store.open(file);
    await ingest(fake, store);
    store.close();
    runs.unshift(run([attempt([redJob(), job()])]));
    const undisturbed = openStore();
    await ingest(fake, undisturbed);
    return { fake, file, whole: dumpOf(undisturbed) };
  }

  function heldLock(file: string): Database.Database {
    const lock = new Database(file);
    lock.exec('BEGIN IMMEDIATE');
    return lock;
  }

  it('for a moment is waited for', async () => {
    const { fake, file, whole } = await growing();
    const lock = heldLock(file);
    fake.onRequest = () => setTimeout(() => lock.inTransaction && lock.exec('COMMIT'), 700);
    const args = ['ingest', 'github', 'acme/shop', '--api-url', fake.url, '--db', file];
    const child = spawn(process.execPath, [program, ...args], {
      env: { ...process.env, GH_TOKEN: canary },
      stdio: 'ignore',
    });
    await once(child, 'exit');
    lock.close();
    expect(child.exitCode).toBe(0);
    const store = Store.open(file, { readonly: true });
    expect(dumpOf(store)).toEqual(whole);
    store.close();
  });

  it('and does not end is told; the next ingest ends as if nothing had been', async () => {
    const { fake, file, whole } = await growing();
    const store = Store.open(file);
    store.db.pragma('busy_timeout = 50');
    const lock = heldLock(file);
    await expect(ingest(fake, store)).rejects.toThrow('another process is writing');
    lock.exec('ROLLBACK');
    lock.close();
    fake.faults.length = 0;
    await ingest(fake, store);
    expect(dumpOf(store)).toEqual(whole);
    store.close();
  });
});

describe('a repository', () => {
  it('without Actions is done with one call', async () => {
    const fake = await fakeGithub([repository([])]);
    const { ending, said } = await ingest(fake, openStore());
    expect(ending).toBe('done');
    expect(fake.calls).toHaveLength(1);
    expect(said.join('\n')).not.toMatch(/NaN|undefined/);
  });

  it('whose filtered lists lag behind loses no run', async () => {
    const fake = await fakeGithub([repository([run([attempt([redJob()])])])], {
      filteredLag: 24 * 3_600_000,
    });
    const { tally } = await ingest(fake, openStore());
    expect(tally.logs).toBe(1);
    expect(fake.calls.filter(({ path: asked }) => runLists.test(`api ${asked}`))).toHaveLength(1);
  });
});
