/** The disk fills at any write: what was good before stays good, it is said in words, and the same command goes on. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { ingestFiles } from '../../src/cli/commands/ingest-files.ts';
import { Store } from '../../src/store/store.ts';
import { StoreError } from '../../src/store/store-error.ts';
import { looksLikeACrash } from '../support/cli.ts';
import { demoLogs, patterns, silent } from '../support/demo-history.ts';
import { dumpOf, openStore } from '../support/judged-jobs.ts';
import { shell } from '../support/shell.ts';
import { tempFolder } from '../support/temp-folder.ts';

const request = { globs: demoLogs('shop').slice(0, 6), metadata: [], runs: [] };

/** A disk that ends after so many kilobytes of a file: a limit of the process, so that nobody has to be root. */
const smallDisk = (kilobytes: number): string => `trap '' XFSZ; ulimit -f ${kilobytes * 2}; `;

describe('a disk that is full', { timeout: 60_000 }, () => {
  it('at any page of the database leaves it whole, and the same ingest goes on', async () => {
    const whole = openStore();
    await ingestFiles(whole, patterns, request, silent);
    const file = path.join(tempFolder(), 'buildlog.db');
    Store.open(file).close();
    const empty = openStore(file);
    const begin = Number(empty.db.pragma('page_count', { simple: true }));
    let refused = 0;
    for (let pages = begin; ; pages++) {
      const small = openStore(file, { maxPages: pages });
      const failure = await ingestFiles(small, patterns, request, silent).catch(
        (error: unknown) => error,
      );
      if (!(failure instanceof Error)) break;
      refused++;
      expect(failure).toBeInstanceOf(StoreError);
      expect(failure.message).toContain('the disk is full');
      expect(small.db.pragma('integrity_check', { simple: true })).toBe('ok');
      // All logs are one transaction: none is there without the others.
      expect(small.db.prepare('SELECT count(*) FROM logs').pluck().get()).toBeOneOf([0, 6]);
    }
    expect(refused).toBeGreaterThan(3);
    expect(dumpOf(empty)).toEqual(dumpOf(whole));
  });

  it('at any byte of its files ends the program in words, and the next run finds a whole database', async () => {
    const folder = tempFolder();
    const logs = path.dirname(request.globs[0] ?? '');
    const ingest = `$buildlog ingest files '${logs}/3291000000*.log.gz' --db b.db`;
    let refused = 0;
    for (let kilobytes = 8; ; kilobytes += 40) {
      const { code, stderr } = await shell(smallDisk(kilobytes) + ingest, { cwd: folder });
      if (code === 0) break;
      expect(code).toBe(1);
      expect(stderr).toMatch(/b\.db: the disk (?:is full|failed or is full) \(SQLITE_/);
      expect(stderr).not.toMatch(looksLikeACrash);
      refused++;
    }
    expect(refused).toBeGreaterThan(2);
    const again = await shell(ingest, { cwd: folder });
    expect(again).toMatchObject({ code: 0, stderr: '' });
    const store = openStore(path.join(folder, 'b.db'));
    expect(store.db.pragma('integrity_check', { simple: true })).toBe('ok');
  });

  it('leaves the files of an earlier export as they were', async () => {
    const folder = tempFolder();
    const logs = path.dirname(request.globs[0] ?? '');
    await shell(`$buildlog ingest files '${logs}/*.log.gz' --db b.db`, { cwd: folder });
    const out = path.join(folder, 'out');
    const contents = (): string[] =>
      readdirSync(out)
        .filter((name) => name.endsWith('.csv'))
        .map((name) => readFileSync(path.join(out, name), 'utf8'));
    expect((await shell('$buildlog export csv out --db b.db', { cwd: folder })).code).toBe(0);
    const before = contents();
    // Room for SQLite's index of the log (32 kB), not for the larger tables.
    const full = await shell(`${smallDisk(34)}$buildlog export csv out --db b.db`, { cwd: folder });
    expect(full.code).toBe(1);
    expect(full.stderr).toMatch(/EFBIG.*\n {2}help: look at /);
    expect(full.stderr).not.toMatch(looksLikeACrash);
    expect(contents()).toEqual(before);
  });
});
