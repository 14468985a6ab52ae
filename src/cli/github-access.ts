/** From arguments and environment to a server and the token that belongs to it. A token goes to its own host only. */
import { createPrivateKey } from 'node:crypto';

import type { Credential } from '../ingest/github/credential.ts';
import { apiOf, isName, serverAt, type Server } from '../ingest/github/server.ts';
import { transportFor, type Transport } from '../ingest/github/transport.ts';
import { UsageError } from './exit-code.ts';
import type { AccessOptions } from './options.ts';

export interface Access {
  readonly server: Server;
  readonly credential: Credential;
  /** The variable that holds it, or should. */
  readonly credentialFrom: string;
}

/** `--api-url`, else GITHUB_API_URL as Actions sets it, else GH_HOST, else github.com. @throws UsageError */
export function githubAccess(
  { apiUrl, logHost = [] }: AccessOptions,
  env: NodeJS.ProcessEnv,
): Access {
  const named = env['GH_HOST'] || null;
  const given = apiUrl ?? (named === null ? env['GITHUB_API_URL'] || undefined : undefined);
  const api = given ?? apiOf(named ?? 'github.com');
  try {
    const server = serverAt(api, named, logHost);
    return { server, ...(appFor(server, env) ?? tokenFor(server, env)) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UsageError(
      error.message,
      'give the API address: --api-url https://ghe.example.org/api/v3',
    );
  }
}

/** How requests get to a server from here. @throws UsageError */
export async function githubTransport(env: NodeJS.ProcessEnv): Promise<Transport> {
  try {
    return await transportFor(env);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UsageError(error.message, 'set it like http://proxy.example.org:3128, or unset it');
  }
}

/** A GitHub App of the server, where all three variables of one are set. @throws UsageError */
function appFor({ host }: Server, env: NodeJS.ProcessEnv): Omit<Access, 'server'> | null {
  const [appId, installationId] = [env['BUILDLOG_APP_ID'], env['BUILDLOG_APP_INSTALLATION']];
  const key = env['BUILDLOG_APP_KEY'];
  if (!appId || !installationId || !key) return null;
  // As a token does, an app belongs to one host.
  if (host !== (env['BUILDLOG_APP_HOST'] || 'github.com')) return null;
  return {
    credential: { kind: 'app', appId, installationId, privateKey: pkcs8(key) },
    credentialFrom: 'BUILDLOG_APP_ID',
  };
}

/** GitHub hands out keys in an older form, and some places keep line ends as two characters. */
function pkcs8(key: string): string {
  try {
    return createPrivateKey(key.replaceAll('\\n', '\n'))
      .export({ type: 'pkcs8', format: 'pem' })
      .toString();
  } catch {
    throw new UsageError(
      'BUILDLOG_APP_KEY holds no private key',
      'give the content of the file that GitHub made: BUILDLOG_APP_KEY="$(cat app.pem)"',
    );
  }
}

/** The variables of GitHub's own command line, in its order. */
function tokenFor({ host, api }: Server, env: NodeJS.ProcessEnv): Omit<Access, 'server'> {
  const isPublic = host === 'github.com' || host.endsWith('.ghe.com');
  // Inside Actions on a GHES the job's own token is that server's.
  const isOwn =
    env['GITHUB_ACTIONS'] === 'true' && env['GITHUB_API_URL']?.replace(/\/+$/, '') === api;
  const names = isPublic
    ? ['GH_TOKEN', 'GITHUB_TOKEN']
    : ['GH_ENTERPRISE_TOKEN', 'GITHUB_ENTERPRISE_TOKEN', ...(isOwn ? ['GITHUB_TOKEN'] : [])];
  const name = names.find((variable) => env[variable]?.trim());
  const token = name === undefined ? '' : (env[name]?.trim() ?? '');
  return {
    credential: token === '' ? { kind: 'none' } : { kind: 'token', token },
    credentialFrom: name ?? names[0] ?? '',
  };
}

/** `OWNER/REPO`, or an address of one. @throws UsageError */
export function repositoryOf(text: string): string {
  const [owner = '', repo = '', ...more] = text
    .replace(/^https:\/\/[^/]+\//, '')
    .replace(/\.git$/, '')
    .split('/');
  if (more.length > 0 || !isName(owner) || !isName(repo)) {
    throw new UsageError(
      `${text} is no repository`,
      'give it as OWNER/REPO: buildlog ingest github acme/shop',
    );
  }
  return `${owner}/${repo}`;
}

/** `14d`, `36h`, or a date: a moment by the server's clock. @throws UsageError */
export function sinceOf(text: string, option = '--since'): (now: number) => number {
  const [, count, unit] = /^(\d{1,5})([dh])$/.exec(text) ?? [];
  if (count !== undefined) {
    const length = Number(count) * (unit === 'd' ? 86_400_000 : 3_600_000);
    return (now) => now - length;
  }
  const at = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) {
    throw new UsageError(
      `${option} ${text} is no time`,
      `give days, hours or a date: ${option} 14d, ${option} 2026-11-01`,
    );
  }
  return () => at;
}
