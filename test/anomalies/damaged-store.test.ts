/** A database with bytes in it that nobody wrote: it is noticed before anything is written, and not made worse. */
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { ingestFiles } from '../../src/cli/commands/ingest-files.ts';
import { Store } from '../../src/store/store.ts';
import { buildlog, looksLikeACrash } from '../support/cli.ts';
import { demoLogs, patterns, silent } from '../support/demo-history.ts';
import { dumpOf, openStore, refusalOf } from '../support/judged-jobs.ts';
import { tempFolder } from '../support/temp-folder.ts';

const page = 4096;
const [log = ''] = demoLogs('shop');

async function filled(): Promise<string> {
  const file = path.join(tempFolder(), 'buildlog.db');
  const store = Store.open(file);
  const globs = demoLogs('shop').slice(0, 4);
  await ingestFiles(store, patterns, { globs, metadata: [], runs: [] }, silent);
  store.close();
  return file;
}

/** Overwrites the heads of the pages from the third on: every tree is broken. */
function damage(file: string): void {
  const bytes = readFileSync(file);
  for (let at = 2 * page; at < bytes.length; at += page) bytes.fill(0x5a, at, at + 64);
  writeFileSync(file, bytes);
}

describe('a damaged database', { timeout: 30_000 }, () => {
  it('is refused by an ingest before it writes a byte', async () => {
    const file = await filled();
    damage(file);
    const before = readFileSync(file);
    const { code, stderr } = await buildlog(['ingest', 'files', log, '--db', file]);
    expect(code).toBe(1);
    expect(stderr).toContain(`${file}: the database is damaged`);
    expect(stderr).toContain('help: restore it from a backup');
    expect(stderr).not.toMatch(looksLikeACrash);
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('is refused where a single page is broken', async () => {
    const file = await filled();
    const bytes = readFileSync(file);
    let noticed = 0;
    const pages = bytes.length / page;
    for (let at = 2; at < pages; at += 5) {
      const broken = Buffer.from(bytes);
      broken.fill(0x5a, at * page, at * page + 32);
      writeFileSync(file, broken);
      expect(refusalOf(() => Store.open(file)).message).toContain('the database is damaged');
      noticed++;
    }
    expect(noticed).toBeGreaterThan(5);
  });

  it('is refused when its end was cut off', async () => {
    const file = await filled();
    truncateSync(file, readFileSync(file).length - 10 * page);
    expect(refusalOf(() => Store.open(file)).message).toContain('the database is damaged');
  });

  it('is named by a report that meets the damage', async () => {
    const file = await filled();
    damage(file);
    const { code, stdout, stderr } = await buildlog(['report', '--db', file]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('the database is damaged');
  });

  it('is not one whose write-ahead log is garbage: the log is dropped, the file is whole', async () => {
    const file = await filled();
    const whole = dumpOf(openStore(file, { readonly: true }));
    const copy = path.join(tempFolder(), 'copy.db');
    writeFileSync(copy, readFileSync(file));
    writeFileSync(`${copy}-wal`, Buffer.alloc(8 * page, 0x5a));
    expect(dumpOf(openStore(copy))).toEqual(whole);
  });
});
