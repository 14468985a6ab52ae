/** What may go wrong on the way, on command: a number of times, and then all is well. */
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

import type { FakeGithub } from './fake.ts';

export interface Fault {
  /** Held against `api /path?query` or `storage /path`. */
  readonly on: RegExp;
  /** How often it happens. */
  times: number;
  /** How many requests pass before. */
  after: number;
  readonly kind: FaultKind;
}

export type FaultKind =
  | {
      readonly is: 'status';
      readonly status: number;
      readonly headers?: OutgoingHttpHeaders;
      readonly body?: unknown;
    }
  /** Everybody has to wait; who does not is noted. */
  | {
      readonly is: 'penalty';
      readonly status: number;
      readonly headers: OutgoingHttpHeaders;
      readonly message: string;
      readonly milliseconds: number;
    }
  /** The body ends after so many bytes, and the connection with it. */
  | { readonly is: 'cut'; readonly at: number }
  /** No length is announced, and the end of the connection is the end of the body. */
  | { readonly is: 'unframed'; readonly at: number }
  /** The body is compressed and its end is missing, which its length does not tell. */
  | { readonly is: 'gzip-cut'; readonly keep: number }
  /** The body stops coming, and the connection stays. */
  | { readonly is: 'stall'; readonly at: number }
  /** The body comes in small pieces with a wait before each. */
  | { readonly is: 'drip'; readonly bytes: number; readonly milliseconds: number }
  /** The announced length is off by so many bytes; less than the body, and its rest is never read. */
  | { readonly is: 'wrong-length'; readonly by: number }
  | { readonly is: 'reset' }
  /** Headers are added to the right answer. */
  | { readonly is: 'headers'; readonly headers: OutgoingHttpHeaders }
  /** The right answer is changed. */
  | { readonly is: 'body'; readonly change: (body: string) => string }
  | { readonly is: 'redirect'; readonly location: string; readonly status: number };

/** One fault. */
export function fault(on: RegExp, kind: FaultKind, times = 1, after = 0): Fault {
  return { on, kind, times, after };
}

/** Lets a fault happen. False when the right answer is to follow. */
export function fail(
  fake: FakeGithub,
  { kind }: Fault,
  request: IncomingMessage,
  response: ServerResponse,
  answer: () => void,
): boolean {
  switch (kind.is) {
    case 'status':
      for (const [name, value] of Object.entries(kind.headers ?? {}))
        response.setHeader(name, value ?? '');
      if (typeof kind.body === 'string') {
        response.writeHead(kind.status, { 'content-type': 'text/html' });
        response.end(kind.body);
      } else fake.send(response, kind.status, kind.body ?? { message: 'Server Error' });
      return true;
    case 'penalty':
      for (const [name, value] of Object.entries(kind.headers))
        response.setHeader(name, value ?? '');
      fake.send(response, kind.status, { message: kind.message });
      // Those on their way when the answer left are no offence.
      response.on('finish', () => {
        const until = Date.now() + kind.milliseconds - 50;
        setTimeout(() => (fake.penaltyUntil = until), Math.min(kind.milliseconds / 3, 200));
      });
      return true;
    case 'reset':
      request.socket.destroy();
      return true;
    case 'redirect':
      response.writeHead(kind.status, { location: kind.location });
      response.end();
      return true;
    case 'headers':
      for (const [name, value] of Object.entries(kind.headers))
        response.setHeader(name, value ?? '');
      return false;
    default:
      spoil(kind, response);
      answer();
      return true;
  }
}

type Spoiling = Extract<
  FaultKind,
  { is: 'cut' | 'unframed' | 'gzip-cut' | 'stall' | 'body' | 'drip' | 'wrong-length' }
>;

/** Changes what the right answer writes. */
function spoil(kind: Spoiling, response: ServerResponse): void {
  const end = response.end.bind(response);
  const writeHead = response.writeHead.bind(response);
  let status = 200;
  response.writeHead = ((code: number, headers: OutgoingHttpHeaders = {}) => {
    status = code;
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value ?? '');
    return response;
  }) as typeof response.writeHead;
  response.end = ((body: Buffer | string = '') => {
    const bytes = Buffer.from(body);
    if (response.statusCode !== 200) status = response.statusCode;
    if (kind.is === 'body') {
      const text = kind.change(bytes.toString());
      response.setHeader('content-length', Buffer.byteLength(text));
      writeHead(status);
      return end(text);
    }
    if (kind.is === 'gzip-cut') {
      const part = gzipSync(bytes).subarray(0, kind.keep);
      response.setHeader('content-encoding', 'gzip');
      response.setHeader('content-length', part.length);
      writeHead(status);
      return end(part);
    }
    if (kind.is === 'unframed') {
      response.removeHeader('content-length');
      response.setHeader('connection', 'close');
      response.useChunkedEncodingByDefault = false;
      writeHead(status);
      response.write(bytes.subarray(0, kind.at));
      return end();
    }
    if (kind.is === 'wrong-length') {
      response.setHeader('content-length', bytes.length + kind.by);
      writeHead(status);
      response.write(bytes);
      setTimeout(() => response.socket?.destroy(), 20);
      return response;
    }
    writeHead(status);
    if (kind.is === 'drip') {
      void drip(bytes, kind, response).then(() => end());
      return response;
    }
    response.write(bytes.subarray(0, kind.at));
    if (kind.is === 'cut') setTimeout(() => response.socket?.destroy(), 20);
    return response;
  }) as typeof response.end;
}

async function drip(
  bytes: Buffer,
  { bytes: size, milliseconds }: Extract<FaultKind, { is: 'drip' }>,
  response: ServerResponse,
): Promise<void> {
  for (let at = 0; at < bytes.length && !response.destroyed; at += size) {
    response.write(bytes.subarray(at, at + size));
    await sleep(milliseconds);
  }
}
