/**
 * One job log: its address is asked for with the token, its bytes are fetched without it from where GitHub
 * keeps logs. A cut is resumed by Range, a stall is noticed, the length is checked. Bytes are handed on as
 * they come.
 */
import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { piecesOf, TornBody } from './body.ts';
import type { Fetch } from './client.ts';
import { reasonOf } from './failure.ts';
import type { Pace } from './gate.ts';
import { refusalOf, type Server } from './server.ts';

/** Why a log could not be had although GitHub gave its address. */
export type LogFailureKind =
  /** There is nothing at the address: not there yet, or never. */
  | 'missing'
  | 'too-big'
  /** The address is not one that logs are fetched from. */
  | 'refused'
  /** What was read is no longer what is there: begin again. */
  | 'changed'
  | 'unreachable';

export class LogFailure extends Error {
  override readonly name = 'LogFailure';
  readonly kind: LogFailureKind;

  constructor(kind: LogFailureKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

export interface DownloadOptions {
  readonly server: Server;
  readonly fetch: Fetch;
  readonly pace: Pace;
  readonly signal: AbortSignal;
  readonly userAgent: string;
  /** A larger log is not fetched. */
  readonly maxBytes: number;
}

const mostTries = 4;
/** GitHub documents a minute for the address. */
const addressLifetime = 50_000;

/** One download; `chunks` may be read once. */
export class LogDownload {
  readonly #address: () => Promise<URL>;
  readonly #options: DownloadOptions;
  #target: URL | null = null;
  #targetAt = 0;
  #bytes = 0;
  #etag: string | null = null;
  #length: number | null = null;
  #decoded = false;
  #sealed = true;

  constructor(address: () => Promise<URL>, options: DownloadOptions) {
    this.#address = address;
    this.#options = options;
  }

  /** Bytes so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The length was announced and is right: nothing is missing. Else a cut would not have been noticed. */
  get verified(): boolean {
    return this.#length === this.#bytes && !this.#decoded && this.#sealed;
  }

  /** @throws LogFailure, GithubFailure, Deferred */
  async *chunks(): AsyncGenerator<Buffer> {
    const { pace, signal } = this.#options;
    const deadline = performance.now() + pace.wholeLog;
    for (let tries = 1; ; tries++) {
      const before = this.#bytes;
      try {
        const body = await this.#open();
        if (body !== 'done') yield* this.#read(body, deadline);
        return;
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof TornBody)) throw error;
        if (this.#bytes > before) tries = 1;
        if (tries >= mostTries || performance.now() > deadline) {
          throw new LogFailure('unreachable', error.message);
        }
      }
      await sleep(pace.backoff * 2 ** (tries - 1), undefined, { signal });
    }
  }

  async *#read(body: ReadableStream<Uint8Array> | null, deadline: number): AsyncGenerator<Buffer> {
    const { signal, pace, maxBytes } = this.#options;
    for await (const piece of piecesOf(body, signal, pace.idle)) {
      this.#bytes += piece.length;
      if (this.#bytes > maxBytes) {
        throw new LogFailure('too-big', `the log is larger than ${maxBytes} bytes`);
      }
      yield piece;
      if (performance.now() > deadline)
        throw new LogFailure('unreachable', 'the log takes too long');
    }
    if (this.#length !== null && !this.#decoded && this.#bytes < this.#length) {
      throw new TornBody(`${this.#bytes} of ${this.#length} bytes came`);
    }
  }

  /** Opens the body at the byte where the last one ended. */
  async #open(): Promise<ReadableStream<Uint8Array> | null | 'done'> {
    const response = await this.#fetch(await this.#fresh());
    const { status, headers, body } = response;
    if (status === 200 || status === 206) {
      try {
        this.#accept(status, headers);
      } catch (error) {
        await body?.cancel();
        throw error;
      }
      return body;
    }
    await body?.cancel();
    if (status === 416 && this.#bytes > 0 && this.#bytes === this.#length) return 'done';
    if (status === 412 || status === 416)
      throw new LogFailure('changed', 'the log has changed meanwhile');
    if (status === 404)
      throw new LogFailure('missing', 'there is nothing at the address of the log');
    // A refusal of the storage is no refusal of GitHub's: the address has run out.
    if (status === 401 || status === 403) this.#target = null;
    throw new TornBody(`the log's storage answers with HTTP ${status}`);
  }

