/**
 * What an answer of GitHub's that is no success means. One status code has several meanings: 403 has six,
 * 404 four, 410 two. What is concluded from a code alone is never final for a log.
 */

import { z } from 'zod';

import { TornBody } from './body.ts';

export type Headers = Readonly<Record<string, string | number | undefined>>;

export type FailureKind =
  /** The token is bad, expired or revoked: nothing more can be asked of this host. */
  | 'authentication'
  /** The organization wants single sign-on, or the token lacks a permission. */
  | 'denied'
  /** An IP allow list, a disabled repository, a legal order. */
  | 'blocked'
  | 'not-found'
  /** 410: a log that expired, or an API version that was retired; who asked must tell. */
  | 'gone'
  /** The API version that we speak is no more. */
  | 'retired'
  /** A primary or secondary limit; the gate waits. */
  | 'limited'
  /** Worth another try at once. */
  | 'transient'
  /** The list is asked for deeper than GitHub goes. */
  | 'too-deep'
  /** An old server that does not know the version header. */
  | 'version'
  /** Anything that should not happen: ours or GitHub's bug. */
  | 'unexpected';

/** An answer that was no success, in words that hold no secret. */
export class GithubFailure extends Error {
  override readonly name = 'GithubFailure';
  readonly kind: FailureKind;
  readonly status: number | null;
  readonly help: string | null;

  constructor(
    kind: FailureKind,
    status: number | null,
    message: string,
    help: string | null = null,
  ) {
    super(redact(message));
    this.kind = kind;
    this.status = status;
    this.help = help === null ? null : redact(help);
  }
}

/** The rest has to wait for another time: a limit or a budget. What was done is kept. */
export class Deferred extends Error {
  override readonly name = 'Deferred';
}

/** How long a limit lasts, from its answer. */
export interface Limit {
  readonly kind: 'primary' | 'secondary';
  /** Seconds to wait as the server says; null where it does not. */
  readonly retryAfter: number | null;
  /** Epoch seconds by the server's clock; null where it does not say. */
  readonly reset: number | null;
}

const secondaryWords = /\bsecondary rate\b|abuse detection/i;
const secrets =
  /\b(?:gh[a-z]_[A-Za-z0-9_]{8,}|github_pat_\w{8,})|\b(sig|signature|se|sp)=[^&\s"']+/g;

/** Takes out of a text everything that looks like a token or a signed address. */
export function redact(text: string): string {
  return text.replaceAll(secrets, (_, name?: string) =>
    name === undefined ? '***' : `${name}=***`,
  );
}

const headersSchema = z.record(z.string(), z.union([z.string(), z.number(), z.undefined()]));
const httpError = z.object({
  response: z.object({ status: z.number(), headers: headersSchema, data: z.unknown() }),
});
const saidSchema = z.object({ message: z.string() });

/** The answer inside an error of octokit's; null when there was none. */
export function answerIn(
  error: unknown,
): { readonly status: number; readonly headers: Headers; readonly message: string } | null {
  const read = httpError.safeParse(error);
  if (!read.success) return null;
  const { status, headers, data } = read.data.response;
  const said = saidSchema.safeParse(data);
  if (said.success) return { status, headers, message: said.data.message };
  // A proxy's page: its title is enough.
  const title = typeof data === 'string' ? /<title>([^<]*)/i.exec(data)?.[1] : undefined;
  return { status, headers, message: title ?? '' };
}

/** A failure of one question; null for an error that is none. */
export function asFailure(error: unknown): GithubFailure | null {
  if (error instanceof GithubFailure) return error;
  return error instanceof TornBody ? new GithubFailure('transient', null, error.message) : null;
}

/** Why nothing came: the innermost cause, since fetch itself only says that it failed. */
export function reasonOf(error: unknown): string {
  let reason = '';
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    // One failure for each address of a host is a list without words.
    const code = 'code' in at && typeof at.code === 'string' ? at.code : '';
    reason = at.message || code || reason;
  }
  return redact(reason === '' ? String(error) : reason);
}

/** The limit that an answer speaks of; null when it is none. */
export function limitOf(status: number, headers: Headers, message: string): Limit | null {
  if (status !== 403 && status !== 429) return null;
  const retryAfter = number(headers['retry-after']);
  const reset = number(headers['x-ratelimit-reset']);
  const spent = number(headers['x-ratelimit-remaining']) === 0;
  if (spent && !secondaryWords.test(message)) return { kind: 'primary', retryAfter, reset };
  if (status === 429 || retryAfter !== null || secondaryWords.test(message)) {
    return { kind: 'secondary', retryAfter, reset: null };
  }
  return null;
}

/** What a status of 400 and above means. */
export function classify(status: number, headers: Headers, message: string): GithubFailure {
  const said = message === '' ? `HTTP ${status}` : `HTTP ${status}: ${message.slice(0, 200)}`;
  if (limitOf(status, headers, message) !== null) return new GithubFailure('limited', status, said);
  if (status === 401) {
    const help = 'set GH_TOKEN to a valid token with read access to Actions';
    return new GithubFailure('authentication', status, `the token is not accepted (${said})`, help);
  }
  if (status === 403) return forbidden(headers, message, said);
  if (status === 404) {
    return new GithubFailure(
      'not-found',
      status,
      `there is no such thing, or the token may not see it (${said})${permission(headers)}`,
    );
  }
  if (status === 400 && /version/i.test(message)) return new GithubFailure('version', status, said);
  if (status === 410) return new GithubFailure('gone', status, said);
  if (status === 422) return new GithubFailure('too-deep', status, said);
  if (status === 451) return new GithubFailure('blocked', status, said);
  if (status >= 500) return new GithubFailure('transient', status, said);
  return new GithubFailure('unexpected', status, `an answer that should not come (${said})`);
}

function forbidden(headers: Headers, message: string, said: string): GithubFailure {
  const sso = /^required; url=(\S+)/.exec(String(headers['x-github-sso'] ?? ''))?.[1];
  if (sso !== undefined) {
    return new GithubFailure(
      'denied',
      403,
      'the organization wants single sign-on for this token',
      `authorize the token within the hour: ${sso}`,
    );
  }
  if (/not accessible by|must have admin rights/i.test(message)) {
    const help = 'give the token read access to Actions of this repository';
    return new GithubFailure(
      'denied',
      403,
      `the token lacks a permission (${said})${permission(headers)}`,
      help,
    );
  }
  return new GithubFailure('blocked', 403, `access is refused (${said})${permission(headers)}`);
}

function permission(headers: Headers): string {
  const accepted = headers['x-accepted-github-permissions'];
  return accepted === undefined || accepted === '' ? '' : `; it needs ${accepted}`;
}

/** A number in a header; null where there is none. */
export function number(value: string | number | undefined): number | null {
  if (value === undefined || value === '') return null;
  const read = Number(value);
  return Number.isFinite(read) ? read : null;
}
