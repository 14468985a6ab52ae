/** Tokens that end during the night, and a GitHub App, which gets new ones. */
import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { canary, type FakeGithub } from '../../fake-github/fake.ts';
import { buildlog } from '../../support/cli.ts';
import {
  attempt,
  callsOf,
  fakeGithub,
  ingest,
  redJob,
  repository,
  run,
  wasShown,
} from '../../support/github.ts';
import { dumpOf, openStore } from '../../support/judged-jobs.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = (type: 'pkcs1' | 'pkcs8'): string =>
  privateKey.export({ type, format: 'pem' }).toString();
const app = { appId: '4711', installationId: '815', privateKey: pem('pkcs8') };

const twenty = (): ReturnType<typeof repository> =>
  repository([run([attempt(Array.from({ length: 20 }, () => redJob()))])]);

/** Its tokens are no longer accepted when the `index`-th request comes. */
function revokeAt(fake: FakeGithub, ...indices: number[]): void {
  fake.onRequest = () => {
    if (indices.includes(fake.requests.length)) fake.tokens = [];
  };
}

const asked = (fake: FakeGithub): number =>
  fake.calls.filter(({ path: place }) => place.endsWith('/access_tokens')).length;

describe('a token', () => {
  it('that ends during the ingest ends it at once, with what was read; a new one goes on', async () => {
    const fake = await fakeGithub([twenty()]);
    fake.tokens = [canary];
    const store = openStore();
    revokeAt(fake, 20);
    const ended = await ingest(fake, store);
    expect(ended.ending).toBe('authentication');
    expect(ended.left.logs).toBeGreaterThan(0);
    expect(ended.tally.logs).toBeGreaterThan(0);
    // Four were on their way.
    expect(fake.calls.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(4);
    fake.onRequest = null;
    fake.tokens = [canary];
    const again = await ingest(fake, store);
    expect(again.ending).toBe('done');
    expect(again.tally.logs + ended.tally.logs).toBe(20);
  });
});

describe('a GitHub App', { timeout: 30_000 }, () => {
  it('gets a token, and another one when that ends during the ingest', async () => {
    const [fake, steady] = [await fakeGithub([twenty()]), await fakeGithub([twenty()])];
    fake.tokens = [];
    revokeAt(fake, 12, 35);
    const store = openStore();
    const { ending, tally } = await ingest(fake, store, { token: app });
    expect(ending).toBe('done');
    expect(tally.logs).toBe(20);
    expect(asked(fake)).toBeGreaterThanOrEqual(3);
    await ingest(steady, openStore(), { token: app });
    expect(asked(steady)).toBe(1);
    expect(callsOf(steady).logs).toBe(20);
    const shown = dumpOf(store).join('\n');
    expect(shown).not.toMatch(/ghs_|PRIVATE KEY/);
  });

  it('is refused for good when its new token is not accepted either', async () => {
    const fake = await fakeGithub([twenty()]);
    fake.onRequest = () => (fake.tokens = []);
    const { ending } = await ingest(fake, openStore(), { token: app });
    expect(ending).toBe('authentication');
    expect(fake.calls.length).toBeLessThan(12);
  });

  it.each(['pkcs1', 'pkcs8'] as const)(
    'is named by the environment, its key in %s',
    async (type) => {
      const fake = await fakeGithub([repository([run([attempt([redJob()])])])]);
      fake.tokens = [];
      const db = path.join(tempFolder(), 'buildlog.db');
      const args = ['ingest', 'github', 'acme/shop', '--api-url', fake.url, '--db', db];
      const key = type === 'pkcs1' ? pem(type).replaceAll('\n', '\\n') : pem(type);
      const env = {
        BUILDLOG_APP_ID: '4711',
        BUILDLOG_APP_INSTALLATION: '815',
        BUILDLOG_APP_KEY: key,
      };
      const { code, stdout, stderr } = await buildlog(args, { env: { ...env, GH_TOKEN: '' } });
      wasShown(stdout + stderr);
      expect(code, stderr).toBe(0);
      const jwt = String(fake.calls[0]?.headers.authorization).replace(/^\w+ /, '');
      const [head = '', body = '', signature = ''] = jwt.split('.');
      const isOurs = verify(
        'sha256',
        Buffer.from(`${head}.${body}`),
        createPublicKey(privateKey),
        Buffer.from(signature, 'base64url'),
      );
      expect(isOurs).toBe(true);
    },
  );

  it('with a key that is none is told without the key', async () => {
    const env = { BUILDLOG_APP_ID: '1', BUILDLOG_APP_INSTALLATION: '2', BUILDLOG_APP_KEY: canary };
    const { code, stderr } = await buildlog(['ingest', 'github', 'acme/shop'], { env });
    wasShown(stderr);
    expect(code).toBe(2);
    expect(stderr).toContain('BUILDLOG_APP_KEY holds no private key');
  });

  it('is not asked for a host that is not its own', async () => {
    const env = {
      BUILDLOG_APP_ID: '1',
      BUILDLOG_APP_INSTALLATION: '2',
      BUILDLOG_APP_KEY: pem('pkcs8'),
      GH_ENTERPRISE_TOKEN: '',
      GITHUB_ENTERPRISE_TOKEN: '',
    };
    const args = ['ingest', 'github', 'acme/shop', '--api-url', 'https://ghe.acme.test/api/v3'];
    const { code, stderr } = await buildlog(args, { env });
    expect(code).toBe(4);
    expect(stderr).toContain('set GH_ENTERPRISE_TOKEN');
  });
});
