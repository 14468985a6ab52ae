/** Reads the body of an answer piece by piece, with a time-out between the pieces and a bound on the whole. */
import { setTimeout as after } from 'node:timers';

import type { z } from 'zod';

/** A body that did not come whole. */
export class TornBody extends Error {
  override readonly name = 'TornBody';
}

const mostBytes = 64 * 1024 * 1024;

/** The whole body as text. @throws TornBody */
export async function readBody(
  body: ReadableStream<Uint8Array> | null,
  signal: AbortSignal,
  idle: number,
): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of piecesOf(body, signal, idle)) {
    bytes += piece.length;
    if (bytes > mostBytes) throw new TornBody('the answer is larger than any list');
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

/** A body as JSON of the shape `schema`. @throws TornBody */
export function shaped<S extends z.ZodType>(text: string, schema: S): z.infer<S> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new TornBody('the answer is cut short, or no JSON');
  }
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  throw new TornBody(
    `the answer is not of the expected shape: \`${issue?.path.join('.') ?? ''}\` ${issue?.message ?? ''}`,
  );
}

/** The pieces of a body as they come. Leaving the loop closes the connection. @throws TornBody */
export async function* piecesOf(
  body: ReadableStream<Uint8Array> | null,
  signal: AbortSignal,
  idle: number,
): AsyncGenerator<Buffer> {
  if (body === null) return;
  const reader = body.getReader();
  let timedOut = false;
  const stop = (): void => void reader.cancel().catch(() => {});
  signal.addEventListener('abort', stop);
  let whole = false;
  try {
    for (;;) {
      const timer = after(() => {
        timedOut = true;
        stop();
      }, idle);
      const next = await reader.read().finally(() => clearTimeout(timer));
      signal.throwIfAborted();
      if (timedOut) throw new TornBody(`nothing came for ${Math.round(idle / 1000)} s`);
      if (next.done) break;
      yield Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
    }
    whole = true;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof TornBody) throw error;
    throw new TornBody(`the body was cut: ${error instanceof Error ? error.message : 'unknown'}`);
  } finally {
    signal.removeEventListener('abort', stop);
    if (!whole) stop();
  }
}