  #accept(status: number, headers: globalThis.Headers): void {
    const type = headers.get('content-type') ?? '';
    // An error page that comes with status 200 is no log.
    if (/html|json|xml/.test(type)) throw new TornBody(`${type} came instead of a log`);
    if (this.#bytes > 0 && !this.#continues(status, headers)) {
      throw new LogFailure('changed', 'the log could not be resumed');
    }
    if (this.#bytes === 0) this.#begin(headers);
    if (this.#length !== null && this.#length > this.#options.maxBytes) {
      throw new LogFailure('too-big', `the log has ${this.#length} bytes`);
    }
  }

  async #fetch(target: URL): Promise<Response> {
    const { signal, pace, userAgent } = this.#options;
    const attempt = new AbortController();
    const abort = (): void => attempt.abort(signal.reason);
    signal.addEventListener('abort', abort);
    const timer = setTimeout(() => attempt.abort(), pace.idle);
    try {
      return await this.#options.fetch(target, {
        redirect: 'error',
        signal: attempt.signal,
        headers: {
          // A gzip stream that is cut ends without an error.
          'accept-encoding': 'identity',
          'user-agent': userAgent,
          ...(this.#bytes > 0 ? { range: `bytes=${this.#bytes}-` } : {}),
          ...(this.#bytes > 0 && this.#etag !== null ? { 'if-match': this.#etag } : {}),
        },
      });
    } catch (error) {
      signal.throwIfAborted();
      throw new TornBody(`the log's storage cannot be reached: ${reasonOf(error)}`);
    } finally {
      clearTimeout(timer);
      // The body is read later; piecesOf listens for it.
      signal.removeEventListener('abort', abort);
    }
  }

  async #fresh(): Promise<URL> {
    if (this.#target !== null && performance.now() - this.#targetAt < addressLifetime)
      return this.#target;
    const target = await this.#address();
    const refusal = refusalOf(target, this.#options.server) ?? (await this.#privateAddress(target));
    if (refusal !== null) throw new LogFailure('refused', refusal);
    this.#target = target;
    this.#targetAt = performance.now();
    return target;
  }

  /** GitHub's own storage is on the open net; an address inside ours would be a trap. */
  async #privateAddress({ hostname }: URL): Promise<string | null> {
    if (this.#options.server.host !== 'github.com' || this.#options.server.loopback) return null;
    const addresses = await lookup(hostname, { all: true }).catch(() => []);
    const inside = addresses.some(({ address }) => isInside(address));
    return inside ? `${hostname} is a name for an address inside this network` : null;
  }

  #begin(headers: globalThis.Headers): void {
    const length = headers.get('content-length');
    this.#length = length === null ? null : Number(length);
    this.#decoded = headers.has('content-encoding');
    this.#etag = headers.get('etag');
    const appended = headers.get('x-ms-blob-type') === 'AppendBlob';
    this.#sealed = !appended || headers.get('x-ms-blob-sealed') === 'true';
  }

  /** Without an etag nobody can tell whether the rest belongs to the beginning. */
  #continues(status: number, headers: globalThis.Headers): boolean {
    const start = /^bytes (\d+)-/.exec(headers.get('content-range') ?? '')?.[1];
    return status === 206 && this.#etag !== null && Number(start) === this.#bytes;
  }
}

const inside = new BlockList();
for (const [net, bits] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['100.64.0.0', 10],
  ['0.0.0.0', 8],
] as const) {
  inside.addSubnet(net, bits, 'ipv4');
}
for (const [net, bits] of [
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
] as const) {
  inside.addSubnet(net, bits, 'ipv6');
}

function isInside(address: string): boolean {
  return inside.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}
