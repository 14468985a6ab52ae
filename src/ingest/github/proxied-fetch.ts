/** fetch through proxies: undici's own, since Node's knows HTTP_PROXY only from 22.21 on. Loaded only where it is needed. */
import { EnvHttpProxyAgent, fetch } from 'undici';

import type { Fetch } from './client.ts';

export function proxiedFetch(proxies: {
  readonly httpProxy: string;
  readonly httpsProxy: string;
  readonly noProxy: string;
}): Fetch {
  const dispatcher = new EnvHttpProxyAgent(proxies);
  // The same function: Node's types are those of the undici inside Node.
  return ((address: URL | string, init: object) =>
    fetch(address, { ...init, dispatcher })) as unknown as Fetch;
}
