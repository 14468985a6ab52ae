/**
 * A database that the first release wrote (its schema 1, eight jobs of the demo, `version-1.db.gz`): it is brought
 * up to date with everything in it, or left as it was.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';

import { migrations } from '../../src/store/migrations.ts';
import { Store } from '../../src/store/store.ts';
import { buildlog } from '../support/cli.ts';
import { dumpOf, openStore, refusalOf } from '../support/judged-jobs.ts';
import { tempFile } from '../support/temp-folder.ts';

const first = gunzipSync(readFileSync(new URL('version-1.db.gz', import.meta.url)));

function oldFile(): string {
  return tempFile('old.db', first);
}

function versionOf(file: string): unknown {
  const db = new Database(file, { readonly: true });
  try {
    return db.pragma('user_version', { simple: true });
  } finally {
    db.close();
  }
}

/** Every row of every table of the first schema. */
function rowsOf(file: string, tables: readonly string[]): string[] {
  const db = new Database(file, { readonly: true });
  try {
    return tables.flatMap((table) =>
      db
        .prepare(`SELECT * FROM "${table}"`)
        .all()
        .map((row) => `${table} ${JSON.stringify(row)}`),
    );
  } finally {
    db.close();
  }
}

function tablesOf(file: string): string[] {
  const db = new Database(file, { readonly: true });
  const names = db
    .prepare<[], string>(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'",
    )
    .pluck()
    .all();
  db.close();
  return names;
}

describe('a database of the first release', { timeout: 30_000 }, () => {
  it('is brought up to date with every row that it had', () => {
    const file = oldFile();
    const tables = tablesOf(file);
    const before = rowsOf(file, tables);
    expect(before.length).toBeGreaterThan(100);
    Store.open(file).close();
    expect(versionOf(file)).toBe(migrations.length);
    expect(rowsOf(file, tables)).toEqual(before);
  });

  it('is left as it was by whoever only reads, and this is said', async () => {
    const file = oldFile();
    const { code, stderr } = await buildlog(['report', '--db', file]);
    expect(code).toBe(1);
    expect(stderr).toContain('older than this buildlog');
    expect(readFileSync(file).equals(first)).toBe(true);
  });

  it('is still the old one when the disk is full half way', () => {
    const file = oldFile();
    const pages = first.length / 4096;
    const full = refusalOf(() => Store.open(file, { maxPages: pages + 2 }));
    expect(full.message).toContain('the disk is full');
    expect(versionOf(file)).toBe(1);
    const store = openStore(file);
    expect(store.db.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(dumpOf(store).length).toBeGreaterThan(100);
  });

  it('answers every report afterwards', async () => {
    const file = oldFile();
    Store.open(file).close();
    const { code, stdout, stderr } = await buildlog(['report', '--db', file]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('8 jobs on 1 host');
  });
});
