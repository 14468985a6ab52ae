/** Killed at any moment and run again: nothing is lost, nothing twice, and nothing is asked for that was had. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { integer, sample } from 'fast-check';
import { describe, expect, it } from 'vitest';

import { Store } from '../../../src/store/store.ts';
import { canary, FakeGithub } from '../../fake-github/fake.ts';
import { fault } from '../../fake-github/faults.ts';
import { historyIn, type FakeRepository } from '../../fake-github/history.ts';
import { buildlog, program, projectFolder, type Ended } from '../../support/cli.ts';
import {
  ago,
  attempt,
  fakeGithub,
  hour,
  job,
  redJob,
  repository,
  run,
  wasShown,
} from '../../support/github.ts';
import { dumpOf } from '../../support/judged-jobs.ts';
import { tempFolder } from '../../support/temp-folder.ts';

/** Sixty jobs in twenty runs, two of them run again. */
function sixtyJobs(): FakeRepository {
  const runs = Array.from({ length: 18 }, (_, n) =>
    run([attempt([redJob(), job(), job()])], ago((n + 3) * hour)),
  );
  for (let n = 0; n < 2; n++) {
    const again = attempt([job()], { startedAt: ago(hour), updatedAt: ago(0.5 * hour) });
    runs.push(
      run([attempt([redJob(), job()], { conclusion: 'failure' }), again], ago((n + 30) * hour)),
    );
  }
  return repository(runs);
}

const environment = { GH_TOKEN: canary, BUILDLOG_PACE: '0.01' };

function args(fake: FakeGithub, file: string, ...more: string[]): string[] {
  const names = fake.repositories.map(({ fullName }) => fullName);
  return ['ingest', 'github', ...names, '--api-url', fake.url, '--db', file, ...more];
}

async function ingest(fake: FakeGithub, file: string, ...more: string[]): Promise<Ended> {
  const ended = await buildlog(args(fake, file, ...more), { env: environment });
  wasShown(ended.stdout + ended.stderr);
  return ended;
}

function dumpIn(file: string): string[] {
  const store = Store.open(file, { readonly: true });
  const dump = dumpOf(store);
  store.close();
  wasShown(readFileSync(file).toString('latin1'));
  return dump;
}

/** Starts an ingest and kills it when the fake is asked for the `index`-th time. */
async function killedAt(fake: FakeGithub, file: string, index: number): Promise<void> {
  const child = spawn(process.execPath, [program, ...args(fake, file)], {
    env: { ...process.env, ...environment },
    stdio: 'ignore',
  });
  fake.onRequest = () => {
    if (fake.requests.length === index) child.kill('SIGKILL');
  };
  await once(child, 'exit');
  fake.onRequest = null;
}

describe('an ingest of sixty jobs', { timeout: 1_800_000 }, () => {
  const history = [sixtyJobs()];

  it('killed at a request and run again ends like one that was never disturbed', async () => {
    const undisturbed = await fakeGithub(history);
    const whole = path.join(tempFolder(), 'whole.db');
    expect((await ingest(undisturbed, whole)).code).toBe(0);
    const expected = dumpIn(whole);
    expect(expected.filter((row) => row.startsWith('jobs '))).toHaveLength(60);
    const calls = undisturbed.calls.length;
    const indices =
      process.env['KILL_TESTS'] === 'all'
        ? Array.from({ length: undisturbed.requests.length }, (_, n) => n + 1)
        : sample(integer({ min: 1, max: undisturbed.requests.length }), 4);
    for (const index of indices) {
      const fake = await fakeGithub(history);
      const file = path.join(tempFolder(), 'killed.db');
      await killedAt(fake, file, index);
      const inFlight = fake.inFlight + 4;
      const again = await ingest(fake, file);
      expect(again.code, again.stderr).toBe(0);
      expect(dumpIn(file), `killed at request ${index}`).toEqual(expected);
      expect(fake.calls.length, `killed at request ${index}`).toBeLessThanOrEqual(calls + inFlight);
    }
  });

  it('a second time costs one call and no log', async () => {
    const fake = await fakeGithub(history);
    const file = path.join(tempFolder(), 'buildlog.db');
    await ingest(fake, file);
    const before = fake.requests.length;
    const again = await ingest(fake, file);
    expect(again.stdout).toContain('nothing new');
    expect(fake.requests.slice(before).map(({ path: asked }) => asked)).toEqual([
      '/repos/acme/shop/actions/runs?exclude_pull_requests=true&per_page=100&page=1',
    ]);
  });

  it('without a change says what it would do, and does nothing', async () => {
    const fake = await fakeGithub(history);
    const file = path.join(tempFolder(), 'buildlog.db');
    const { stdout, code } = await ingest(fake, file, '--dry-run');
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /plan {3}acme\/shop · 22 attempts to read, then their logs: about \d+ calls; you have 4999 of 5000/,
    );
    expect(fake.calls).toHaveLength(1);
    expect(() => dumpIn(file)).toThrow('cannot be opened');
  });
});

