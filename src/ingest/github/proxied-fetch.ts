/** fetch through proxies: undici's, since Node's own knows HTTP_PROXY only from 22.21 on. Loaded only where it is needed. */
import { EnvHttpProxyAgent, install, setGlobalDispatcher } from 'undici';

import type { Fetch } from './client.ts';

/** From here on the whole process fetches through the proxies. */
export function proxiedFetch(proxies: {
  readonly httpProxy: string;
  readonly httpsProxy: string;
  readonly noProxy: string;
}): Fetch {
  install();
  setGlobalDispatcher(new EnvHttpProxyAgent(proxies));
  return globalThis.fetch;
}
