/** Another process holds the database: it is waited for, then named; nothing is lost and nothing half done. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

import { describe, expect, it, onTestFinished } from 'vitest';

import { ingestFiles } from '../../src/cli/commands/ingest-files.ts';
import { withIngestLock } from '../../src/store/ingest-lock.ts';
import { Store } from '../../src/store/store.ts';
import { projectFolder } from '../support/cli.ts';
import { demoLogs, patterns, silent } from '../support/demo-history.ts';
import { dumpOf, openStore, refusalOf } from '../support/judged-jobs.ts';
import { tempFolder } from '../support/temp-folder.ts';

const request = { globs: demoLogs('shop').slice(0, 2), metadata: [], runs: [] };

/** Another process that has run `sql` on the file and keeps what it got until it is killed. */
async function holder(file: string, sql: string): Promise<ChildProcess> {
  const script = `
    import Database from 'better-sqlite3';
    globalThis.held = new Database(process.argv[1]); // else the collector would close it
    held.exec(process.argv[2]);
    process.stdout.write('held');
    process.stdin.resume();`;
  const args = ['--input-type=module', '--eval', script, file, sql];
  const child = spawn(process.execPath, args, { cwd: projectFolder, stdio: 'pipe' });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child;
}

function newFile(): string {
  const file = path.join(tempFolder(), 'buildlog.db');
  Store.open(file).close();
  return file;
}

describe('a database that another process is writing', { timeout: 30_000 }, () => {
  it('is not touched: the ingest says who is in the way', async () => {
    const file = newFile();
    const store = openStore(file, { patience: 50 });
    await holder(file, 'BEGIN IMMEDIATE');
    const failure = ingestFiles(store, patterns, request, silent);
    await expect(failure).rejects.toThrow(/another process is writing/);
    expect(dumpOf(store)).toEqual([]);
  });

  it('is waited for', async () => {
    const file = newFile();
    const other = await holder(file, 'BEGIN IMMEDIATE');
    const store = openStore(file, { patience: 10_000 });
    // Waiting blocks this process, so that somebody else must end the other one.
    spawn('sh', ['-c', `sleep 0.3; kill -9 ${other.pid}`], { stdio: 'ignore' });
    await ingestFiles(store, patterns, request, silent);
    expect(store.db.prepare('SELECT count(*) FROM logs').pluck().get()).toBe(2);
  });

  it('left half a transaction when it was killed: nothing of it is there', async () => {
    const file = newFile();
    const half = "BEGIN IMMEDIATE; INSERT INTO repositories VALUES ('github.com', 'half')";
    const other = await holder(file, half);
    other.kill('SIGKILL');
    await once(other, 'exit');
    const store = openStore(file);
    expect(dumpOf(store)).toEqual([]);
    await ingestFiles(store, patterns, request, silent);
    expect(dumpOf(store).length).toBeGreaterThan(10);
  });

  it('can be opened for nobody when it is held alone, and this is said', async () => {
    const file = newFile();
    await holder(file, 'PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT');
    const options = { readonly: true, patience: 50 };
    expect(refusalOf(() => Store.open(file, options)).message).toContain('another process');
  });
});

describe('the lock of ingests', { timeout: 30_000 }, () => {
  it('keeps a second one out, and does not outlive the process that held it', async () => {
    const file = newFile();
    const other = await holder(`${file}.ingest-lock`, 'BEGIN EXCLUSIVE');
    const second = withIngestLock(file, () => Promise.resolve('ran'));
    await expect(second).rejects.toThrow(/another ingest is running/);
    other.kill('SIGKILL');
    await once(other, 'exit');
    await expect(withIngestLock(file, () => Promise.resolve('ran'))).resolves.toBe('ran');
  });
});