describe('an ingest that is interrupted', { timeout: 30_000 }, () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'by %s during a penalty ends within two seconds, with what it had',
    async (signal) => {
      const fake = await fakeGithub([repository([run([attempt([redJob(), redJob()])])])]);
      fake.faults.push(
        fault(/api .*\/logs$/, {
          is: 'penalty',
          status: 403,
          headers: { 'retry-after': '600' },
          message: 'secondary rate limit',
          milliseconds: 600_000,
        }),
      );
      const file = path.join(tempFolder(), 'buildlog.db');
      const child = spawn(process.execPath, [program, ...args(fake, file)], {
        env: { ...process.env, ...environment },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let said = '';
      let stoppedAt = 0;
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        if (said.includes('wait ') && stoppedAt === 0) {
          stoppedAt = Date.now();
          child.kill(signal);
        }
      });
      await once(child, 'close');
      expect(child.exitCode).toBe(130);
      expect(Date.now() - stoppedAt).toBeLessThan(2000);
      expect(said).toContain('the same command goes on from here');
      expect(dumpIn(file).filter((row) => row.startsWith('jobs '))).toHaveLength(2);
      wasShown(said);
    },
  );

  it('and while one runs, a second on the same database is refused', async () => {
    const fake = await fakeGithub([repository([run([attempt([redJob()])])])]);
    fake.faults.push(fault(/api .*\/runs\?/, { is: 'stall', at: 10 }));
    const file = path.join(tempFolder(), 'buildlog.db');
    const first = spawn(process.execPath, [program, ...args(fake, file)], {
      env: { ...process.env, GH_TOKEN: canary },
      stdio: 'ignore',
    });
    while (fake.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    const second = await ingest(fake, file);
    first.kill('SIGKILL');
    await once(first, 'exit');
    expect(second.code).toBe(1);
    expect(second.stderr).toContain('another ingest is running on this database');
    expect((await ingest(fake, file)).code).toBe(0);
  });
});

describe('the demo histories', { timeout: 60_000 }, () => {
  it.each(['shop', 'billing'])(
    '%s through a GitHub gives the same verdicts as from files',
    async (name) => {
      const folder = path.join(projectFolder, 'data', 'demo', name);
      const repositories = historyIn(folder);
      const end = Date.parse('2026-11-24T00:00:00Z') - Date.now();
      const fake = await fakeGithub(repositories, { now: () => new Date(Date.now() + end) });
      const files = tempFolder();
      const [live, saved] = [path.join(files, 'live.db'), path.join(files, 'saved.db')];
      expect((await ingest(fake, live)).code).toBe(0);
      const lists = [
        '--metadata',
        path.join(folder, 'jobs.json'),
        '--runs',
        path.join(folder, 'runs.json'),
      ];
      await buildlog([
        'ingest',
        'files',
        path.join(folder, 'logs', '*.gz'),
        ...lists,
        '--db',
        saved,
      ]);
      const tables = /^(verdicts|collisions|builder_events|occurrences|facts|builds) /;
      const content = (file: string): string[] => dumpIn(file).filter((row) => tables.test(row));
      expect(content(live)).toEqual(content(saved));
    },
  );
});

describe('the token', () => {
  it('is asked for when there is none', async () => {
    const { code, stderr } = await buildlog(['ingest', 'github', 'acme/shop'], {
      env: { GH_TOKEN: '', GITHUB_TOKEN: '', GH_HOST: '', GITHUB_API_URL: '' },
    });
    expect(code).toBe(4);
    expect(stderr).toContain('set GH_TOKEN');
  });

  it('of github.com is not given to another host', async () => {
    const { code, stderr } = await buildlog(
      ['ingest', 'github', 'acme/shop', '--api-url', 'https://ghe.acme.test/api/v3'],
      {
        env: {
          GH_TOKEN: canary,
          GITHUB_TOKEN: canary,
          GH_ENTERPRISE_TOKEN: '',
          GITHUB_ENTERPRISE_TOKEN: '',
        },
      },
    );
    expect(code).toBe(4);
    expect(stderr).toContain('set GH_ENTERPRISE_TOKEN');
  });

  it('that is refused is told apart from other errors, and printed nowhere', async () => {
    const fake = await fakeGithub([repository([])]);
    fake.faults.push(
      fault(/api/, { is: 'status', status: 401, body: { message: `Bad credentials ${canary}` } }),
    );
    const { code, stderr } = await ingest(fake, path.join(tempFolder(), 'buildlog.db'));
    expect(code).toBe(4);
    expect(stderr).toContain('Bad credentials ***');
  });

  it('does not go over plain HTTP to another machine', async () => {
    const { code, stderr } = await buildlog(
      ['ingest', 'github', 'acme/shop', '--api-url', 'http://ghe.acme.test/api/v3'],
      { env: { GH_TOKEN: canary } },
    );
    expect(code).toBe(2);
    expect(stderr).toContain('would send the token in the clear');
  });
});
