/**
 * Reading GitHub's API. Octokit builds the address and carries the token; bodies are read here, since
 * octokit turns a body that was cut into an empty one with status 200. A list is an answer only when it is
 * whole and has the shape of one.
 */
import { Octokit } from '@octokit/rest';
import { z } from 'zod';

import { readBody, shaped, TornBody } from './body.ts';
import { askerFor, identityOf, type Asker, type Credential } from './credential.ts';
import {
  answerIn,
  asFailure,
  classify,
  GithubFailure,
  limitOf,
  reasonOf,
  type Headers,
} from './failure.ts';
import type { Gate } from './gate.ts';
import type { Server } from './server.ts';
import { warningsIn } from './warnings.ts';

type Params = Readonly<Record<string, string | number | boolean>>;

export interface Answer<T> {
  readonly data: T;
  readonly headers: Headers;
  /** GitHub says that there is another page. */
  readonly hasNext: boolean;
}

interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly url: string;
  readonly body: ReadableStream<Uint8Array> | null;
}

/** What octokit hands on when it leaves the body alone; its own types promise the parsed one. */
interface RawReply {
  readonly status: number;
  readonly headers: Headers;
  readonly url: string;
  readonly data: unknown;
}

export type Fetch = typeof globalThis.fetch;

export interface ClientOptions {
  readonly userAgent: string;
  readonly fetch: Fetch;
  readonly warn: (message: string) => void;
}

const apiVersion = '2022-11-28';
const mostTries = 4;
const mostHops = 3;
const movedPermanently = new Set([301, 307, 308]);

const silent = (): void => {};

export class GithubClient {
  readonly server: Server;
  /** The mark of whoever asks; see `identityOf`. */
  readonly identity: string;
  readonly gate: Gate;
  readonly #octokit: Octokit;
  readonly #signal: AbortSignal;
  readonly #warn: (message: string) => void;
  readonly #asker: Asker;
  #sendsVersion = true;
  #warned = new Set<string>();
  #lastListAt: Date | null = null;

  /** A client that asks as `credential`. */
  static async create(
    server: Server,
    credential: Credential,
    gate: Gate,
    signal: AbortSignal,
    { userAgent, fetch, warn }: ClientOptions,
  ): Promise<GithubClient> {
    // Octokit's own log would print addresses with their signatures.
    const log = { debug: silent, info: silent, warn: silent, error: silent };
    const octokit = new Octokit({ baseUrl: server.api, userAgent, request: { fetch }, log });
    const asker = await askerFor(credential, octokit.request.defaults({ request: { signal } }));
    return new GithubClient(server, identityOf(credential), asker, octokit, gate, signal, warn);
  }

