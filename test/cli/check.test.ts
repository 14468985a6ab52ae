/** `buildlog check` as a re-run gate calls it, and the workflow that is shown for it. */
import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import Database from 'better-sqlite3';
import { beforeAll, describe, expect, it, test } from 'vitest';
import { parse } from 'yaml';

import { rerunWorkflow } from '../../src/cli/package-files.ts';
import { buildlog, sharedFolder, type Ended } from '../support/cli.ts';
import { demoLog } from '../support/demo-history.ts';
import { tempFolder } from '../support/temp-folder.ts';

const folder = sharedFolder();
const db = path.join(folder, 'demo.db');
const check = (...args: string[]): Promise<Ended> => buildlog(['check', ...args, '--db', db]);
const infraRun = '19514933347';
const victim = 54811592074;

beforeAll(async () => {
  await buildlog(['demo', '--db', db]);
});

describe('check of a run', () => {
  it.each([
    ['infra', infraRun, 0, 'builder-removed-by-other-job (infra); a re-run usually passes'],
    ['code', '11830005642', 5, 'run-step-failed (code); a re-run does not mend it'],
    ['mixed', '11830005395', 6, 'run-step-out-of-memory (mixed)'],
    ['unknown', '11830005330', 7, 'no job failed'],
  ])('says %s on one line and ends with its own code', async (verdict, run, code, why) => {
    const answer = await check(run);
    expect(answer.code).toBe(code);
    expect(answer.stdout).toMatch(new RegExp(`^${verdict}: run ${run}, attempt 1: [^\\n]*\\n$`));
    expect(answer.stdout).toContain(why);
    expect(answer.stderr).toBe('');
  });

  it('judges the latest attempt only, and says which that is', async () => {
    const { stdout } = await check('11830005551');
    expect(stdout).toContain('run 11830005551, attempt 2:');
  });

  it('takes the address of the run, of its attempt, or of one of its jobs', async () => {
    const run = `https://github.com/acme/shop/actions/runs/${infraRun}`;
    for (const address of [run, `${run}/attempts/1`, `${run}/job/${victim}?pr=7`]) {
      expect(await check(address)).toMatchObject({ code: 0 });
    }
  });

  it('is unknown as soon as an attempt has begun whose jobs have not been read', async () => {
    const later = path.join(folder, 'later.db');
    await buildlog(['demo', '--db', later]);
    const written = new Database(later);
    written
      .prepare("INSERT INTO attempts (host, run_id, attempt) VALUES ('github.com', ?, 2)")
      .run(Number(infraRun));
    written.close();
    const { code, stdout } = await buildlog(['check', infraRun, '--db', later]);
    expect(code).toBe(7);
    expect(stdout).toContain(`run ${infraRun}, attempt 2: its jobs have not been read yet`);
  });

  it('tells the jobs, their causes, proof and culprits to programs', async () => {
    const { code, stdout } = await check(infraRun, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      schema_version: 1,
      verdict: 'infra',
      rerun_helps: 'yes',
      run: { host: 'github.com', run_id: Number(infraRun), attempt: 1 },
      jobs: [{ job_id: victim, culprit_job_id: 54811597741, evidence: [{ line: 527 }] }],
    });
  });
});

describe('check of one job, and of logs', () => {
  it('takes a job by its id', async () => {
    const { code, stdout } = await check('--job', String(victim));
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `infra: job ${victim}: 1 failed: builder-removed-by-other-job (infra); a re-run usually passes\n`,
    });
  });

  it('reads a log without any database', async () => {
    const answer = await buildlog(['check', demoLog('billing', victim)]);
    expect(answer.code).toBe(0);
    expect(answer.stdout).toContain('1 failed: builder-stopped (infra)');
  });

  it('reads standard input', async () => {
    const input =
      'ERROR: failed to solve: dockerfile parse error on line 3: unknown instruction: COPPY\n';
    const { code, stdout } = await buildlog(['check', '-'], { input });
    expect({ code, stdout: stdout.slice(0, 22) }).toEqual({
      code: 5,
      stdout: 'code: standard input: ',
    });
  });

  it('does not open the gate for a log that is none', async () => {
    const file = path.join(tempFolder(), 'empty.log');
    writeFileSync(file, 'nothing of interest\n');
    expect((await buildlog(['check', file])).code).toBe(7);
  });
});

