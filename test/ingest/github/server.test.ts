/** Which server is meant, which token may go to it, and from where logs may be fetched. */
import { describe, expect, it } from 'vitest';

import { githubAccess, repositoryOf, sinceOf } from '../../../src/cli/github-access.ts';
import { redact } from '../../../src/ingest/github/failure.ts';
import { refusalOf, serverAt } from '../../../src/ingest/github/server.ts';

describe('the server', () => {
  it.each([
    [{}, 'https://api.github.com', 'github.com'],
    [{ GH_HOST: 'acme.ghe.com' }, 'https://api.acme.ghe.com', 'acme.ghe.com'],
    [{ GH_HOST: 'ghe.acme.test' }, 'https://ghe.acme.test/api/v3', 'ghe.acme.test'],
    [
      { GITHUB_API_URL: 'https://ghe.acme.test/api/v3/' },
      'https://ghe.acme.test/api/v3',
      'ghe.acme.test',
    ],
    [
      { GH_HOST: 'acme.ghe.com', GITHUB_API_URL: 'https://api.github.com' },
      'https://api.acme.ghe.com',
      'acme.ghe.com',
    ],
  ])('that the environment %o names', (env, api, host) => {
    expect(githubAccess({}, env).server).toMatchObject({ api, host });
  });

  it('is the one of --api-url before all others', () => {
    const { server } = githubAccess(
      { apiUrl: 'http://127.0.0.1:8080' },
      { GH_HOST: 'ghe.acme.test' },
    );
    expect(server).toMatchObject({ api: 'http://127.0.0.1:8080', host: 'ghe.acme.test' });
  });

  it.each(['http://api.github.com', 'https://user:word@api.github.com', 'github'])(
    'is not %s',
    (apiUrl) => {
      expect(() => githubAccess({ apiUrl }, {})).toThrow(
        /in the clear|name or password|no address/,
      );
    },
  );
});

describe('the token', () => {
  const all = {
    GH_TOKEN: 'a',
    GITHUB_TOKEN: 'b',
    GH_ENTERPRISE_TOKEN: 'c',
    GITHUB_ENTERPRISE_TOKEN: 'd',
  };

  it.each([
    [{ ...all }, 'a'],
    [{ ...all, GH_TOKEN: '' }, 'b'],
    [{ ...all, GH_HOST: 'acme.ghe.com' }, 'a'],
    [{ ...all, GH_HOST: 'ghe.acme.test' }, 'c'],
    [{ GITHUB_TOKEN: 'b', GH_HOST: 'ghe.acme.test' }, null],
    [
      { GITHUB_TOKEN: 'b', GITHUB_ACTIONS: 'true', GITHUB_API_URL: 'https://ghe.acme.test/api/v3' },
      'b',
    ],
  ])('of %o is the one of its host', (env, token) => {
    const { credential } = githubAccess({}, env);
    expect(credential).toEqual(token === null ? { kind: 'none' } : { kind: 'token', token });
  });

  it.each([
    ['token ghp_abcdefghijklmnop0123 was refused', 'token *** was refused'],
    ['github_pat_11ABCDEFG0123456789_abc', '***'],
    ['https://x.test/a?se=2026&sig=abc%2Fdef', 'https://x.test/a?se=***&sig=***'],
  ])('is taken out of %s', (text, clean) => {
    expect(redact(text)).toBe(clean);
  });
});

describe('logs', () => {
  const github = serverAt('https://api.github.com', null, []);
  const own = serverAt('https://ghe.acme.test/api/v3', null, ['logs.acme.test']);

  it.each([
    [github, 'https://productionresultssa3.blob.core.windows.net/x?sig=1'],
    [github, 'https://results-receiver.actions.githubusercontent.com/x'],
    [own, 'https://ghe.acme.test/storage/x'],
    [own, 'https://media.ghe.acme.test/storage/x'],
    [own, 'https://logs.acme.test/x'],
  ])('are fetched for $host from %s', (server, address) => {
    expect(refusalOf(new URL(address), server)).toBeNull();
  });

  it.each([
    [github, 'http://productionresultssa3.blob.core.windows.net/x'],
    [github, 'https://productionresultssa3.blob.core.windows.net:8443/x'],
    [github, 'https://a@productionresultssa3.blob.core.windows.net/x'],
    [github, 'https://blob.core.windows.net.evil.test/x'],
    [github, 'https://169.254.169.254/x'],
    [github, 'http://127.0.0.1/x'],
    [own, 'https://other.acme.test/x'],
  ])('are not fetched for $host from %s', (server, address) => {
    expect(refusalOf(new URL(address), server)).not.toBeNull();
  });
});

describe('what is typed', () => {
  it.each(['acme/shop', 'https://github.com/acme/shop', 'https://github.com/acme/shop.git'])(
    '%s is a repository',
    (text) => {
      expect(repositoryOf(text)).toBe('acme/shop');
    },
  );

  it.each(['acme', 'acme/shop/x', '../..', 'acme/..', 'ac me/shop', 'acme/', '/shop'])(
    '%s is none',
    (text) => {
      expect(() => repositoryOf(text)).toThrow('is no repository');
    },
  );

  it('a time is so long ago by the server, or a date', () => {
    expect(sinceOf('2d')(1e12)).toBe(1e12 - 2 * 86_400_000);
    expect(sinceOf('36h')(1e12)).toBe(1e12 - 36 * 3_600_000);
    expect(sinceOf('2026-11-01')(0)).toBe(Date.parse('2026-11-01'));
    expect(() => sinceOf('yesterday')).toThrow('is no time');
  });
});