  private constructor(
    server: Server,
    identity: string,
    asker: Asker,
    octokit: Octokit,
    gate: Gate,
    signal: AbortSignal,
    warn: (message: string) => void,
  ) {
    this.server = server;
    this.identity = identity;
    this.gate = gate;
    this.#asker = asker;
    this.#signal = signal;
    this.#warn = warn;
    this.#octokit = octokit;
    this.#octokit.hook.before('request', (request) => {
      request.headers['accept'] = 'application/vnd.github+json';
      if (this.#sendsVersion) request.headers['x-github-api-version'] = apiVersion;
    });
  }

  /** When a list was last answered whole: proof that the token and the API version are good. */
  get lastListAt(): Date | null {
    return this.#lastListAt;
  }

  /** One JSON answer of the shape `schema`. @throws GithubFailure, Deferred */
  async json<S extends z.ZodType>(
    route: string,
    params: Params,
    schema: S,
  ): Promise<Answer<z.infer<S>>> {
    const answer = await this.jsonUnless(null, route, params, schema);
    if (answer !== null) return answer;
    throw new GithubFailure('unexpected', 304, 'nothing came for a question without conditions');
  }

  /** As `json`; null when the answer is still the one of `etag`, which takes nothing from the limit. */
  async jsonUnless<S extends z.ZodType>(
    etag: string | null,
    route: string,
    params: Params,
    schema: S,
  ): Promise<Answer<z.infer<S>> | null> {
    const condition = etag === null ? {} : { 'if-none-match': etag };
    return this.#trying(async () => {
      const answer = await this.#ask(route, params, condition);
      if (answer.status === 304) return null;
      if (answer.status !== 200) {
        await answer.body?.cancel();
        throw unexpected(answer, `HTTP ${answer.status} instead of a list`);
      }
      const text = await readBody(answer.body, this.#signal, this.gate.pace.idle);
      const data = shaped(text, schema);
      this.#noteHeaders(answer.headers);
      this.#lastListAt = this.gate.now();
      return { data, headers: answer.headers, hasNext: hasNext(answer.headers) };
    });
  }

  /** Where a job's log can be fetched from, for the next minute and without a token. @throws GithubFailure, Deferred */
  async logAddress(owner: string, repo: string, jobId: number): Promise<URL> {
    return this.#trying(async () => {
      const answer = await this.#ask('GET /repos/{owner}/{repo}/actions/jobs/{job_id}/logs', {
        owner,
        repo,
        job_id: jobId,
      });
      // Read, not canceled: that would close a connection that the next call can use.
      await readBody(answer.body, this.#signal, this.gate.pace.idle);
      const location = answer.headers['location'];
      if (answer.status !== 302 || location === undefined) {
        throw unexpected(answer, `HTTP ${answer.status} instead of a log's address`);
      }
      return new URL(String(location), answer.url);
    });
  }

  /** Tries again what failed by chance or ran into a limit; gives up on everything else. */
  async #trying<T>(once: () => Promise<T>): Promise<T> {
    let hasRenewed = false;
    for (let tries = 1; ; tries++) {
      try {
        await this.gate.enter();
        try {
          const result = await once();
          this.gate.passed();
          return result;
        } finally {
          this.gate.leave();
        }
      } catch (error) {
        this.#signal.throwIfAborted();
        const failure = asFailure(error);
        if (failure === null) throw error;
        if (failure.kind === 'version' && this.#sendsVersion) {
          this.#sendsVersion = false;
          continue;
        }
        if (failure.kind === 'authentication' && !hasRenewed) {
          hasRenewed = true;
          if (await this.#renewed()) continue;
        }
        if (failure.kind === 'limited') {
          // The gate holds everybody back, this call too; the limit itself counts its strikes.
          tries--;
          continue;
        }
        if (failure.kind !== 'transient' || tries >= mostTries) throw failure;
      }
      await this.gate.wait(this.gate.pace.backoff * 2 ** (tries - 1) * (0.75 + Math.random() / 2));
    }
  }

  async #renewed(): Promise<boolean> {
    return this.#asker.renew().catch((error: unknown) => {
      throw this.#failureOf(error);
    });
  }

  /** One call, with the hops to where a renamed repository is now: same origin only, since they carry the token. */
  async #ask(
    route: string,
    params: Params,
    condition: Readonly<Record<string, string>> = {},
  ): Promise<RawAnswer> {
    let answer = await this.#send(route, params, condition);
    for (let hop = 1; movedPermanently.has(answer.status); hop++) {
      await answer.body?.cancel();
      const target = new URL(String(answer.headers['location'] ?? ''), answer.url);
      const home = new URL(this.server.api);
      if (target.origin !== home.origin) {
        throw unexpected(answer, `a redirect to the other host ${target.host} is not followed`);
      }
      if (hop > mostHops) throw unexpected(answer, 'too many redirects');
      answer = await this.#send(`GET ${target.href}`, {}, condition);
    }
    return answer;
  }

  async #send(
    route: string,
    params: Params,
    condition: Readonly<Record<string, string>>,
  ): Promise<RawAnswer> {
    // Octokit reports a signal's time-out as an answer of 500 and would wait with a dead signal.
    const attempt = new AbortController();
    const abort = (): void => attempt.abort(this.#signal.reason);
    this.#signal.addEventListener('abort', abort);
    const timer = setTimeout(
      () => attempt.abort(new TornBody('no answer in time')),
      this.gate.pace.idle,
    );
    try {
      const authorization = await this.#asker.authorization();
      const { status, headers, url, data }: RawReply = await this.#octokit.request(route, {
        ...params,
        headers: { ...condition, ...(authorization === null ? {} : { authorization }) },
        request: { redirect: 'manual', parseSuccessResponseBody: false, signal: attempt.signal },
      });
      this.gate.note(headers);
      return { status, headers, url, body: data instanceof ReadableStream ? data : null };
    } catch (error) {
      this.#signal.throwIfAborted();
      // Octokit takes "nothing has changed" for an error.
      const answer = answerIn(error);
      if (answer?.status !== 304) throw this.#failureOf(error);
      this.gate.note(answer.headers);
      return { status: 304, headers: answer.headers, url: '', body: null };
    } finally {
      clearTimeout(timer);
      this.#signal.removeEventListener('abort', abort);
    }
  }

  #failureOf(error: unknown): unknown {
    const answer = answerIn(error);
    if (answer === null)
      return new GithubFailure('transient', null, `no answer: ${reasonOf(error)}`);
    const { status, headers, message } = answer;
    this.gate.note(headers);
    const limit = limitOf(status, headers, message);
    if (limit !== null) this.gate.limited(limit);
    return classify(status, headers, message);
  }

  /** Each warning once. */
  #noteHeaders(headers: Headers): void {
    for (const message of warningsIn(headers)) {
      if (!this.#warned.has(message)) this.#warn(message);
      this.#warned.add(message);
    }
  }
}

function unexpected({ status }: RawAnswer, words: string): GithubFailure {
  return new GithubFailure('unexpected', status, words);
}

function hasNext(headers: Headers): boolean {
  return /rel="?next"?/.test(String(headers['link'] ?? ''));
}
