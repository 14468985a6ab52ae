/**
 * A GitHub on loopback: an API and, on another port and host name, the storage of logs. It keeps every
 * request, fails on command, and complains of what a client must never do.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

import { Description } from './answers.ts';
import { fail, type Fault } from './faults.ts';
import type { FakeAttempt, FakeJob, FakeRepository, FakeRun } from './history.ts';
import { answerApi, answerPost } from './routes.ts';
import { sendLog } from './storage.ts';

export interface Recorded {
  readonly at: number;
  readonly to: 'api' | 'storage';
  /** With its query, but without what signs it. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  status: number;
  faulty: boolean;
}

export interface FakeOptions {
  /** What the fake takes for now. */
  readonly now?: () => Date;
  /** Calls an hour; null for a server that tells of no limit. */
  readonly limit?: number | null;
  readonly unfilteredCap?: number;
  readonly filteredCap?: number;
  /** Filtered lists do not know runs younger than this, in milliseconds: their index lags. */
  readonly filteredLag?: number;
  /** Before every path, as on a GHES. */
  readonly base?: string;
  /** Whether answers are held against GitHub's description. */
  readonly validates?: boolean;
  /** Whether answers have a mark by which they can be asked for if changed. */
  readonly etags?: boolean;
}

/** A token that must be found nowhere afterwards. */
export const canary = 'ghp_CANARYcanaryCANARYcanaryCANARY012345';

export interface FoundJob {
  readonly run: FakeRun;
  readonly attempt: FakeAttempt;
  readonly job: FakeJob;
}

export class FakeGithub {
  readonly repositories: FakeRepository[];
  readonly requests: Recorded[] = [];
  /** What a client must never do, and what the fake itself did wrong. */
  readonly violations: string[] = [];
  /** The first that fits a request happens to it. */
  readonly faults: Fault[] = [];
  /** Names that repositories had before. */
  readonly renamed = new Map<string, string>();
  /** Tokens that are accepted; null for any. An app of this GitHub adds to them, each time it asks. */
  tokens: string[] | null = null;
  /** Milliseconds of the newest penalty; a request before its end is a violation. */
  penaltyUntil = 0;
  remaining: number;
  inFlight = 0;
  mostInFlight = 0;
  /** Called for each request before it is answered. */
  onRequest: ((request: Recorded) => void) | null = null;
  readonly options: Required<FakeOptions>;
  readonly #servers: Server[] = [];
  #api = '';
  #storage = '';

  constructor(repositories: FakeRepository[], options: FakeOptions = {}) {
    this.repositories = repositories;
    const limit = options.limit === undefined ? 5000 : options.limit;
    this.options = {
      now: () => new Date(),
      unfilteredCap: 40_000,
      filteredCap: 1000,
      filteredLag: 0,
      base: '',
      validates: true,
      etags: true,
      ...options,
      limit,
    };
    this.remaining = limit ?? 0;
  }

  async start(port = 0): Promise<void> {
    if (this.options.validates) description();
    this.#api = `http://127.0.0.1:${await this.#listen('api', port)}`;
    this.#storage = `http://localhost:${await this.#listen('storage', 0)}`;
  }

