/** The program as others call it: the JSON and the tables that scripts rely on, run as a process. */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';

import { buildlog, projectFolder, sharedFolder } from '../support/cli.ts';

const demo = path.join(projectFolder, 'data/demo');
const logOf = (history: string, job: number): string =>
  path.join(demo, history, 'logs', `${job}.log.gz`);
const victim = 54811592074;
const culprit = 54811597741;

const folder = sharedFolder();
const db = path.join(folder, 'demo.db');

beforeAll(async () => {
  await buildlog(['demo', '--db', db]);
});

test('demo says which job removed the builder, and that version and load are not to blame', async () => {
  const { code, stdout } = await buildlog(['demo']);
  expect(code).toBe(0);
  expect(stdout).toContain('another job on the host removed the builder');
  expect(stdout).toMatch(/Nothing points at the BuildKit version: .*v0\.13\.2 3\/34/s);
  expect(stdout).toContain('Not the load');
  expect(stdout).toMatch(new RegExp(`culprit +${culprit} .*docker buildx rm builder-`));
  expect(stdout).toMatch(new RegExp(`victim +${victim} .*graceful_stop`));
});

describe('scan --format json', () => {
  const line = z.object({
    source: z.string(),
    verdict: z.object({
      status: z.enum(['passed', 'explained', 'unexplained', 'no-log', 'partial']),
      cause: z.string().nullable(),
      blame: z.enum(['infra', 'code', 'mixed']).nullable(),
      confidence: z.enum(['high', 'medium', 'low']).nullable(),
    }),
    evidence: z.array(
      z.object({
        line: z.int(),
        at: z.string().nullable(),
        signature: z.string(),
        text: z.string(),
      }),
    ),
    facts: z.record(z.string(), z.object({ value: z.string(), line: z.int() })),
    builders: z.array(
      z.object({ name: z.string(), event: z.string(), line: z.int(), at: z.string().nullable() }),
    ),
  });

  test('is one object per file', async () => {
    const files = readdirSync(path.join(demo, 'billing/logs')).slice(0, 12);
    const { code, stdout } = await buildlog([
      'scan',
      '--format',
      'json',
      ...files.map((name) => path.join(demo, 'billing/logs', name)),
    ]);
    expect(code).toBe(0);
    const objects = stdout
      .trimEnd()
      .split('\n')
      .map((text) => line.parse(JSON.parse(text)));
    expect(objects.map(({ source }) => path.basename(source))).toEqual(files);
  });

  test('tells cause, proof, facts and builders with their lines', async () => {
    const { stdout } = await buildlog(['scan', '--format', 'json', logOf('billing', victim)]);
    expect(line.parse(JSON.parse(stdout))).toMatchObject({
      verdict: { status: 'explained', cause: 'builder-stopped', blame: 'infra' },
      evidence: [{ line: 527, signature: 'grpc-goaway-graceful-stop' }],
      facts: { 'machine-name': { value: 'ci-host-01', line: 4 }, buildkit: { value: 'v0.18.2' } },
    });
  });

  test('reads standard input', async () => {
    const { code, stdout } = await buildlog(['scan', '--format', 'json', '-'], {
      input:
        'ERROR: failed to solve: dockerfile parse error on line 3: unknown instruction: COPPY\n',
    });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ verdict: { cause: 'dockerfile-invalid' } });
  });
});

describe('export', () => {
  test('ndjson holds one verdict per job, with what its log said and who did it', async () => {
    const out = path.join(folder, 'ndjson');
    expect((await buildlog(['export', 'ndjson', out, '--db', db])).code).toBe(0);
    const verdicts = readFileSync(path.join(out, 'verdicts.ndjson'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((text) => JSON.parse(text) as Record<string, unknown>);
    expect(verdicts).toHaveLength(203);
    expect(verdicts.find((verdict) => verdict['job_id'] === victim)).toEqual({
      host: 'github.com',
      job_id: victim,
      run_id: expect.any(Number),
      attempt: 1,
      status: 'explained',
      cause: 'builder-removed-by-other-job',
      log_cause: 'builder-stopped',
      confidence: 'high',
      culprit_job_id: culprit,
    });
  });

  test('csv opens with a header and has a line for each row', async () => {
    const out = path.join(folder, 'csv');
    const { code, stdout } = await buildlog(['export', 'csv', out, '--db', db]);
    expect(code).toBe(0);
    const rows = /jobs\.csv {2}(\d+) rows/.exec(stdout)?.[1];
    const lines = readFileSync(path.join(out, 'jobs.csv'), 'utf8').trimEnd().split('\n');
    expect(lines[0]).toContain('host,job_id,repository,run_id,attempt');
    expect(lines).toHaveLength(Number(rows) + 1);
  });
});

describe('a report', () => {
  test('without rows is no line of NDJSON, and a header as CSV', async () => {
    const unexplained = ['report', 'unexplained', '--db', db, '--format'];
    expect(await buildlog([...unexplained, 'ndjson'])).toMatchObject({ code: 0, stdout: '' });
    const { stdout } = await buildlog([...unexplained, 'csv']);
    expect(stdout).toMatch(/^table,fingerprint,[^\n]+\n$/);
  });
});

describe('show', () => {
  test('names the culprit of a victim, with the line of its removal', async () => {
    const { code, stdout } = await buildlog(['show', String(victim), '--db', db]);
    expect(code).toBe(0);
    expect(stdout).toContain(`proof in the log of job ${culprit}`);
    expect(stdout).toContain('its own log alone says builder-stopped');
    expect(stdout).toMatch(/line 607 .*docker buildx rm builder-/);
  });

  test('names the victims of a culprit, although it is another failure or none', async () => {
    const { stdout } = await buildlog(['show', String(culprit), '--db', db]);
    expect(stdout).toMatch(
      new RegExp(`this job's cleanup hit\\s+job ${victim}, building on builder-`),
    );
  });

  test('takes the address of a job', async () => {
    const address = `https://github.com/acme/billing/actions/runs/1/job/${victim}`;
    expect((await buildlog(['show', address, '--db', db])).code).toBe(0);
  });
});

test('a second ingest of the same files changes nothing and says so', async () => {
  const again = ['ingest', 'files', logOf('billing', victim), '--db', path.join(folder, 'two.db')];
  await buildlog(again);
  const { code, stdout } = await buildlog(again);
  expect(code).toBe(0);
  expect(stdout).toContain('nothing new: 1 job unchanged');
});

test('every command has help with examples, and the codes it ends with are told', async () => {
  const { stdout: general } = await buildlog(['--help']);
  expect(general).toContain('Exit codes: 0 done, 1 error, 2 bad usage or pattern, 3 done but');
  for (const command of [
    ['ingest', 'files'],
    ['scan'],
    ['report'],
    ['show'],
    ['export'],
    ['demo'],
  ]) {
    const { code, stdout } = await buildlog([...command, '--help']);
    expect(code, command.join(' ')).toBe(0);
    expect(stdout, command.join(' ')).toContain('Examples:');
  }
});
