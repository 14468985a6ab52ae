/** Bad input, each kind tried on the program itself: a clear word, the rest done, the exit code says so. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';

import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';

import { buildlog, program, projectFolder } from '../support/cli.ts';
import { tempFolder } from '../support/temp-folder.ts';

const demo = path.join(projectFolder, 'data/demo');
const good = path.join(demo, 'shop/logs/32910000133.log.gz');
const goodText = gunzipSync(readFileSync(good));

describe('a file that is no log is named, and the others are read', () => {
  const files: Readonly<Record<string, readonly [content: Uint8Array | string, said: string]>> = {
    'empty.log': ['', 'is empty'],
    'zero.log.gz': ['', 'is empty'],
    'program.log': [
      Buffer.from('\u007FELF\u0000\u0001\u0002\u0003'.repeat(600)),
      'is a binary file',
    ],
    'cut.log.gz': [readFileSync(good).subarray(0, 3000), 'cannot be read'],
    'archive.zip': ['PK\u0003\u0004 and no more', 'is a damaged archive'],
  };

  test.each(Object.entries(files))('%s', async (name, [content, said]) => {
    const folder = tempFolder({ [name]: content });
    const db = path.join(folder, 'x.db');
    const { code, stdout, stderr } = await buildlog([
      'ingest',
      'files',
      path.join(folder, name),
      good,
      '--db',
      db,
    ]);
    expect(stderr).toContain(`${name}: ${said}`);
    expect(stdout).toContain('1 job added');
    expect(code).toBe(3);
  });

  test('a folder', async () => {
    const folder = tempFolder();
    const db = path.join(folder, 'x.db');
    const { code, stderr, stdout } = await buildlog(['ingest', 'files', folder, good, '--db', db]);
    expect(stderr).toMatch(/is a folder\n {2}help: name its files: /);
    expect([code, stdout.includes('1 job added')]).toEqual([3, true]);
  });

  test('a pattern that matches nothing', async () => {
    const db = path.join(tempFolder(), 'x.db');
    const { code, stderr } = await buildlog(['ingest', 'files', 'no/such/*.log', good, '--db', db]);
    expect(stderr).toContain('no/such/*.log: matches no file');
    expect(code).toBe(3);
  });

  test('scan goes on too, and fails only when nothing could be read', async () => {
    const empty = path.join(tempFolder({ 'empty.log': '' }), 'empty.log');
    expect((await buildlog(['scan', empty, good])).code).toBe(3);
    expect((await buildlog(['scan', empty])).code).toBe(1);
  });
});

describe('a log that is odd is read all the same', () => {
  test('cut in the middle of a line, it is partial', async () => {
    const file = path.join(tempFolder({ '1.log': goodText.subarray(0, 20_005) }), '1.log');
    const { code, stdout } = await buildlog(['scan', '--format', 'json', file]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ verdict: { status: 'partial', cause: null } });
  });

  test('in UTF-16 it says what it says in UTF-8', async () => {
    const wide = Buffer.from(`\uFEFF${goodText.toString('utf8')}`, 'utf16le');
    const file = path.join(tempFolder({ 'wide.log': wide }), 'wide.log');
    const [a, b] = await Promise.all([
      buildlog(['scan', '--format', 'json', file]),
      buildlog(['scan', '--format', 'json', good]),
    ]);
    const { source: _, ...read } = JSON.parse(a.stdout) as Record<string, unknown>;
    expect(JSON.parse(b.stdout)).toMatchObject(read);
  });
});

describe('metadata', () => {
  test('without an entry for a log: said, and the log itself is asked', async () => {
    const folder = tempFolder({
      'jobs.json': '{"jobs": []}',
      'x.json': '[{"id": 5, "name": "n"}]',
    });
    const { code, stderr, stdout } = await buildlog([
      'ingest',
      'files',
      '--metadata',
      path.join(folder, 'x.json'),
      good,
      '--db',
      path.join(folder, 'x.db'),
    ]);
    expect(stderr).toContain('32910000133.log.gz: has no entry in the metadata');
    expect(stdout).toContain('2 jobs added');
    expect(code).toBe(3);
  });

  test('that is no JSON: said, and the logs are read', async () => {
    const folder = tempFolder({ 'jobs.json': '{"jobs": [' });
    const { code, stderr, stdout } = await buildlog([
      'ingest',
      'files',
      good,
      '--metadata',
      path.join(folder, 'jobs.json'),
      '--db',
      path.join(folder, 'x.db'),
    ]);
    expect(stderr).toContain('jobs.json: ');
    expect([code, stdout.includes('1 job added')]).toEqual([3, true]);
  });
});

test('a pattern file with a typo is shown with its place, and the rest is used', async () => {
  const folder = tempFolder();
  const family = path.join(folder, 'signatures/mine');
  mkdirSync(family, { recursive: true });
  const shipped = path.join(projectFolder, 'patterns/signatures/transport/grpc-stream-eof.yaml');
  const text = readFileSync(shipped, 'utf8').replace(/^rank:/m, 'rnak:');
  writeFileSync(path.join(family, 'typo.yaml'), text);
  const line = text.split('\n').findIndex((each) => each.startsWith('rnak:')) + 1;
  const { code, stdout, stderr } = await buildlog(['scan', '--patterns', folder, good]);
  expect(stderr).toMatch(new RegExp(`typo\\.yaml:${line}:1: unknown key \`rnak\`\\n {2}help: `));
  expect(stdout).toContain('cause ');
  expect(code).toBe(2);
});

describe('a database', () => {
  test.each([
    ['below a file', (folder: string) => path.join(folder, 'file', 'x.db'), 'cannot be opened'],
    ['that is none', (folder: string) => path.join(folder, 'file'), 'is not a database'],
    ['below /proc', () => '/proc/x/y.db', 'its folder cannot be made'],
  ])('%s', async (_, place, said) => {
    const folder = tempFolder({ file: 'just text, and a bit more of it' });
    const { code, stderr } = await buildlog(['ingest', 'files', good, '--db', place(folder)]);
    expect(stderr).toContain(said);
    expect(stderr).toContain('help: ');
    expect(code).toBe(1);
  });

  test('of a newer buildlog', async () => {
    const file = path.join(tempFolder(), 'new.db');
    const db = new Database(file);
    db.pragma('user_version = 99');
    db.close();
    const { code, stderr } = await buildlog(['report', '--db', file]);
    expect(stderr).toMatch(/written by a newer buildlog .*\n {2}help: update buildlog/);
    expect(code).toBe(1);
  });

  test('that does not exist yet', async () => {
    const { code, stderr } = await buildlog(['report', '--db', path.join(tempFolder(), 'none.db')]);
    expect(stderr).toMatch(
      /there is no database yet\n {2}help: fill it with `buildlog ingest files/,
    );
    expect(code).toBe(1);
  });
});

describe('a mistake in the command', () => {
  test.each([
    [['repot'], 'Did you mean report'],
    [['report', 'colisions'], 'Did you mean collisions?'],
    [['scan', '--fromat', 'json', 'x'], 'Did you mean --format'],
    [['scan'], 'missing required argument'],
    [['show', 'abc'], 'abc is not a job id'],
  ])('%j', async (args, said) => {
    const { code, stderr } = await buildlog(args);
    expect(stderr).toContain(said);
    expect(code).toBe(2);
  });

  test('a job that is not there', async () => {
    const db = path.join(tempFolder(), 'x.db');
    await buildlog(['ingest', 'files', good, '--db', db]);
    const { code, stderr } = await buildlog(['show', '999999', '--db', db]);
    expect(stderr).toMatch(/no job 999999 in .*\n {2}help: /);
    expect(code).toBe(2);
  });
});

test('a reader that has seen enough ends the program quietly', () => {
  const copy = path.join(tempFolder(), '32910000133.log.gz');
  copyFileSync(good, copy);
  const command = `"${process.execPath}" "${program}" scan --format json ${`"${copy}" `.repeat(40)} 2>&1 | head -c 10`;
  expect(execFileSync('sh', ['-c', command], { encoding: 'utf8' })).toBe('{"schema_v');
});
