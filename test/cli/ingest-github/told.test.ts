/** What people are told: a plan before the work, how far it is, and what could not be had. */
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { summaryText } from '../../../src/cli/commands/ingest-github/summary.ts';
import { canary, type FakeGithub } from '../../fake-github/fake.ts';
import { fault } from '../../fake-github/faults.ts';
import type { FakeRun } from '../../fake-github/history.ts';
import { buildlog, type Ended } from '../../support/cli.ts';
import {
  ago,
  attempt,
  day,
  fakeGithub,
  hour,
  ingest,
  redJob,
  repository,
  run,
  wasShown,
} from '../../support/github.ts';
import { logs, runLists, status } from '../../support/github-fault.ts';
import { openStore } from '../../support/judged-jobs.ts';
import { tempFolder } from '../../support/temp-folder.ts';

/** Runs of a job each that failed ten days ago. */
const oldRuns = (count: number): FakeRun[] =>
  Array.from({ length: count }, (_, n) => {
    const times = { started_at: ago(10 * day + n * hour), completed_at: ago(10 * day) };
    return run([attempt([redJob(times)])], ago(10 * day + n * hour));
  });

async function cron(fake: FakeGithub, ...more: string[]): Promise<Ended> {
  const db = path.join(tempFolder(), 'buildlog.db');
  const args = ['ingest', 'github', 'acme/shop', '--api-url', fake.url, '--db', db, ...more];
  const ended = await buildlog(args, { env: { GH_TOKEN: canary, BUILDLOG_PACE: '0.01' } });
  wasShown(ended.stdout + ended.stderr);
  return ended;
}

describe('the summary', { timeout: 30_000 }, () => {
  it('gives each reason once, with how many things it kept from being had', async () => {
    const fake = await fakeGithub([repository(oldRuns(6))]);
    fake.faults.push(fault(logs, status(410, 'Server Error'), 5));
    const { stdout, stderr, code } = await cron(fake);
    expect(code).toBe(3);
    expect(stdout).toMatch(
      /^6 runs listed, 6 attempts and 1 log \(\d kB\) read with 13 calls in \d+ s$/m,
    );
    expect(stdout).toMatch(
      /^could not be had:\n {2}its log: GitHub has deleted it: https:\/\/github.com\/acme\/shop\S+ and 4 more$/m,
    );
    expect(stderr.match(/GitHub has deleted it/g)).toHaveLength(1);
  });

  it('says what is left when the budget is used up', async () => {
    const fake = await fakeGithub([repository(oldRuns(4))]);
    const { stdout, code } = await cron(fake, '--max-calls', '6');
    expect(code).toBe(3);
    expect(stdout).toContain('the 6 calls of --max-calls are used up');
    expect(stdout).toContain('left for the next time: 3 logs');
  });

  it('has a bound, whatever went wrong', async () => {
    const fake = await fakeGithub([repository([])]);
    const result = await ingest(fake, openStore());
    const notices = Array.from({ length: 30 }, (_, n) => ({ source: 's', message: `m${n % 15}` }));
    const text = summaryText({ ...result, notices }, 1);
    expect(text.split('\n')).toHaveLength(12);
    expect(text).toContain('and 7 other reasons, see above');
  });
});

describe('the plan', { timeout: 30_000 }, () => {
  it('says when the budget is not enough', async () => {
    const fake = await fakeGithub([repository(oldRuns(30))], { limit: 40 });
    const { stderr, code } = await cron(fake, '--min-remaining', '1');
    expect(stderr).toContain(
      '30 attempts to read, then their logs: about 90 calls; you have 39 of 40',
    );
    expect(stderr).toContain('more than there are: failures come first, the rest next time');
    expect(code).toBe(3);
  });

  it('is the whole answer of a dry run, also where nothing can be listed', async () => {
    const fake = await fakeGithub([repository(oldRuns(1))]);
    expect((await cron(fake, '--dry-run')).stdout).toMatch(
      /^plan {3}acme\/shop · 1 attempt to read, then their logs.*\ndry run: nothing was read or saved\n$/,
    );
    fake.faults.push(fault(runLists, status(401, 'Bad credentials')));
    const refused = await cron(fake, '--dry-run');
    expect(refused.code).toBe(4);
    expect(refused.stdout).toContain('nothing could be listed');
  });
});

describe('a clock that is wrong', () => {
  it('is told, and its times are not used', async () => {
    const fake = await fakeGithub([repository(oldRuns(1))], {
      now: () => new Date(Date.now() + hour),
    });
    const { said, ending } = await ingest(fake, openStore());
    expect(ending).toBe('done');
    expect(said.join('\n')).toMatch(/the clock of this machine is 3[56]\d\d s behind the server's/);
  });
});
