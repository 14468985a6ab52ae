/** Opening a database: new, known, newer, foreign, broken or missing. What is refused is left as it was. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';

import { migrations } from '../../src/store/migrations.ts';
import { Store } from '../../src/store/store.ts';
import { writeJob } from '../../src/store/write-jobs.ts';
import { raceLog, smallJob } from '../support/race-logs.ts';
import { dumpOf, judgedLog, jobWith, openStore, refusalOf } from '../support/judged-jobs.ts';
import { tempFile, tempFolder } from '../support/temp-folder.ts';

/** A file that was filled by `fill` and closed. */
function databaseWith(fill: (db: Database.Database) => void): string {
  const file = path.join(tempFolder(), 'some.db');
  const db = new Database(file);
  fill(db);
  db.close();
  return file;
}

/** A file with one job in it, closed. */
function filledDatabase(): string {
  const file = path.join(tempFolder(), 'buildlog.db');
  const store = Store.open(file);
  store.transaction(() => writeJob(store.db, judgedLog(jobWith({}), raceLog(smallJob))));
  store.close();
  return file;
}

describe('a new file', () => {
  it('gets all migrations, with the folders above it', () => {
    const store = openStore(path.join(tempFolder(), 'not', 'yet', 'there', 'buildlog.db'));
    expect(store.db.pragma('user_version', { simple: true })).toBe(migrations.length);
    expect(dumpOf(store)).toEqual([]);
  });

  it('keeps a log beside the data, so that readers and one writer do not wait for each other', () => {
    const store = openStore(path.join(tempFolder(), 'buildlog.db'));
    expect(store.db.pragma('journal_mode', { simple: true })).toBe('wal');
  });

  it('has strict tables only: a text in a number column is refused', () => {
    const store = openStore();
    const tables = store.db
      .prepare<[], { name: string; strict: number }>(
        "SELECT name, strict FROM pragma_table_list WHERE type = 'table' AND name NOT LIKE 'sqlite%'",
      )
      .all();
    expect(tables.length).toBeGreaterThan(10);
    expect(tables.filter(({ strict }) => strict !== 1)).toEqual([]);
  });

  it('offers the documented views, and they can be read', () => {
    const { db } = openStore();
    for (const view of ['job_facts', 'job_overview', 'collision_overview']) {
      expect(db.prepare(`SELECT * FROM ${view}`).all()).toEqual([]);
    }
  });
});

describe('a file of this version', () => {
  it('is opened again with everything in it', () => {
    const file = filledDatabase();
    const first = openStore(file);
    const content = dumpOf(first);
    expect(content.length).toBeGreaterThan(10);
    expect(dumpOf(openStore(file))).toEqual(content);
  });

  it('can be read and not written when it is opened for reading', () => {
    const reader = openStore(filledDatabase(), { readonly: true });
    expect(dumpOf(reader).length).toBeGreaterThan(10);
    const refusal = refusalOf(() => reader.transaction(() => reader.db.exec('DELETE FROM jobs')));
    expect(refusal.message).toContain('cannot be written');
  });
});

describe('a file that is refused', () => {
  it.each([false, true])('is one of a newer version (readonly: %s)', (readonly) => {
    const file = filledDatabase();
    const db = new Database(file);
    db.pragma('user_version = 4711');
    db.close();
    const before = readFileSync(file);
    const refusal = refusalOf(() => Store.open(file, { readonly }));
    expect(refusal.message).toContain(file);
    expect(refusal.message).toContain(
      `newer buildlog (its version 4711, ours ${migrations.length})`,
    );
    expect(refusal.help).toContain('update buildlog');
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('is a database of something else', () => {
    const file = databaseWith((db) => db.exec('CREATE TABLE bookmarks (url TEXT)'));
    const refusal = refusalOf(() => Store.open(file));
    expect(refusal.message).toContain('a database of something else');
    expect(refusal.help).toContain('--db');
  });

  it('is a database of something else, and not a byte of it changes', () => {
    const file = databaseWith((db) => db.exec('CREATE TABLE bookmarks (url TEXT)'));
    const before = readFileSync(file);
    refusalOf(() => Store.open(file));
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('is no database at all, and not a byte of it changes', () => {
    const text = 'a shopping list, long enough that it could be the head of something\n'.repeat(20);
    const file = tempFile('list.txt', text);
    const refusal = refusalOf(() => Store.open(file));
    expect(refusal.message).toContain('is not a database');
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it('is an empty one, opened for reading: nothing was ever ingested', () => {
    const refusal = refusalOf(() => Store.open(tempFile('empty.db', ''), { readonly: true }));
    expect(refusal.message).toContain('or empty');
    expect(refusal.help).toContain('ingest');
  });

  it('is a folder', () => {
    expect(refusalOf(() => Store.open(tempFolder())).message).toContain('cannot be opened');
  });

  it('is a missing one, opened for reading; it is not made', () => {
    const file = path.join(tempFolder(), 'nowhere.db');
    expect(refusalOf(() => Store.open(file, { readonly: true })).message).toContain(
      'cannot be opened',
    );
    expect(existsSync(file)).toBe(false);
  });

  it('is a missing one in a missing folder, opened for reading', () => {
    const file = path.join(tempFolder(), 'no', 'folder', 'nowhere.db');
    expect(refusalOf(() => Store.open(file, { readonly: true })).message).toContain(file);
    expect(existsSync(path.dirname(file))).toBe(false);
  });

  it('is one below a file, where no folder can be', () => {
    const file = path.join(tempFile('a-file', 'text'), 'buildlog.db');
    expect(refusalOf(() => Store.open(file)).message).toContain(file);
  });

  it('is a damaged one', () => {
    const file = filledDatabase();
    const bytes = readFileSync(file);
    const refusal = refusalOf(() => {
      const store = Store.open(tempFile('damaged.db', bytes.fill(0x5a, 100)));
      try {
        store.transaction(() => dumpOf(store));
      } finally {
        store.close();
      }
    });
    expect(refusal.message).toContain('the database is damaged');
    expect(refusal.help).toContain('backup');
  });
});
