/** The first minutes with the program: what it says alone, its help, its topics, and what it makes of a slip. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import Database from 'better-sqlite3';
import { describe, expect, it, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

import { allCommands, commandTree } from '../../src/cli/completion/command-tree.ts';
import { exitCode } from '../../src/cli/exit-code.ts';
import { environment } from '../../src/cli/help/environment.ts';
import { topicSummaries } from '../../src/cli/help/topics.ts';
import { nightlyWorkflow, rerunWorkflow } from '../../src/cli/package-files.ts';
import { createProgram } from '../../src/cli/program.ts';
import { Terminal } from '../../src/cli/terminal.ts';
import { reportSummaries } from '../../src/reports/names.ts';
import { Store } from '../../src/store/store.ts';
import { buildlog, looksLikeACrash, projectFolder } from '../support/cli.ts';
import { tempFolder } from '../support/temp-folder.ts';

const workflow = z.object({
  name: z.string(),
  on: z.record(z.string(), z.unknown()),
  permissions: z.record(z.string(), z.enum(['read', 'write'])),
  jobs: z.record(
    z.string(),
    z.looseObject({
      'runs-on': z.string(),
      steps: z.array(
        z.union([
          z.strictObject({
            uses: z.string(),
            with: z.record(z.string(), z.unknown()),
            run: z.undefined().optional(),
          }),
          z.strictObject({
            run: z.string(),
            name: z.string().optional(),
            env: z.record(z.string(), z.string()).optional(),
            shell: z.string().optional(),
          }),
        ]),
      ),
    }),
  ),
});
const tree = commandTree(createProgram(new Terminal(), '0', () => {}));
const commands = allCommands(tree).filter(({ path: at }) => at !== '');

describe('buildlog alone', () => {
  it('says what to do first where there is no database', async () => {
    const { code, stdout, stderr } = await buildlog([], { env: { XDG_DATA_HOME: '/no/data' } });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('There is no database yet (it will be /no/data/buildlog/buildlog.db)');
    for (const step of ['demo', 'scan job.log', 'ingest files', 'ingest github', '--help']) {
      expect(stdout).toContain(`buildlog ${step}`);
    }
  });

  it('says the same where the database is empty', async () => {
    const file = path.join(tempFolder(), 'empty.db');
    Store.open(file).close();
    const { code, stdout } = await buildlog([], { env: { BUILDLOG_DB: file } });
    expect(code).toBe(0);
    expect(stdout).toContain(`${file} holds no jobs yet`);
  });

  it('says what there is and what to look at next, with a job that is there', async () => {
    const file = path.join(tempFolder(), 'demo.db');
    await buildlog(['demo', '--db', file]);
    const { stdout } = await buildlog([], { env: { BUILDLOG_DB: file } });
    expect(stdout).toContain('holds 203 jobs');
    const [, job = ''] = /buildlog show (\d+)/.exec(stdout) ?? [];
    expect((await buildlog(['show', job, '--db', file])).code).toBe(0);
  });

  it('leaves a database of another program alone', async () => {
    const file = path.join(tempFolder(), 'other.db');
    const other = new Database(file);
    other.exec('CREATE TABLE notes (text TEXT)');
    other.close();
    for (const args of [[], ['report'], ['show', '1'], ['sql', 'select 1'], ['check', '1']]) {
      const { code, stdout, stderr } = await buildlog(args, { env: { BUILDLOG_DB: file } });
      expect({ code, stdout }, args.join(' ')).toEqual({ code: 1, stdout: '' });
      expect(stderr, args.join(' ')).toContain('name another file with --db');
    }
  });

  it('fits a narrow screen', async () => {
    const { stdout } = await buildlog([], { env: { COLUMNS: '60', XDG_DATA_HOME: '/x' } });
    expect(stdout).toContain('  buildlog demo\n      what it tells');
    const widest = stdout.split('\n').filter((line) => line.startsWith(' '));
    expect(Math.max(...widest.map((line) => line.length))).toBeLessThanOrEqual(60);
  });
});

describe('help', () => {
  it.each(commands.map(({ path: at }) => at.trim()))('of %s shows examples', async (command) => {
    const { code, stdout, stderr } = await buildlog([...command.split(' '), '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/\nExamples:\n {2}\S/);
    expect(stdout).toContain(`buildlog ${command}`);
  });

  it('of a command is the same by help as by --help, below its topic if there is one', async () => {
    for (const command of [['ingest', 'files'], ['patterns']]) {
      const { stdout } = await buildlog([...command, '--help']);
      expect((await buildlog(['help', ...command])).stdout.endsWith(stdout)).toBe(true);
    }
  });

  it('says what every option is for', () => {
    for (const { options, path: at } of allCommands(tree)) {
      for (const option of options) expect(option.description, at + option.flags).not.toBe('');
    }
  });

  it('lists the topics, and each is a text that fits the screen', async () => {
    const { stdout } = await buildlog(['help']);
    for (const topic of Object.keys(topicSummaries)) {
      expect(stdout).toContain(`  ${topic} `);
      const text = await buildlog(['help', topic], { env: { COLUMNS: '90' } });
      expect(text.code, topic).toBe(0);
      expect(text.stdout.length, topic).toBeGreaterThan(400);
    }
  });

  it.each([
    ['nightly', nightlyWorkflow],
    ['rerun-gate', rerunWorkflow],
  ])(
    'on %s prints a workflow that GitHub can read, with commands that exist',
    async (topic, file) => {
      const text = readFileSync(file, 'utf8');
      expect((await buildlog(['help', topic])).stdout).toContain(text);
      const { on, permissions, jobs, ...more } = workflow.parse(parse(text, { uniqueKeys: true }));
      expect(Object.keys(on)).toHaveLength(1);
      expect(permissions).toMatchObject({ contents: 'read' });
      expect(Object.keys(more)).toEqual(['name']);
      const lines = Object.values(jobs).flatMap(({ steps }) => steps.map(({ run }) => run ?? ''));
      const called = [...lines.join('\n').matchAll(/(?:buildlog|main\.js) ((?:ingest )?[a-z]+)/g)];
      const known = new Set(tree.commands.flatMap(allCommands).map(({ path: at }) => at.trim()));
      expect(called.length).toBeGreaterThanOrEqual(2);
      expect(called.filter(([, command = '']) => !known.has(command))).toEqual([]);
    },
  );

  it('names every exit code there is', async () => {
    const { stdout } = await buildlog(['help', 'exit-codes']);
    const told = [...stdout.matchAll(/^(\d+) +\S/gm)].map(([, code]) => Number(code));
    expect(told).toEqual(Object.values(exitCode));
  });

  it('names every variable that the program reads', async () => {
    const source = path.join(projectFolder, 'src', 'cli');
    const read = readdirSync(source, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(path.join(source, file), 'utf8'))
      .flatMap((text) => [...text.matchAll(/env\['([A-Z_]+)'\]/g)].map(([, name = '']) => name));
    expect(new Set(read).size).toBeGreaterThan(8);
    const { stdout } = await buildlog(['help', 'environment']);
    const told = new Set(stdout.match(/^[A-Z_]+(?= )/gm));
    expect([...new Set(read)].filter((name) => !told.has(name))).toEqual([]);
    expect([...told]).toEqual(Object.keys(environment));
  });

  it('defines what the numbers of every report mean', async () => {
    const { stdout } = await buildlog(['help', 'statistics']);
    for (const report of Object.keys(reportSummaries)) expect(stdout).toContain(`report ${report}`);
    expect(stdout).toContain('Wilson');
  });
});

describe('a slip', () => {
  test.each([
    [['reprot'], 'Did you mean report?'],
    [['report', 'versoins'], 'Did you mean versions?'],
    [['report', 'conc'], 'Did you mean concurrency?'],
    [['report', 'zzz'], 'There are: summary, causes'],
    [['versions'], 'buildlog report versions'],
    [['job.log'], 'help: buildlog scan job.log'],
    [['54811592074'], 'help: buildlog show 54811592074'],
    [['ingest', 'acme/shop'], 'help: buildlog ingest github acme/shop'],
    [['ingest', 'logs/1.log'], "help: buildlog ingest files 'logs/1.log'"],
    [['help', 'exitcodes'], 'Did you mean exit-codes?'],
    [['help', 'patterns', 'chekc'], 'Did you mean check?'],
    [['completion', 'bas'], 'Did you mean bash?'],
    [['report', '--fromat', 'json'], 'Did you mean --format?'],
    [['show', 'https://github.com/a/b'], 'is not a job id'],
  ])('in %j is told what may have been meant', async (args, words) => {
    const { code, stdout, stderr } = await buildlog(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(words);
    expect(stderr).not.toMatch(looksLikeACrash);
  });
});
