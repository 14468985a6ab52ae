/**
 * From a path to the logs in it. A file may be one log (plain, gzip, UTF-16), many logs in GitHub's
 * run-log archive, or the output of `gh run view --log` with its job and step columns. The kind is
 * read from the first bytes, never from the name: plain logs are saved as `.zip` often enough.
 */
import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

import { logsByColumn, startsWithColumns } from './gh-columns.ts';
import type { OpenedLog } from './opened-log.ts';
import { LineSplitter, type RawLine } from './raw-lines.ts';
import { logsInArchive } from './run-archive.ts';
import { UnreadableLog } from './unreadable-log.ts';
import { isWebCopy, restoreMarks } from './web-copy.ts';

const chunkBytes = 256 * 1024;
const magicBytes = 4096;

/**
 * Opens the log or logs at `path` (`-` is standard input).
 * @throws UnreadableLog for a folder, an empty file, a binary, a damaged archive
 */
export async function* openLogs(path: string): AsyncGenerator<OpenedLog> {
  if (path === '-') {
    yield* logsInStream('standard input', process.stdin);
    return;
  }
  const info = await stat(path);
  if (info.isDirectory()) {
    throw new UnreadableLog(path, 'is a folder', `name its files: '${path}/*.log'`);
  }
  if (info.size === 0) throw new UnreadableLog(path, 'is empty', 'download the log again');
  const magic = await readMagic(path);
  if (isZip(magic)) {
    for await (const entry of logsInArchive(path)) {
      yield { ...entry, batches: batchesOf(entry.source, entry.chunks) };
    }
    return;
  }
  const isGzip = magic[0] === 0x1f && magic[1] === 0x8b;
  yield* logsInStream(path, isGzip ? gunzipped(path) : blocksOf(path));
}

/**
 * The file in blocks, all in one buffer that is filled again and again: a consumer keeps copies. This is
 * several times faster than a stream, and leaves nothing to collect.
 */
async function* blocksOf(path: string): AsyncGenerator<Buffer> {
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.allocUnsafe(chunkBytes);
    for (;;) {
      const bytes = readSync(file, buffer, 0, chunkBytes, null);
      if (bytes === 0) return;
      yield buffer.subarray(0, bytes);
    }
  } finally {
    closeSync(file);
  }
}

async function* gunzipped(path: string): AsyncGenerator<Buffer> {
  // pipeline, unlike pipe, hands an error of the file on to the reader.
  const unzip = createGunzip({ chunkSize: chunkBytes });
  const done = pipeline(createReadStream(path), unzip);
  done.catch(() => {}); // the reader below sees the same error
  for await (const chunk of unzip) yield Buffer.from(chunk);
  await done;
}

/** The log or logs in bytes that come from elsewhere. @throws UnreadableLog when there are none */
export async function* logsInStream(
  source: string,
  chunks: AsyncIterable<Buffer | string>,
): AsyncGenerator<OpenedLog> {
  const batches = batchesOf(source, chunks)[Symbol.asyncIterator]();
  const first = await batches.next();
  if (first.done) throw new UnreadableLog(source, 'is empty', 'download the log again');
  const all = resume(first.value, batches);
  if (startsWithColumns(first.value)) yield* logsByColumn(source, all);
  else if (isWebCopy(first.value)) yield { source, jobName: null, batches: restoreMarks(all) };
  else yield { source, jobName: null, batches: all };
}

async function* resume<T>(first: T, rest: AsyncIterator<T>): AsyncGenerator<T> {
  yield first;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}

async function* batchesOf(
  source: string,
  chunks: AsyncIterable<Buffer | string>,
): AsyncGenerator<RawLine[]> {
  const splitter = new LineSplitter();
  let decode: ((chunk: Buffer) => Buffer) | null = null;
  try {
    for await (const chunk of chunks) {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      decode ??= decoderFor(source, bytes);
      const lines = splitter.push(decode(bytes));
      if (lines.length > 0) yield lines;
    }
  } catch (error) {
    if (error instanceof UnreadableLog) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new UnreadableLog(source, `cannot be read: ${reason}`, 'download the log again');
  }
  const last = splitter.finish();
  if (last.length > 0) yield last;
}

/** An archive begins with its first entry, or with its end if it has none. */
function isZip(magic: Buffer): boolean {
  return ['PK\u0003\u0004', 'PK\u0005\u0006'].includes(magic.toString('latin1'));
}

/** UTF-8 passes through; PowerShell's redirection writes UTF-16. */
function decoderFor(source: string, first: Buffer): (chunk: Buffer) => Buffer {
  const encoding = utf16Of(first);
  if (encoding !== null) {
    const decoder = new TextDecoder(encoding);
    return (chunk) => Buffer.from(decoder.decode(chunk, { stream: true }));
  }
  if (looksBinary(first.subarray(0, magicBytes))) {
    const help = 'give a job log: text, .gz, a run-log .zip or the output of gh run view --log';
    throw new UnreadableLog(source, 'is a binary file, not a log', help);
  }
  return (chunk) => chunk;
}

/** A stray NUL is normal (BuildKit passes program output through); one control byte in twenty is not. */
function looksBinary(head: Buffer): boolean {
  const controls = head.reduce(
    (n, byte) => n + (byte < 0x08 || (byte > 0x0d && byte < 0x1b) ? 1 : 0),
    0,
  );
  return controls * 20 > head.length;
}

function utf16Of(first: Buffer): 'utf-16le' | 'utf-16be' | null {
  if (first[0] === 0xff && first[1] === 0xfe) return 'utf-16le';
  if (first[0] === 0xfe && first[1] === 0xff) return 'utf-16be';
  return null;
}

async function readMagic(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** The last part of a source, for messages and tables. */
export function sourceName(source: string): string {
  return source.includes('!') ? source.slice(source.lastIndexOf('!') + 1) : basename(source);
}
