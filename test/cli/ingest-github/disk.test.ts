/** Disks that are full, and databases that are in use. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';

import { describe, expect, it } from 'vitest';

import { requireRoom } from '../../../src/store/folder.ts';
import { withIngestLock } from '../../../src/store/ingest-lock.ts';
import { Store } from '../../../src/store/store.ts';
import { canary, type FakeGithub } from '../../fake-github/fake.ts';
import { buildlog, looksLikeACrash, program } from '../../support/cli.ts';
import {
  attempt,
  fakeGithub,
  ingest,
  job,
  logText,
  redJob,
  repository,
  run,
  wasShown,
} from '../../support/github.ts';
import { dumpOf, openStore } from '../../support/judged-jobs.ts';
import { raceLog, victim } from '../../support/race-logs.ts';
import { tempFolder } from '../../support/temp-folder.ts';

/** `buildlog ingest github` with a bound on the size of every file that it writes, in blocks of half a kilobyte. */
async function ingestWithin(
  blocks: number,
  fake: FakeGithub,
  args: readonly string[],
): Promise<{ code: number | null; stderr: string }> {
  const command = `ulimit -f ${blocks}; exec "$0" "$@"`;
  const own = [program, 'ingest', 'github', 'acme/shop', '--api-url', fake.url, ...args];
  const child = spawn('sh', ['-c', command, process.execPath, ...own], {
    env: { ...process.env, GH_TOKEN: canary, BUILDLOG_PACE: '0.01' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [stderr] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  wasShown(stderr);
  return { code: child.exitCode, stderr };
}

function count({ db }: Store, table: string): number {
  return Number(db.prepare(`SELECT count(*) FROM ${table}`).pluck().get());
}

describe('a full disk', { timeout: 30_000 }, () => {
  it('under kept logs stops the ingest, leaves no half log, and loses nothing', async () => {
    const large = redJob({}, logText('make', randomBytes(1_500_000).toString('base64')));
    const fake = await fakeGithub([repository([run([attempt([large, redJob()])])])]);
    const folder = tempFolder();
    const [db, kept] = [path.join(folder, 'buildlog.db'), path.join(folder, 'kept')];
    const full = await ingestWithin(2200, fake, ['--db', db, '--keep-logs', kept]);
    expect(full.code).toBe(1);
    expect(full.stderr).toContain('logs cannot be kept: EFBIG');
    expect(full.stderr).toContain('run the same command again');
    expect(full.stderr).not.toMatch(looksLikeACrash);
    expect(readdirSync(kept).filter((name) => name.endsWith('.part'))).toEqual([]);
    const again = await ingestWithin(300_000, fake, ['--db', db, '--keep-logs', kept]);
    expect(again.code).toBe(0);
    const store = Store.open(db, { readonly: true });
    expect(count(store, 'kept_logs')).toBe(2);
    store.close();
  });

  it('under the database is told, and the next ingest ends as if nothing had been', async () => {
    const rows = (): ReturnType<typeof job>[] => [redJob({ name: 'x'.repeat(3000) }), job()];
    const runs = Array.from({ length: 12 }, () => run([attempt(rows())]));
    const fake = await fakeGithub([repository(runs)]);
    const file = path.join(tempFolder(), 'small.db');
    const empty = Store.open(file);
    const pages = Number(empty.db.pragma('page_count', { simple: true }));
    empty.close();
    const small = Store.open(file, { maxPages: pages + 8 });
    await expect(ingest(fake, small)).rejects.toThrow('the disk is full');
    expect(count(small, 'jobs')).toBeGreaterThan(0);
    expect(count(small, 'jobs')).toBeLessThan(24);
    small.close();
    const [large, undisturbed] = [Store.open(file), openStore()];
    await ingest(fake, large);
    await ingest(fake, undisturbed);
    expect(dumpOf(large)).toEqual(dumpOf(undisturbed));
    large.close();
  });

  it('is noticed before the work', () => {
    const folder = tempFolder();
    expect(() => requireRoom(folder, 1)).not.toThrow();
    expect(() => requireRoom(folder, Number.MAX_SAFE_INTEGER)).toThrow('the disk is nearly full');
  });
});

describe('a folder that cannot be made', { timeout: 30_000 }, () => {
  it.each([
    ['for kept logs', ['--keep-logs', '/dev/null/kept'], 'logs cannot be kept: ENOTDIR'],
    ['for the database', ['--db', '/dev/null/x/buildlog.db'], 'its folder cannot be made'],
  ])('%s is told before any call', async (_, args, words) => {
    const fake = await fakeGithub([repository([run([attempt([redJob()])])])]);
    const db = ['--db', path.join(tempFolder(), 'buildlog.db')];
    const { code, stderr } = await ingestWithin(300_000, fake, [...db, ...args]);
    expect(code).toBe(1);
    expect(stderr).toContain(words);
    expect(stderr).not.toMatch(looksLikeACrash);
    expect(fake.calls).toEqual([]);
  });
});

describe('a database that an ingest is working on', { timeout: 30_000 }, () => {
  it('is no other ingest to use, from files neither', async () => {
    const folder = tempFolder({ 'a.log': raceLog(victim) });
    const db = path.join(folder, 'buildlog.db');
    const args = ['ingest', 'files', path.join(folder, 'a.log'), '--db', db];
    const refused = await withIngestLock(db, () => buildlog(args));
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('another ingest is running on this database');
    expect((await buildlog(args)).code).toBe(0);
  });
});