describe('check refuses', () => {
  it.each([
    ['a run that is not in the database', ['19'], 'no run 19 in'],
    ['what is neither file nor run', ['no-such.log'], 'no-such.log is neither a file nor a run'],
    ['a run and a job at once', ['19', '--job', '1'], 'both a run or file and --job'],
    ['nothing', [], 'nothing to check was named'],
    ['a job that is no number', ['--job', 'x'], 'It must be the id of a job'],
  ])('%s, with a code that is no verdict', async (_, args, message) => {
    const { code, stdout, stderr } = await check(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });

  it('to judge without a database, as an error', async () => {
    const { code, stderr } = await buildlog([
      'check',
      infraRun,
      '--db',
      path.join(folder, 'none.db'),
    ]);
    expect(code).toBe(1);
    expect(stderr).toContain('there is no database yet');
  });
});

describe('the workflow of `buildlog help rerun-gate`', () => {
  interface Workflow {
    readonly on: { readonly workflow_run: { readonly types: readonly string[] } };
    readonly permissions: Readonly<Record<string, string>>;
    readonly jobs: {
      readonly gate: {
        readonly if: string;
        readonly env: Readonly<Record<string, string>>;
        readonly steps: readonly { readonly name?: string; readonly run?: string }[];
      };
    };
  }
  const text = readFileSync(rerunWorkflow, 'utf8');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the tests below look at it
  const workflow = parse(text, { strict: true, uniqueKeys: true }) as Workflow;
  const { gate } = workflow.jobs;
  const script = gate.steps.find(({ name }) => name === 'May it run again?')?.run ?? '';

  test('is what help prints', async () => {
    const { stdout } = await buildlog(['help', 'rerun-gate']);
    expect(stdout).toContain(text);
  });

  test('runs once a run has ended, and for its first attempt only', () => {
    expect(workflow.on.workflow_run.types).toEqual(['completed']);
    expect(gate.if).toContain("workflow_run.conclusion == 'failure'");
    expect(gate.if).toContain('workflow_run.run_attempt == 1');
    expect(workflow.permissions).toEqual({ actions: 'write', contents: 'read' });
  });

  test('gives the ingest only options that it has', async () => {
    const line = gate.steps.map(({ run }) => run ?? '').find((run) => run.includes('ingest')) ?? '';
    const { stdout } = await buildlog(['ingest', 'github', '--help']);
    const options = line.match(/--[a-z-]+/g) ?? [];
    expect(options.length).toBeGreaterThan(0);
    expect(options.filter((option) => !stdout.includes(option))).toEqual([]);
  });

  test.each([
    ['again', infraRun, 0, `gh run rerun ${infraRun} --failed\n`],
    ['not again when the change is to blame', '11830005642', 0, ''],
    ['not again when nobody knows', '11830005330', 0, ''],
    ['not again, and fails itself, when the check could not be made', '19', 2, ''],
  ])('runs the failed jobs %s', (_, run, status, called) => {
    const bin = tempFolder();
    const calls = path.join(bin, 'calls');
    writeFileSync(calls, '');
    const stub = (name: string, body: string): void => {
      writeFileSync(path.join(bin, name), `#!/bin/sh\n${body}\n`);
      chmodSync(path.join(bin, name), 0o755);
    };
    stub('gh', `echo gh "$@" >> ${calls}`);
    stub('buildlog', `exec "${process.execPath}" "${path.resolve('dist/cli/main.js')}" "$@"`);
    const summary = path.join(bin, 'summary');
    const { status: ended } = spawnSync('bash', ['-eo', 'pipefail', '-c', script], {
      env: {
        PATH: `${bin}:${process.env['PATH']}`,
        RUN: run,
        BUILDLOG_DB: db,
        GITHUB_STEP_SUMMARY: summary,
      },
    });
    expect(ended).toBe(status);
    expect(readFileSync(calls, 'utf8')).toBe(called);
    if (status === 0) expect(readFileSync(summary, 'utf8')).toContain(`run ${run}, attempt`);
  });
});
