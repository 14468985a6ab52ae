/** `buildlog doctor` and `--org`: the rest of what is asked of a GitHub. */
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { canary } from '../../fake-github/fake.ts';
import { fault } from '../../fake-github/faults.ts';
import { buildlog, type Ended } from '../../support/cli.ts';
import {
  ago,
  attempt,
  fakeGithub,
  hour,
  ingest,
  job,
  redJob,
  repository,
  run,
  wasShown,
} from '../../support/github.ts';
import { openStore } from '../../support/judged-jobs.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const again = run(
  [attempt([redJob()]), attempt([job()], { startedAt: ago(hour), updatedAt: ago(0.5 * hour) })],
  ago(5 * hour),
);

async function doctor(url: string, ...more: string[]): Promise<Ended> {
  const db = path.join(tempFolder(), 'buildlog.db');
  const args = ['doctor', '--api-url', url, '--db', db, ...more];
  const ended = await buildlog(args, { env: { GH_TOKEN: canary } });
  wasShown(ended.stdout + ended.stderr);
  return ended;
}

describe('doctor', { timeout: 30_000 }, () => {
  it('tells of token, budget, clock, patterns and database', async () => {
    const fake = await fakeGithub([repository([again])]);
    const { stdout, code } = await doctor(fake.url);
    expect(code).toBe(0);
    for (const words of [
      'token: from GH_TOKEN, for github.com only',
      'budget: 4999 of 5000 calls',
      "clock: as the server's",
      'ok   patterns:',
      'is not there yet',
    ]) {
      expect(stdout).toContain(words);
    }
  });

  it('with --probe tells how re-runs and logs are answered', async () => {
    const fake = await fakeGithub([repository([again])]);
    const { stdout } = await doctor(fake.url, '--probe', 'acme/shop');
    expect(stdout).toContain(
      're-runs: jobs of attempt 1: 1; of attempt 2: 1, copies among them: 1',
    );
    expect(stdout).toContain('1 run on the first page');
    expect(stdout).toContain('windows: 1 run was counted since 2008');
    expect(stdout).toContain('a part is answered with HTTP 206, so cuts can be resumed');
  });

  it('with --probe tells where filtered lists end, whether marks last, and how old logs are answered', async () => {
    const old = Array.from({ length: 1100 }, (_, n) =>
      run([attempt([job({}, null)])], ago((150 * 24 + n) * hour)),
    );
    const fake = await fakeGithub([repository([again, ...old])]);
    const oldest = old[0]?.attempts[0]?.jobs[0]?.id ?? 0;
    const gone = { is: 'status', status: 410, body: { message: 'Server Error' } } as const;
    fake.faults.push(fault(new RegExp(`jobs/${oldest}/logs`), gone));
    const { stdout, code } = await doctor(fake.url, '--probe', 'acme/shop');
    for (const words of [
      'windows: 1101 runs were counted since 2008; page 11 of 100 gives 0 rows',
      'marks: a window that is over is answered with 304 the second time',
      'API version: not told; limits are told with each answer',
      "a job's log is answered with HTTP 410: Server Error",
      'probe again later to see whether it still grows',
    ]) {
      expect(stdout).toContain(words);
    }
    expect(code).toBe(0);
  });

  it('calls an API version that is on its way out bad', async () => {
    const fake = await fakeGithub([repository([again])]);
    const deprecation = '@1893456000';
    fake.faults.push(fault(/runs\?/, { is: 'headers', headers: { deprecation } }, 99));
    const { stdout, code } = await doctor(fake.url, '--probe', 'acme/shop');
    expect(code).toBe(3);
    expect(stdout).toContain(`BAD  API version: deprecation ${deprecation}`);
  });

  it('calls a refused token and a wrong clock bad', async () => {
    const fake = await fakeGithub([], { now: () => new Date(Date.now() + hour) });
    fake.faults.push(
      fault(/api/, { is: 'status', status: 401, body: { message: 'Bad credentials' } }),
    );
    const refused = await doctor(fake.url);
    expect(refused.code).toBe(3);
    expect(refused.stdout).toContain('BAD  ');
    expect((await doctor(fake.url)).stdout).toMatch(/BAD {2}clock: 3[56]\d\d s behind/);
  });
});

describe('an organization', () => {
  it('is all its repositories', async () => {
    const fake = await fakeGithub([
      repository([run([attempt([redJob()])])], 'acme/shop', 901),
      repository([run([attempt([redJob()])])], 'acme/billing', 902),
      repository([run([attempt([redJob()])])], 'other/app', 903),
    ]);
    const { tally } = await ingest(fake, openStore(), { repositories: [], orgs: ['acme'] });
    expect(tally.logs).toBe(2);
  });

  it('that is none is named, and the others are read', async () => {
    const fake = await fakeGithub([repository([run([attempt([redJob()])])], 'acme/shop', 901)]);
    const result = await ingest(fake, openStore(), { repositories: [], orgs: ['nobody', 'acme'] });
    expect(result.ending).toBe('partial');
    expect(result.tally.logs).toBe(1);
    expect(result.notices).toEqual([
      { source: 'nobody', message: 'is no organization that the token may see' },
    ]);
  });
});

describe('a workflow', () => {
  it('that is named is the only one whose jobs are read, until the others are asked for', async () => {
    const other = run([attempt([redJob()])], ago(3 * hour), { path: '.github/workflows/lint.yml' });
    const fake = await fakeGithub([repository([run([attempt([redJob()])]), other])]);
    const store = openStore();
    const first = await ingest(fake, store, { workflows: ['lint.yml'] });
    expect(first.tally.logs).toBe(1);
    expect((await ingest(fake, store)).tally.logs).toBe(1);
  });
});
