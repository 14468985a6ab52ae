/** A transaction is kept whole or not at all: when work fails, when the disk is full, when another writes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

import { describe, expect, it, onTestFinished } from 'vitest';

import { ingestFiles } from '../../src/cli/commands/ingest-files.ts';
import { Store } from '../../src/store/store.ts';
import { StoreError } from '../../src/store/store-error.ts';
import { writeJob } from '../../src/store/write-jobs.ts';
import { projectFolder } from '../support/cli.ts';
import { demoLogs, patterns, silent } from '../support/demo-history.ts';
import { raceLog, smallJob } from '../support/race-logs.ts';
import { dumpOf, judgedLog, jobWith, openStore, refusalOf } from '../support/judged-jobs.ts';
import { tempFolder } from '../support/temp-folder.ts';

const job = (jobId: number): ReturnType<typeof judgedLog> =>
  judgedLog(jobWith({ jobId }), raceLog({ ...smallJob, name: `build ${jobId}` }));

function write(store: Store, jobId: number): void {
  store.transaction(() => writeJob(store.db, job(jobId)));
}

function jobIds(store: Store): number[] {
  return store.db.prepare<[], number>('SELECT job_id FROM jobs ORDER BY job_id').pluck().all();
}

describe('a transaction that fails', () => {
  it('leaves nothing of itself and all that was there before', () => {
    const store = openStore();
    write(store, 1);
    const before = dumpOf(store);
    const work = (): void =>
      store.transaction(() => {
        writeJob(store.db, job(2));
        throw new RangeError('half way');
      });
    expect(work).toThrow(RangeError);
    expect(dumpOf(store)).toEqual(before);
  });

  it('leaves the store ready for the next one', () => {
    const store = openStore();
    expect(() =>
      store.transaction(() => {
        throw new Error('no');
      }),
    ).toThrow('no');
    write(store, 3);
    expect(jobIds(store)).toEqual([3]);
  });

  it('is one that refers to a job that is not there: keys are checked', () => {
    const store = openStore();
    const orphan =
      "INSERT INTO steps (host, job_id, number, name) VALUES ('github.com', 9, 1, 's')";
    expect(() => store.transaction(() => store.db.exec(orphan))).toThrow(/FOREIGN KEY/);
  });
});

describe('a job that is deleted', () => {
  it('takes everything that was read from it along', () => {
    const store = openStore();
    write(store, 1);
    write(store, 2);
    store.db.exec('DELETE FROM jobs WHERE job_id = 1');
    expect(dumpOf(store).filter((row) => row.includes('"job_id":1,'))).toEqual([]);
    expect(jobIds(store)).toEqual([2]);
  });
});

describe('a full disk', () => {
  const smallDisk = { maxPages: 110 };

  it('is said in words, and the jobs saved before are whole', () => {
    const file = path.join(tempFolder(), 'buildlog.db');
    const store = Store.open(file, smallDisk);
    const saved: number[] = [];
    const refusal = refusalOf(() => {
      for (let id = 1; id < 500; id++) {
        write(store, id);
        saved.push(id);
      }
    });
    store.close();
    expect(refusal.message).toContain(`${file}: the disk is full`);
    expect(refusal.help).toContain('what was saved before is kept');
    expect(saved.length).toBeGreaterThan(3);

    const again = openStore(file);
    expect(again.db.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(jobIds(again)).toEqual(saved);
    const whole = openStore();
    for (const id of saved) write(whole, id);
    expect(dumpOf(again)).toEqual(dumpOf(whole));
  });

  it('too small for an empty database is said in words', () => {
    const file = path.join(tempFolder(), 'buildlog.db');
    expect(refusalOf(() => Store.open(file, { maxPages: 3 })).message).toContain('disk is full');
  });

  it('in the middle of an ingest ends it with the same words and keeps earlier ones', async () => {
    const file = path.join(tempFolder(), 'buildlog.db');
    const roomy = Store.open(file);
    const few = { globs: demoLogs('shop').slice(0, 5), metadata: [], runs: [] };
    await ingestFiles(roomy, patterns, few, silent);
    const before = dumpOf(roomy);
    const pages = Number(roomy.db.pragma('page_count', { simple: true }));
    roomy.close();

    const full = openStore(file, { maxPages: pages + 2 });
    const all = { globs: demoLogs('shop'), metadata: [], runs: [] };
    const failure = ingestFiles(full, patterns, all, silent);
    await expect(failure).rejects.toThrow(StoreError);
    await expect(failure).rejects.toThrow(/the disk is full/);
    expect(dumpOf(full)).toEqual(before);
  });
});

const holdTheLock = `
  import Database from 'better-sqlite3';
  const db = new Database(process.argv[1]);
  db.exec('BEGIN IMMEDIATE');
  process.stdout.write('locked');
  process.stdin.once('end', () => process.exit()).resume();
`;

/** Another process in the middle of writing to `file`; the answer lets go of it. */
async function otherWriter(file: string): Promise<() => Promise<void>> {
  const args = ['--input-type=module', '--eval', holdTheLock, file];
  const child = spawn(process.execPath, args, { cwd: projectFolder, stdio: 'pipe' });
  onTestFinished(() => void child.kill());
  await once(child.stdout, 'data');
  return async () => {
    child.stdin.end();
    await once(child, 'exit');
  };
}

describe('another process that is writing', { timeout: 20_000 }, () => {
  it('is waited for, then named; when it is done, all goes on', async () => {
    const file = path.join(tempFolder(), 'buildlog.db');
    const store = openStore(file);
    write(store, 1);
    store.db.pragma('busy_timeout = 100');
    const letGo = await otherWriter(file);
    const refusal = refusalOf(() => write(store, 2));
    expect(refusal.message).toContain(`${file}: another process is writing`);
    expect(refusal.help).toContain('wait for the other buildlog');
    expect(jobIds(store)).toEqual([1]);
    await letGo();
    write(store, 2);
    expect(jobIds(store)).toEqual([1, 2]);
  });

  it('does not keep anybody from reading', async () => {
    const file = path.join(tempFolder(), 'buildlog.db');
    write(openStore(file), 1);
    await otherWriter(file);
    expect(jobIds(openStore(file, { readonly: true }))).toEqual([1]);
  });
});
