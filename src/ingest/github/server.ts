/** Which server is meant, by its API address: github.com, a ghe.com subdomain, a GHES, or a stand-in on loopback. */

export interface Server {
  /** The API's address without a slash at its end. */
  readonly api: string;
  /** The name of the host in every key of the store. */
  readonly host: string;
  /** Hosts that logs may be fetched from: `example.org`, or `.example.org` for all below it. */
  readonly logHosts: readonly string[];
  /** The API is on this machine: a fake or a tunnel; then plain HTTP is no risk. */
  readonly loopback: boolean;
}

/** Where github.com keeps logs. */
const githubLogHosts = ['.blob.core.windows.net', '.actions.githubusercontent.com'];
const loopbackNames = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * The server at an API address. A stand-in on loopback has no name of its own: it speaks for `named`, else
 * for github.com.
 * @throws RangeError in words, when the address cannot be used
 */
export function serverAt(
  address: string,
  named: string | null,
  logHosts: readonly string[],
): Server {
  const url = parsed(address);
  const loopback = isLoopback(url);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback)) {
    throw new RangeError(`${url.protocol}//${url.host} would send the token in the clear`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new RangeError('the API address holds a name or password');
  }
  const api = `${url.origin}${url.pathname}`.replace(/\/+$/, '');
  if (loopback) return { api, host: named ?? 'github.com', logHosts, loopback };
  if (url.hostname === 'api.github.com') {
    return { api, host: 'github.com', logHosts: [...githubLogHosts, ...logHosts], loopback };
  }
  const host = url.host.replace(/^api\.(?=.*\.ghe\.com$)/, '');
  const own = host.endsWith('.ghe.com') ? githubLogHosts : [host, `.${host}`];
  return { api, host, logHosts: [...own, ...logHosts], loopback };
}

/** The API address of a host name, as GitHub's own command line makes it. */
export function apiOf(host: string): string {
  if (host === 'github.com') return 'https://api.github.com';
  return host.endsWith('.ghe.com') ? `https://api.${host}` : `https://${host}/api/v3`;
}

/** Whether a log may be fetched from there; null when it may, else why not. */
export function refusalOf(url: URL, server: Server): string | null {
  const place = `${url.protocol}//${url.host}`;
  if (server.loopback && isLoopback(url)) return null;
  if (url.protocol !== 'https:' || url.port !== '' || url.username !== '' || url.password !== '') {
    return `the log's address ${place} is no plain https address`;
  }
  const name = url.hostname;
  const allowed = server.logHosts.some((host) =>
    host.startsWith('.') ? name.endsWith(host) : name === host,
  );
  return allowed
    ? null
    : `logs are kept on ${name}, which is not known to belong to ${server.host}`;
}

function isLoopback(url: URL): boolean {
  return loopbackNames.has(url.hostname);
}

function parsed(address: string): URL {
  try {
    return new URL(address);
  } catch {
    throw new RangeError(`${address} is no address`);
  }
}

const namePart = /^[A-Za-z0-9_.-]+$/;

/** Whether this may stand in a path: octokit encodes slashes, but `..` would survive. */
export function isName(part: string): boolean {
  return namePart.test(part) && part !== '.' && part !== '..';
}