  async stop(): Promise<void> {
    for (const server of this.#servers) {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    }
  }

  /** For `--api-url`. */
  get url(): string {
    return `${this.#api}${this.options.base}`;
  }

  /** Requests to the API so far. */
  get calls(): readonly Recorded[] {
    return this.requests.filter(({ to }) => to === 'api');
  }

  async #listen(to: 'api' | 'storage', port: number): Promise<number> {
    const server = createServer((request, response) => this.#serve(to, request, response));
    this.#servers.push(server);
    server.listen(port, to === 'api' ? '127.0.0.1' : 'localhost');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  #serve(to: 'api' | 'storage', request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://fake');
    const path = `${url.pathname}${url.searchParams.has('sig') ? '' : url.search}`;
    const recorded: Recorded = {
      at: Date.now(),
      to,
      path,
      headers: request.headers,
      status: 0,
      faulty: false,
    };
    this.requests.push(recorded);
    const sent = `${request.url ?? ''} ${JSON.stringify(request.headers)}`;
    if (to === 'storage' && sent.includes(canary)) {
      this.violations.push('the token was sent to the storage');
    }
    if (to === 'api') {
      this.inFlight++;
      this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
      if (recorded.at < this.penaltyUntil)
        this.violations.push(`a request during a penalty: ${path}`);
    }
    response.on('close', () => {
      recorded.status = response.statusCode;
      if (to === 'api') this.inFlight--;
    });
    this.onRequest?.(recorded);
    response.setHeader('date', this.options.now().toUTCString());
    if (to === 'api') this.#rateHeaders(response);
    const fault = this.faults.find(({ on, times }) => on.test(`${to} ${path}`) && times > 0);
    if (fault !== undefined && fault.after > 0) fault.after--;
    else if (fault !== undefined) {
      fault.times--;
      recorded.faulty = true;
      if (fail(this, fault, request, response, () => this.#answer(to, url, request, response)))
        return;
    }
    this.#answer(to, url, request, response);
  }

  #answer(
    to: 'api' | 'storage',
    url: URL,
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    if (to === 'storage') sendLog(this, url, request, response);
    else this.#callApi(url, request, response);
  }

  #rateHeaders(response: ServerResponse): void {
    const { limit, now } = this.options;
    if (limit === null) return;
    this.remaining = Math.max(this.remaining - 1, 0);
    response.setHeader('x-ratelimit-limit', limit);
    response.setHeader('x-ratelimit-remaining', this.remaining);
    response.setHeader('x-ratelimit-used', limit - this.remaining);
    response.setHeader('x-ratelimit-reset', Math.floor(now().getTime() / 1000) + 3000);
    response.setHeader('x-ratelimit-resource', 'core');
  }

  /** What has not changed counts for nothing. */
  #giveBack(response: ServerResponse): void {
    if (this.options.limit === null) return;
    this.remaining++;
    response.setHeader('x-ratelimit-remaining', this.remaining);
    response.setHeader('x-ratelimit-used', this.options.limit - this.remaining);
  }

  #callApi(url: URL, request: IncomingMessage, response: ServerResponse): void {
    if (request.headers['user-agent'] === undefined) this.violations.push('no user-agent');
    const { base } = this.options;
    if (!url.pathname.startsWith(base)) {
      this.send(response, 404, { message: 'Not Found' });
      return;
    }
    const asked = new URL(url.pathname.slice(base.length) + url.search, url);
    const { authorization = '' } = request.headers;
    if (request.method === 'POST') answerPost(this, asked, authorization, response);
    else if (this.tokens?.includes(authorization.replace(/^\w+ /, '')) === false) {
      this.send(response, 401, { message: 'Bad credentials' });
    } else answerApi(this, asked, response);
  }

  /** A signed address in the storage, good for a minute. */
  addressOf(jobId: number): string {
    const signature = `se=${Date.now() + 60_000}&sig=signature-of-${jobId}`;
    return `${this.#storage}/actions-results/${jobId}/job-logs.txt?${signature}`;
  }

  /** A job of a repository, where it stands. */
  jobIn(repository: FakeRepository, id: number): FoundJob | null {
    for (const run of repository.runs) {
      for (const attempt of run.attempts) {
        const job = attempt.jobs.find((candidate) => candidate.id === id);
        if (job !== undefined) return { run, attempt, job };
      }
    }
    return null;
  }

  /** The log in the storage; null where there is none. */
  logOf(id: number): Buffer | null {
    for (const repository of this.repositories) {
      const found = this.jobIn(repository, id);
      if (found !== null) return found.job.log?.() ?? null;
    }
    return null;
  }

  /** Sends JSON; an answer that GitHub would not give is a violation of the fake's own. */
  send(response: ServerResponse, status: number, body: unknown, path = ''): void {
    const flaw =
      this.options.validates && status === 200 && path !== ''
        ? description().flawOf(path, body)
        : null;
    if (flaw !== null) this.violations.push(`the fake's answer is none of GitHub's: ${flaw}`);
    const text = JSON.stringify(body);
    const { authorization = '', 'if-none-match': known } = response.req.headers;
    // Who asks is a part of it: another token's is never the same.
    const etag = `W/"${createHash('sha256').update(`${authorization} ${text}`).digest('hex')}"`;
    const headers = {
      'content-type': 'application/json; charset=utf-8',
      ...(status === 200 && this.options.etags ? { etag } : {}),
    };
    if (status === 200 && known === etag) {
      this.#giveBack(response);
      response.writeHead(304, headers);
      response.end();
      return;
    }
    response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(text) });
    response.end(text);
  }
}

let compiled: Description | null = null;

/** Compiled once for all fakes: it takes half a second. */
function description(): Description {
  compiled ??= new Description();
  return compiled;
}
