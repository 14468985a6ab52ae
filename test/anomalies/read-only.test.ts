/** A folder in which nothing may be written: reading works, writing is refused in words. */
import { chmodSync, cpSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { looksLikeACrash } from '../support/cli.ts';
import { demoLogs } from '../support/demo-history.ts';
import { shell } from '../support/shell.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** A folder with a filled database that nobody but its owner may write into. */
async function lockedUp(): Promise<string> {
  const folder = tempFolder();
  chmodSync(folder, 0o755);
  const locked = path.join(folder, 'locked');
  mkdirSync(locked);
  const [log = ''] = demoLogs('shop');
  cpSync(log, path.join(folder, path.basename(log)));
  const made = await shell(`$buildlog ingest files ${log} --db locked/b.db`, { cwd: folder });
  expect(made.code).toBe(0);
  chmodSync(locked, 0o555);
  return folder;
}

describe('a folder that may not be written', { timeout: 30_000 }, () => {
  const as = { unprivileged: true } as const;

  it('does not keep anybody from reports', async () => {
    const folder = await lockedUp();
    const { code, stdout, stderr } = await shell('$buildlog report --db locked/b.db', {
      cwd: folder,
      ...as,
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('1 job');
    expect(readdirSync(path.join(folder, 'locked'))).toEqual(['b.db', 'b.db.ingest-lock']);
  });

  it('keeps an ingest out, in words', async () => {
    const folder = await lockedUp();
    const { code, stderr } = await shell('$buildlog ingest files *.log.gz --db locked/b.db', {
      cwd: folder,
      ...as,
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/b\.db: the database cannot be (?:written|opened)/);
    expect(stderr).toMatch(/^ {2}help: check /m);
  });

  it('keeps a new database out, in words', async () => {
    const folder = await lockedUp();
    const { code, stderr } = await shell('$buildlog ingest files *.log.gz --db locked/new/b.db', {
      cwd: folder,
      ...as,
    });
    expect(code).toBe(1);
    expect(stderr).toContain('its folder cannot be made (EACCES)');
  });

  it('keeps an export out, in words', async () => {
    const folder = await lockedUp();
    const { code, stderr } = await shell('$buildlog export csv locked/out --db locked/b.db', {
      cwd: folder,
      ...as,
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/EACCES.*\n {2}help: look at /);
    expect(stderr).not.toMatch(looksLikeACrash);
  });
});
