/** The way from here to GitHub: proxies, and servers that cannot be reached. */
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { canary, type FakeGithub } from '../../fake-github/fake.ts';
import { buildlog, looksLikeACrash, type Ended } from '../../support/cli.ts';
import { attempt, fakeGithub, redJob, repository, run, wasShown } from '../../support/github.ts';
import { loopbackProxy } from '../../support/proxy.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const noProxies = { HTTP_PROXY: '', HTTPS_PROXY: '', http_proxy: '', https_proxy: '' };

async function ask(
  command: readonly string[],
  url: string,
  env: Readonly<Record<string, string>>,
): Promise<Ended> {
  const db = path.join(tempFolder(), 'buildlog.db');
  const ended = await buildlog([...command, '--api-url', url, '--db', db], {
    env: { GH_TOKEN: canary, BUILDLOG_PACE: '0.01', ...noProxies, no_proxy: '', ...env },
  });
  wasShown(ended.stdout + ended.stderr);
  expect(ended.stderr).not.toMatch(looksLikeACrash);
  return ended;
}

const one = (): Promise<FakeGithub> => fakeGithub([repository([run([attempt([redJob()])])])]);
const ingest = ['ingest', 'github', 'acme/shop'] as const;
const password = 'proxy-password';

describe('a proxy', { timeout: 30_000 }, () => {
  it('that the environment names is used for the API and for logs', async () => {
    const [fake, proxy] = [await one(), await loopbackProxy()];
    const { code, stdout } = await ask(ingest, fake.url, { HTTP_PROXY: proxy.url });
    expect(code).toBe(0);
    expect(stdout).toContain('1 log');
    const targets = proxy.asked.map(({ target }) => target.split(':')[0]);
    expect(new Set(targets)).toEqual(new Set(['127.0.0.1', 'localhost']));
  });

  it('is left out for the hosts of NO_PROXY', async () => {
    const [fake, proxy] = [await one(), await loopbackProxy()];
    const env = { HTTP_PROXY: proxy.url, no_proxy: '127.0.0.1' };
    expect((await ask(ingest, fake.url, env)).code).toBe(0);
    const targets = proxy.asked.map(({ target }) => target.split(':')[0]);
    expect(new Set(targets)).toEqual(new Set(['localhost']));
  });

  it('gets the password of its address, which is printed nowhere', async () => {
    const [fake, proxy] = [await one(), await loopbackProxy()];
    const address = proxy.url.replace('http://', `http://user:${password}@`);
    const { code, stdout, stderr } = await ask(['doctor'], fake.url, { HTTP_PROXY: address });
    expect(code).toBe(0);
    expect(stdout).toContain(`proxy: ${proxy.url.replace('http://', '')}`);
    expect(stdout + stderr).not.toContain(password);
    const user = Buffer.from(`user:${password}`).toString('base64');
    expect(proxy.asked.map((asked) => asked.user)).toContain(`Basic ${user}`);
  });

  it('that is no address is a mistake in the environment', async () => {
    const env = { HTTPS_PROXY: `user:${password}@proxy` };
    const { code, stderr } = await ask(ingest, 'http://127.0.0.1:9', env);
    expect(code).toBe(2);
    expect(stderr).toContain('HTTP_PROXY or HTTPS_PROXY is no http address');
    expect(stderr).not.toContain(password);
  });

  it('that does not answer is named by its refusal', async () => {
    const { code, stderr } = await ask(ingest, 'http://127.0.0.1:65111', {
      HTTP_PROXY: `http://user:${password}@127.0.0.1:65112`,
    });
    expect(code).toBe(3);
    expect(stderr).toContain('ECONNREFUSED');
    expect(stderr).not.toContain(password);
  });
});

describe('a server that cannot be reached', { timeout: 30_000 }, () => {
  it('is told with the reason', async () => {
    const fake = await one();
    await fake.stop();
    const { code, stderr } = await ask(ingest, fake.url, {});
    expect(code).toBe(3);
    expect(stderr).toContain('ECONNREFUSED');
  });
});
