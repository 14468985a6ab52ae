/** Which database is meant, and what is said of one that cannot be used. */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';

import { databasePath } from '../../src/cli/database.ts';
import { Store } from '../../src/store/store.ts';
import { writeJob } from '../../src/store/write-jobs.ts';
import { buildlog, looksLikeACrash } from '../support/cli.ts';
import { jobWith, judgedLog } from '../support/judged-jobs.ts';
import { raceLog, victim } from '../support/race-logs.ts';
import { tempFile, tempFolder } from '../support/temp-folder.ts';

describe('the place of the database', () => {
  const env = { BUILDLOG_DB: '/env/b.db', XDG_DATA_HOME: '/data' };

  it('is the option, else the environment, else the data folder', () => {
    expect(databasePath('/option/o.db', env)).toBe('/option/o.db');
    expect(databasePath(undefined, env)).toBe('/env/b.db');
    expect(databasePath(undefined, { XDG_DATA_HOME: '/data' })).toBe('/data/buildlog/buildlog.db');
  });

  it('is below the home folder where nothing is said, and empty words say nothing', () => {
    const usual = path.join(homedir(), '.local/share/buildlog/buildlog.db');
    expect(databasePath(undefined, {})).toBe(usual);
    expect(databasePath('', { BUILDLOG_DB: '', XDG_DATA_HOME: '' })).toBe(usual);
  });

  it('is absolute, so that it can be found again from elsewhere', () => {
    expect(databasePath('here.db', {})).toBe(path.resolve('here.db'));
  });
});

describe('a database that cannot be reported on', { timeout: 30_000 }, () => {
  const said = async (file: string): Promise<string> => {
    const { code, stdout, stderr } = await buildlog(['report', '--db', file]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).not.toMatch(looksLikeACrash);
    expect(stderr).toMatch(/^ {2}help: \S/m);
    return stderr;
  };

  it('is an empty file', async () => {
    expect(await said(tempFile('empty.db', ''))).toContain('or empty');
  });

  it('is one of something else', async () => {
    const file = path.join(tempFolder(), 'bookmarks.db');
    const db = new Database(file);
    db.exec('CREATE TABLE bookmarks (url TEXT)');
    db.close();
    expect(await said(file)).toContain(`buildlog: ${file}: `);
  });

  it('is a damaged one', async () => {
    const file = path.join(tempFolder(), 'jobs.db');
    const store = Store.open(file);
    writeJob(store.db, judgedLog(jobWith({}), raceLog(victim)));
    store.close();
    const damaged = tempFile('damaged.db', readFileSync(file).fill(0x5a, 100));
    expect(await said(damaged)).toContain(`${damaged}: the database is damaged`);
  });
});
