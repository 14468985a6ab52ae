/** Rows of the API contract's table of errors, by name: what GitHub says of the token and of limits. */
import { describe, expect, it } from 'vitest';

import { fault } from '../../fake-github/faults.ts';
import {
  ago,
  attempt,
  callsOf,
  fakeGithub,
  hour,
  ingest,
  redJob,
  repository,
  run,
} from '../../support/github.ts';
import { jobLists, logs, runLists, status, withFault } from '../../support/github-fault.ts';
import { openStore } from '../../support/judged-jobs.ts';

describe('the token', () => {
  it('bad, expired or revoked: stops at once', async () => {
    const { ending, fake, said } = await withFault(/api/, status(401, 'Bad credentials'));
    expect(ending).toBe('authentication');
    expect(fake.calls).toHaveLength(1);
    expect(said.join()).toContain('Bad credentials');
  });

  it('not authorized for single sign-on: says where, once, and goes on with other repositories', async () => {
    const fake = await fakeGithub([
      repository([run([attempt([redJob()])])]),
      repository([run([attempt([redJob()])])], 'other/app', 902),
    ]);
    const sso = { 'x-github-sso': 'required; url=https://github.com/orgs/acme/sso?x=1' };
    fake.faults.push(
      fault(
        /acme\/shop/,
        status(403, 'Resource protected by organization SAML enforcement.', sso),
        99,
      ),
    );
    const { tally, said, ending } = await ingest(fake, openStore());
    expect(tally.logs).toBe(1);
    expect(ending).toBe('partial');
    expect(said.join()).toContain('https://github.com/orgs/acme/sso?x=1');
  });

  it('single sign-on that hides part of a list: a warning', async () => {
    const { said } = await withFault(runLists, {
      is: 'headers',
      headers: { 'x-github-sso': 'partial-results; organizations=1,2' },
    });
    expect(said.join()).toContain('the list is incomplete');
  });

  it('without a permission: the repository is left out, and the permission named', async () => {
    const { said, ending } = await withFault(
      runLists,
      status(403, 'Resource not accessible by personal access token', {
        'x-accepted-github-permissions': 'actions=read',
      }),
    );
    expect(ending).toBe('partial');
    expect(said.join()).toContain('actions=read');
  });

  it('too weak for a public log: denied, tried on three nights', async () => {
    const { log } = await withFault(logs, status(403, 'Must have admin rights to Repository.'));
    expect(log).toMatchObject({ state: 'wanted', tries: 1 });
    expect(log?.nextTry).not.toBeNull();
  });

  it('behind an IP allow list, or a repository that is disabled or blocked by law: left out', async () => {
    for (const answer of [
      status(403, 'the IP allow list'),
      status(451, 'Repository access blocked'),
    ]) {
      const { ending, fake } = await withFault(runLists, answer);
      expect(ending).toBe('partial');
      expect(fake.calls).toHaveLength(1);
    }
  });
});

