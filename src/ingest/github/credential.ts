/** Who asks GitHub: a token that is what it is, or a GitHub App that gets a new one every hour. */
import { createHash } from 'node:crypto';

import type { Octokit } from '@octokit/rest';

export type Credential =
  | { readonly kind: 'none' }
  | { readonly kind: 'token'; readonly token: string }
  | {
      readonly kind: 'app';
      readonly appId: string;
      /** PEM, PKCS #8. */
      readonly privateKey: string;
      readonly installationId: string;
    };

/** What goes into the header that says who asks. */
export interface Asker {
  /** Null for nobody. */
  readonly authorization: () => Promise<string | null>;
  /** Makes the next authorization another one; false where there is no other. */
  readonly renew: () => Promise<boolean>;
}

/**
 * The asker of a credential; `request` is how an app asks for its tokens. Octokit is not left to do this
 * itself: it would send refused calls again for seconds, past the gate and every interruption.
 */
export async function askerFor(
  credential: Credential,
  request: Octokit['request'],
): Promise<Asker> {
  if (credential.kind === 'none') return fixed(null);
  if (credential.kind === 'token') return fixed(`token ${credential.token}`);
  const { createAppAuth } = await import('@octokit/auth-app');
  const { appId, privateKey, installationId } = credential;
  const auth = createAppAuth({ appId, privateKey, installationId, request });
  return {
    authorization: async () => `token ${(await auth({ type: 'installation' })).token}`,
    renew: async () => {
      await auth({ type: 'installation', refresh: true });
      return true;
    },
  };
}

function fixed(authorization: string | null): Asker {
  return {
    authorization: () => Promise.resolve(authorization),
    renew: () => Promise.resolve(false),
  };
}

const hourlyToken = /^ghs_/;

/**
 * A mark of whoever asks, by which a later ingest knows whether it is another one. It says nothing of the
 * token; those that live for an hour have one mark in common, since each night brings a new one.
 */
export function identityOf(credential: Credential): string {
  if (credential.kind === 'none') return 'none';
  if (credential.kind === 'app') return `app ${credential.appId}/${credential.installationId}`;
  if (hourlyToken.test(credential.token)) return 'installation';
  return createHash('sha256').update(`buildlog ${credential.token}`).digest('hex').slice(0, 16);
}
