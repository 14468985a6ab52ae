/** `buildlog export`: both formats hold the same, whatever a stranger named a job, and nothing half written. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { beforeAll, describe, expect, it } from 'vitest';

import { Store } from '../../src/store/store.ts';
import { writeJob } from '../../src/store/write-jobs.ts';
import { buildlog, looksLikeACrash, sharedFolder } from '../support/cli.ts';
import { jobWith, judgedLog } from '../support/judged-jobs.ts';
import { culprit, raceLog, victim } from '../support/race-logs.ts';
import { readCsv } from '../support/read-csv.ts';

const folder = sharedFolder();
const db = path.join(folder, 'jobs.db');
const formula = '=HYPERLINK("https://evil.example","build")';
const tables = ['builder_events', 'collisions', 'facts', 'jobs', 'occurrences', 'verdicts'];

function rowsOf(table: string): Record<string, string | number | null>[] {
  return readFileSync(path.join(folder, 'ndjson', `${table}.ndjson`), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, string | number | null>);
}

beforeAll(async () => {
  const store = Store.open(db);
  writeJob(store.db, judgedLog(jobWith({ jobId: 1, name: formula }), raceLog(victim)));
  const strange = 'a "quoted", two-line\nname';
  writeJob(store.db, judgedLog(jobWith({ jobId: 2, name: strange }), raceLog(culprit)));
  store.close();
  for (const format of ['csv', 'ndjson']) {
    const { code, stderr } = await buildlog([
      'export',
      format,
      path.join(folder, format),
      '--db',
      db,
    ]);
    if (code !== 0) throw new Error(stderr);
  }
}, 30_000);

describe('an export', () => {
  it.each(['csv', 'ndjson'])('as %s is a file for each table, and nothing else', (format) => {
    const names = readdirSync(path.join(folder, format)).toSorted();
    expect(names).toEqual(tables.map((table) => `${table}.${format}`));
  });

  it.each(tables)('holds the same %s in both formats, but for defused formulas', (table) => {
    const [names, ...records] = readCsv(
      readFileSync(path.join(folder, 'csv', `${table}.csv`), 'utf8'),
    );
    const rows = rowsOf(table);
    expect(records).toHaveLength(rows.length);
    records.forEach((record, index) => {
      const row = rows[index] ?? {};
      expect(Object.keys(row)).toEqual(names);
      const cells = Object.values(row).map((cell) => String(cell ?? ''));
      expect(record.map((cell) => cell.replace(/^'(?=[=+\-@])/, ''))).toEqual(cells);
    });
  });

  it('defuses a job name that a spreadsheet would run', () => {
    const csv = readFileSync(path.join(folder, 'csv', 'jobs.csv'), 'utf8');
    expect(readCsv(csv).flat()).toContain(`'${formula}`);
    expect(rowsOf('jobs').map(({ job }) => job)).toContain(formula);
  });
});

describe('an export to a place where no folder can be', { timeout: 30_000 }, () => {
  it('says so in words', async () => {
    const { code, stderr } = await buildlog(['export', 'csv', path.join(db, 'out'), '--db', db]);
    expect(code).toBe(1);
    expect(stderr).toContain(path.join(db, 'out'));
    expect(stderr).not.toMatch(looksLikeACrash);
  });
});