describe('limits', () => {
  const reset = (seconds: number): string => String(Math.floor(Date.now() / 1000) + seconds);
  const spent = { 'x-ratelimit-remaining': '0', 'x-ratelimit-limit': '5000' };

  it.each([403, 429])('primary, as %d: everybody waits for the reset', async (code) => {
    const started = Date.now();
    const kind = {
      is: 'penalty',
      status: code,
      headers: { ...spent, 'x-ratelimit-reset': reset(2) },
      message: 'API rate limit exceeded',
      milliseconds: 900,
    } as const;
    const { ending, fake } = await withFault(jobLists, kind, 1);
    expect(ending).toBe('done');
    expect(Date.now() - started).toBeGreaterThan(900);
    expect(callsOf(fake).jobs).toBe(2);
  });

  it('primary with a clock an hour off: waits by the clock of the server', async () => {
    const skewed = (): Date => new Date(Date.now() - hour);
    const fake = await fakeGithub(
      [
        repository([
          run(
            [attempt([redJob({ started_at: ago(5 * hour), completed_at: ago(4 * hour) })])],
            ago(5 * hour),
          ),
        ]),
      ],
      { now: skewed },
    );
    const at = String(Math.floor(skewed().getTime() / 1000) + 2);
    fake.faults.push(
      fault(jobLists, {
        is: 'penalty',
        status: 403,
        headers: { ...spent, 'x-ratelimit-reset': at },
        message: 'API rate limit exceeded',
        milliseconds: 900,
      }),
    );
    const started = Date.now();
    const { ending } = await ingest(fake, openStore());
    expect(ending).toBe('done');
    expect(Date.now() - started).toBeGreaterThan(900);
    expect(Date.now() - started).toBeLessThan(5000);
    expect(callsOf(fake).jobs).toBe(2);
  });

  it('primary beyond any wait: the rest is left to the next ingest', async () => {
    const kind = status(403, 'API rate limit exceeded', {
      ...spent,
      'x-ratelimit-reset': reset(9000),
    });
    const { ending, said } = await withFault(jobLists, kind);
    expect(ending).toBe('partial');
    expect(said.join()).toContain('left to the next ingest');
  });

  it.each([
    [
      '403 with retry-after',
      403,
      { 'retry-after': '1' },
      'You have exceeded a secondary rate limit',
      1000,
    ],
    [
      '429 with retry-after and other words',
      429,
      { 'retry-after': '1' },
      'Too many requests',
      1000,
    ],
    [
      '429 of the secondary kind',
      429,
      { 'retry-after': '1' },
      'You have exceeded a secondary rate limit',
      1000,
    ],
    ['403 without retry-after', 403, {}, 'You have exceeded a secondary rate limit', 300],
    ['403 in the old words', 403, {}, 'You have triggered an abuse detection mechanism', 300],
  ])(
    'secondary, %s: everybody waits, and the call is made once more',
    async (_, code, headers, message, milliseconds) => {
      const { ending, fake } = await withFault(
        logs,
        { is: 'penalty', status: code, headers, message, milliseconds },
        1,
      );
      expect(ending).toBe('done');
      expect(callsOf(fake).logs).toBe(2);
    },
  );

  it('secondary again and again: three strikes end the ingest', async () => {
    const { ending, fake } = await withFault(logs, status(403, 'secondary rate limit'), 99, {
      pace: { secondary: 10 },
    });
    expect(ending).toBe('partial');
    expect(callsOf(fake).logs).toBe(4);
  });

  it('of the storage: that log is tried again, and the API is not held back', async () => {
    const { ending, fake } = await withFault(
      /^storage/,
      { is: 'status', status: 503, body: 'ServerBusy' },
      2,
    );
    expect(ending).toBe('done');
    expect(callsOf(fake)).toMatchObject({ logs: 1, storage: 3 });
  });

  it('a budget of calls ends the ingest, and the next one goes on', async () => {
    const fake = await fakeGithub([repository([run([attempt([redJob(), redJob(), redJob()])])])]);
    const store = openStore();
    const first = await ingest(fake, store, { maxCalls: 3 });
    expect(first).toMatchObject({ ending: 'partial', calls: 3, tally: { logs: 1 } });
    expect(await ingest(fake, store)).toMatchObject({ ending: 'done', tally: { logs: 2 } });
  });

  it('what is to be left to others is left', async () => {
    const fake = await fakeGithub([repository([run([attempt([redJob(), redJob(), redJob()])])])], {
      limit: 12,
    });
    const { ending } = await ingest(fake, openStore(), { minRemaining: 9 });
    expect(ending).toBe('partial');
    expect(fake.remaining).toBe(9);
  });

  it('a server that tells of none is not held back', async () => {
    const fake = await fakeGithub([repository([run([attempt([redJob()])])])], {
      limit: null,
      base: '/api/v3',
    });
    const { ending, said } = await ingest(fake, openStore(), { minRemaining: 50 });
    expect(ending).toBe('done');
    expect(said.join()).toContain('tells of no limit');
  });
});
