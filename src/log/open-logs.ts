/**
 * From a path to the logs in it. A file may be one log (plain, gzip, UTF-16), many logs in GitHub's
 * run-log archive, or the output of `gh run view --log` with its job and step columns. The kind is
 * read from the first bytes, never from the name: plain logs are saved as `.zip` often enough.
 */
import { closeSync, createReadStream, fstatSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

import { ChunkSource, FileSource } from './byte-source.ts';
import { logsByColumn, startsWithColumns } from './gh-columns.ts';
import type { OpenedLog } from './opened-log.ts';
import { LineSplitter, type RawLine } from './raw-lines.ts';
import type { Part } from './run-archive.ts';
import { UnreadableLog } from './unreadable-log.ts';
import { isWebCopy, restoreMarks } from './web-copy.ts';

const chunkBytes = 256 * 1024;
const magicBytes = 4096;
/** What tells the kind of a log, and all of a small one. */
const headBytes = 64 * 1024;
const lineFeed = 0x0a;
/** Lent to one file at a time: to allocate one takes as long as to open a file. */
const spareHeads: Buffer[] = [];

/**
 * Opens the log or logs at `path` (`-` is standard input). A `part` is one of an archive; what turns out to be
 * none is all in the first.
 * @throws UnreadableLog for a folder, an empty file, a binary, a damaged archive
 */
export async function* openLogs(path: string, part: Part | null = null): AsyncGenerator<OpenedLog> {
  if (path === '-') {
    yield* logsInStream('standard input', process.stdin);
    return;
  }
  const file = openSync(path, 'r');
  const spare = spareHeads.pop() ?? Buffer.allocUnsafeSlow(headBytes);
  try {
    const info = fstatSync(file);
    if (info.isDirectory()) {
      throw new UnreadableLog(path, 'is a folder', `name its files: '${path}/*.log'`);
    }
    if (info.isFile()) {
      const head = spare.subarray(0, readSync(file, spare, 0, headBytes, 0));
      yield* logsInFile(path, file, head, head.length === info.size, part);
    } else yield* logsInStream(path, createReadStream(path, { fd: file, autoClose: false }));
  } finally {
    spareHeads.push(spare);
    closeSync(file);
  }
}

/** The logs in a file that begins with `head`. */
async function* logsInFile(
  path: string,
  file: number,
  head: Buffer,
  isWhole: boolean,
  part: Part | null,
): AsyncGenerator<OpenedLog> {
  if (head.length === 0) throw new UnreadableLog(path, 'is empty', 'download the log again');
  if (isZip(head)) {
    const { logsInArchive } = await import('./run-archive.ts');
    for await (const { source, jobName, chunks } of logsInArchive(path, part)) {
      yield plainLog(source, jobName, decoded(source, chunks));
    }
  } else if (part !== null && part.index > 0) return;
  else if (head[0] === 0x1f && head[1] === 0x8b) {
    yield* logsInStream(path, gunzipped(path));
  } else if (utf16Of(head) === null && kindOf(linesIn(head, isWhole)) === 'lines') {
    decoderFor(path, head);
    const bytes = new FileSource(file, head, isWhole);
    yield { source: path, jobName: null, bytes, batches: batchesOf(decoded(path, blocksOf(path))) };
  } else yield* logsInStream(path, blocksOf(path));
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
  const stream = decoded(source, chunks);
  const { head, all } = await peek(stream);
  if (head.length === 0) throw new UnreadableLog(source, 'is empty', 'download the log again');
  const kind = kindOf(linesIn(head, false));
  if (kind === 'columns') yield* logsByColumn(source, batchesOf(all));
  else if (kind === 'copy') {
    yield { source, jobName: null, bytes: null, batches: restoreMarks(batchesOf(all)) };
  } else yield plainLog(source, null, all);
}

function plainLog(
  source: string,
  jobName: string | null,
  chunks: AsyncGenerator<Buffer>,
): OpenedLog {
  return { source, jobName, bytes: new ChunkSource(chunks), batches: batchesOf(chunks) };
}

function kindOf(first: readonly RawLine[]): 'columns' | 'copy' | 'lines' {
  if (startsWithColumns(first)) return 'columns';
  return isWebCopy(first) ? 'copy' : 'lines';
}

function hasTwoLines(lines: readonly RawLine[]): boolean {
  return lines.filter(({ text }) => text.trim() !== '').length >= 2;
}

/** The first lines of a log; an unfinished one only if it is all there is. */
function linesIn(head: Buffer, isWhole: boolean): RawLine[] {
  // Mostly the first two lines are enough.
  const second = head.indexOf(lineFeed, head.indexOf(lineFeed) + 1) + 1;
  const few = new LineSplitter().push(head.subarray(0, second));
  if (hasTwoLines(few)) return few;
  const splitter = new LineSplitter();
  const lines = splitter.push(head);
  return lines.length === 0 || isWhole ? [...lines, ...splitter.finish()] : lines;
}

/** The beginning of a stream, and the stream with it: what tells its kind, not more than a long line. */
async function peek(
  chunks: AsyncGenerator<Buffer>,
): Promise<{ head: Buffer; all: AsyncGenerator<Buffer> }> {
  const held: Buffer[] = [];
  let bytes = 0;
  let lines = 0;
  while (bytes < headBytes && lines < 2) {
    const next = await chunks.next();
    if (next.done) break;
    held.push(Buffer.from(next.value)); // the reader may reuse the chunk's memory
    bytes += next.value.length;
    for (let at = next.value.indexOf(lineFeed); at >= 0 && lines < 2; lines++) {
      at = next.value.indexOf(lineFeed, at + 1);
    }
  }
  const head = Buffer.concat(held);
  async function* all(): AsyncGenerator<Buffer> {
    yield head;
    yield* chunks;
  }
  return { head, all: all() };
}

async function* batchesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<RawLine[]> {
  const splitter = new LineSplitter();
  for await (const chunk of chunks) {
    const lines = splitter.push(chunk);
    if (lines.length > 0) yield lines;
  }
  const last = splitter.finish();
  if (last.length > 0) yield last;
}

/** The chunks as UTF-8. @throws UnreadableLog for a binary, and when the stream breaks */
async function* decoded(
  source: string,
  chunks: AsyncIterable<Buffer | string>,
): AsyncGenerator<Buffer> {
  let decode: ((chunk: Buffer) => Buffer) | null = null;
  try {
    for await (const chunk of chunks) {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      decode ??= decoderFor(source, bytes);
      const text = decode(bytes);
      if (text.length > 0) yield text;
    }
  } catch (error) {
    if (error instanceof UnreadableLog) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new UnreadableLog(source, `cannot be read: ${reason}`, 'download the log again');
  }
}

/** An archive begins with its first entry, or with its end if it has none. */
function isZip(head: Buffer): boolean {
  return ['PK\u0003\u0004', 'PK\u0005\u0006'].includes(head.toString('latin1', 0, 4));
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
  let controls = 0;
  const count = (byte: number): void => {
    if (byte < 0x08 || (byte > 0x0d && byte < 0x1b)) controls++;
  };
  const bytes = new DataView(head.buffer, head.byteOffset, head.length);
  let at = 0;
  for (; at + 4 <= head.length; at += 4) {
    const four = bytes.getInt32(at);
    // Whether one of the four is below 0x20: such a byte borrows from its upper bit.
    if (((four - 0x20202020) & ~four & 0x80808080) === 0) continue;
    for (let index = 0; index < 4; index++) count(bytes.getUint8(at + index));
  }
  for (; at < head.length; at++) count(bytes.getUint8(at));
  return controls * 20 > head.length;
}

function utf16Of(first: Buffer): 'utf-16le' | 'utf-16be' | null {
  if (first[0] === 0xff && first[1] === 0xfe) return 'utf-16le';
  if (first[0] === 0xfe && first[1] === 0xff) return 'utf-16be';
  return null;
}

/** The last part of a source, for messages and tables. */
export function sourceName(source: string): string {
  return source.includes('!') ? source.slice(source.lastIndexOf('!') + 1) : basename(source);
}
