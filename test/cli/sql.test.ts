/** `buildlog sql`: what is asked is answered whole, and nothing that is asked can change anything. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { readCsv } from '../support/read-csv.ts';
import { beforeAll, describe, expect, it } from 'vitest';

import { buildlog, program, sharedFolder, type Ended } from '../support/cli.ts';

const folder = sharedFolder();
const db = path.join(folder, 'demo.db');
const sql = (statement: string, ...more: string[]): Promise<Ended> =>
  buildlog(['sql', statement, '--db', db, ...more]);

beforeAll(async () => {
  await buildlog(['demo', '--db', db]);
});

describe('what a report explains', () => {
  it('can be asked as it stands', async () => {
    const { stdout } = await buildlog(['report', 'causes', '--explain', '--db', db]);
    const [, statement = ''] = /^SQL\n([^;]*);/m.exec(stdout) ?? [];
    const { code, stdout: answer } = await sql(statement, '--format', 'csv');
    expect(code).toBe(0);
    expect(readCsv(answer)[1]).toEqual(['run-step-failed', '11', '83', '3', '1']);
  });

  it('is of one report: all of them are not explained at once, and it says so', async () => {
    const { code, stderr } = await buildlog(['report', 'all', '--explain', '--db', db]);
    expect(code).toBe(2);
    expect(stderr).toContain('--explain tells of one report');
  });
});

describe('sql', () => {
  it('prints a table that lines up', async () => {
    const { code, stdout } = await sql(
      'select cause, count(*) as jobs from job_overview where cause is not null group by 1 order by 2 desc, 1 limit 2',
    );
    expect(code).toBe(0);
    expect(stdout).toBe(
      'cause                         jobs\nrun-step-failed                 11\nbuilder-removed-by-other-job     9\n',
    );
  });

  it('prints CSV whose cells are no formulas and no commands to a terminal', async () => {
    const { stdout } = await sql(
      `select '=1+1' as a, 'x,"y"' as b, char(27) || '[31m' as c, 'one' || char(10) || 'two' as d, null as e`,
      '--format',
      'csv',
    );
    expect(stdout).toContain(String.raw`\x1b[31m`);
    expect(readCsv(stdout)).toEqual([
      ['a', 'b', 'c', 'd', 'e'],
      ["'=1+1", 'x,"y"', String.raw`\x1b[31m`, 'one\ntwo', ''],
    ]);
  });

  it('prints JSON as one array, ndjson as one object a line, two columns of one name apart', async () => {
    const two = "select 1 as n, 'x' as n union all select 2, null order by 1";
    expect(JSON.parse((await sql(two, '--format', 'json')).stdout)).toEqual([
      { n: 1, n_2: 'x' },
      { n: 2, n_2: null },
    ]);
    expect((await sql(two, '--format', 'ndjson')).stdout).toBe(
      '{"n":1,"n_2":"x"}\n{"n":2,"n_2":null}\n',
    );
    expect((await sql('select 1 as n where 0', '--format', 'json')).stdout).toBe('[]\n');
  });

  it('prints all rows of a file, but a table only to its limit, and says so', async () => {
    const facts = 'select job_id from facts';
    const file = await sql(facts, '--format', 'csv');
    expect(file.stdout.trimEnd().split('\n').length).toBeGreaterThan(1001);
    const table = await sql(facts);
    expect(table.stdout.trimEnd().split('\n')).toHaveLength(1001);
    expect(table.stderr).toBe('showing the first 1000 rows (--limit 0 for all)\n');
    const few = await sql('select 1 union all select 2', '--limit', '2');
    expect(few).toMatchObject({ stderr: '', code: 0 });
  });

  it('reads a statement from standard input', async () => {
    const { stdout } = await buildlog(['sql', '-', '--db', db, '--format', 'csv'], {
      input: '-- how many\nselect count(*) as jobs\nfrom job_overview;\n',
    });
    expect(stdout).toBe('jobs\n203\n');
  });

  it('answers what other tools ask about the tables', async () => {
    expect((await sql('pragma table_info(jobs)')).stdout).toContain('job_id');
    expect((await sql('explain query plan select * from jobs')).code).toBe(0);
  });

  it('stops without a word where the reader of the pipe has had enough', () => {
    const pipe = `"$0" "$1" sql 'select * from facts' --format ndjson --db "$2" | head -1; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', pipe, process.execPath, program, db], {
      encoding: 'utf8',
    });
    expect(stdout).toMatch(/^\{.*\}\n0\n$/);
    expect(stderr).toBe('');
  });
});

describe('sql refuses', () => {
  const before = (): string => createHash('sha256').update(readFileSync(db)).digest('hex');

  it.each([
    ['to delete', 'delete from jobs', 'only statements that read'],
    [
      'to delete and give back',
      'with x as (select 1) delete from jobs returning *',
      'only statements that read',
    ],
    [
      'to write behind a comment',
      '/* select */ -- select\n drop view job_overview',
      'only statements that read',
    ],
    ['to attach another file', "attach 'other.db' as other", 'only statements that read'],
    ['to write another file', "vacuum into 'copy.db'", 'only statements that read'],
    ['to begin a transaction', 'begin', 'only statements that read'],
    ['a second statement', 'select 1; delete from jobs', 'one statement at a time'],
    ['to make itself writable', 'pragma query_only = off', 'of pragmas only these'],
    ['to make itself writable in another way', 'pragma query_only(0)', 'of pragmas only these'],
    ['to change the journal', 'pragma main.journal_mode = delete', 'of pragmas only these'],
    ['to set what it may read', 'pragma user_version = 3', 'of pragmas only these'],
    ['to load code', "select load_extension('x')", 'not authorized'],
    ['parameters', 'select ?', 'parameters'],
    ['parameters with a name', 'select :cause', 'parameters'],
    ['parameters with a number or another mark', 'select ?1, @cause, $cause', 'parameters'],
    ['nothing', ' ', 'there is no statement'],
    ['a column that is not there', 'select nope from jobs', 'no such column: nope'],
  ])('%s', async (_, statement, message) => {
    const digest = before();
    const { code, stdout, stderr } = await sql(statement);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).toContain('buildlog help schema');
    expect(before()).toBe(digest);
  });

  it('a file that is not ours, and leaves it as it was', async () => {
    const other = path.join(folder, 'other.txt');
    writeFileSync(other, 'notes\n'.repeat(500));
    const { code, stderr } = await buildlog(['sql', 'select 1', '--db', other]);
    expect(code).toBe(1);
    expect(stderr).toContain('the file is not a database');
    expect(readFileSync(other, 'utf8')).toBe('notes\n'.repeat(500));
  });
});
