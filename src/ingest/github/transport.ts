/** How requests leave this machine: directly, or through the proxies that the environment names. */
import type { Fetch } from './client.ts';

export interface Transport {
  readonly fetch: Fetch;
  /** The proxies without what they ask of a user, for people to see; null when there is none. */
  readonly proxy: string | null;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The fetch for an environment. @throws RangeError in words, when a proxy's address cannot be used */
export async function transportFor(env: Environment): Promise<Transport> {
  const http = env['http_proxy'] || env['HTTP_PROXY'] || '';
  const https = env['https_proxy'] || env['HTTPS_PROXY'] || '';
  const named = [...new Set([http, https])].filter((address) => address !== '');
  if (named.length === 0) return { fetch: globalThis.fetch, proxy: null };
  const proxy = named.map(placeOf).join(', ');
  const { proxiedFetch } = await import('./proxied-fetch.ts');
  const noProxy = env['no_proxy'] ?? env['NO_PROXY'] ?? '';
  return { fetch: proxiedFetch({ httpProxy: http, httpsProxy: https, noProxy }), proxy };
}

/** What is wrong with an address is said without the address: it may hold a password. */
function placeOf(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new RangeError('HTTP_PROXY or HTTPS_PROXY is no http address');
  }
  return url.host;
}
