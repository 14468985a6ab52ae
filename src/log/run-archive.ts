/**
 * GitHub's run-log archive: `0_<job>.txt` at the top for each job, and a folder for each job with one
 * file per step. The top-level files are whole job logs; the step files are used when those are missing.
 */
import { closeSync, fstatSync, openSync } from 'node:fs';
import { crc32, inflateRawSync } from 'node:zlib';

import yauzl, { type Entry, type ZipFile } from 'yauzl';

import { redact } from '../model/redaction.ts';
import { UnreadableLog } from './unreadable-log.ts';
import { ZipBytes } from './zip-bytes.ts';

export interface ArchivedLog {
  readonly source: string;
  readonly jobName: string;
  readonly chunks: AsyncIterable<Buffer>;
}

/** More than any job log; a bomb promises more. */
const maxEntryBytes = 8 * 1024 ** 3;
/** Entries up to this size are unpacked at once, in half the time that a stream takes. */
const wholeBytes = 4 * 1024 ** 2;
const localHeaderBytes = 30;
const deflated = 8;
const jobFile = /^-?\d+_([^/]+)\.txt$/;
const stepFile = /^([^/]+)\/(\d+)_[^/]+\.txt$/;

/** One of `count` parts of an archive with about as many jobs each, counted from 0. */
export interface Part {
  readonly index: number;
  readonly count: number;
}

/** The job logs in the archive at `path`. @throws UnreadableLog when it is damaged or holds none */
export async function* logsInArchive(path: string, part: Part | null): AsyncGenerator<ArchivedLog> {
  const file = openSync(path, 'r');
  try {
    const bytes = new ZipBytes(path, file);
    const zip = await openZip(path, bytes, fstatSync(file).size);
    const entries = await listEntries(path, zip);
    const jobs = jobsIn(entries);
    if (jobs.size === 0) {
      throw new UnreadableLog(path, 'is an archive without job logs', 'give a run-log archive');
    }
    for (const [name, files] of partOf([...jobs], part)) {
      yield {
        source: `${path}!${redact(name)}`,
        jobName: redact(jobFile.exec(name)?.[1] ?? name),
        chunks: contentsOf(path, zip, bytes, files),
      };
    }
  } finally {
    closeSync(file);
  }
}

function partOf<T>(all: readonly T[], part: Part | null): readonly T[] {
  if (part === null) return all;
  const from = (index: number): number => Math.round((all.length * index) / part.count);
  return all.slice(from(part.index), from(part.index + 1));
}

function jobsIn(entries: readonly Entry[]): Map<string, Entry[]> {
  const whole = entries.filter(({ fileName }) => jobFile.test(fileName));
  if (whole.length > 0) return new Map(whole.map((entry) => [entry.fileName, [entry]]));
  const steps = entries.flatMap((entry) => {
    const [, job, number] = stepFile.exec(entry.fileName) ?? [];
    return job === undefined ? [] : [{ job, number: Number(number), entry }];
  });
  const jobs = new Map<string, Entry[]>();
  for (const { job, entry } of steps.toSorted((a, b) => a.number - b.number)) {
    jobs.set(job, [...(jobs.get(job) ?? []), entry]);
  }
  return jobs;
}

async function openZip(path: string, bytes: ZipBytes, size: number): Promise<ZipFile> {
  try {
    return await yauzl.fromRandomAccessReaderPromise(bytes, size, {
      autoClose: false,
      validateEntrySizes: true,
    });
  } catch (error) {
    throw damaged(path, error);
  }
}

function listEntries(path: string, zip: ZipFile): Promise<Entry[]> {
  return new Promise((resolve, reject) => {
    const entries: Entry[] = [];
    zip.on('entry', (entry: Entry) => {
      entries.push(entry);
      zip.readEntry();
    });
    zip.on('end', () => resolve(entries));
    zip.on('error', (error: unknown) => reject(damaged(path, error)));
    zip.readEntry();
  });
}

async function* contentsOf(
  path: string,
  zip: ZipFile,
  bytes: ZipBytes,
  files: readonly Entry[],
): AsyncGenerator<Buffer> {
  for (const entry of files) {
    if (entry.uncompressedSize > maxEntryBytes) {
      throw new UnreadableLog(path, `${entry.fileName} is too large`, 'leave it out');
    }
    if (isSmall(entry)) {
      yield unpack(path, bytes, entry);
      continue;
    }
    const stream = await new Promise<NodeJS.ReadableStream>((resolve, reject) => {
      zip.openReadStream(entry, (error, opened) => {
        if (error) reject(damaged(path, error));
        else resolve(opened);
      });
    });
    for await (const chunk of stream) yield Buffer.from(chunk);
  }
}

function isSmall(entry: Entry): boolean {
  const { compressionMethod, uncompressedSize, compressedSize } = entry;
  return (
    compressionMethod === deflated &&
    !entry.isEncrypted() &&
    Math.max(uncompressedSize, compressedSize) <= wholeBytes
  );
}

/** The entry's text. What unpacks to more than its entry promised is a bomb, or damaged. @throws UnreadableLog */
function unpack(path: string, bytes: ZipBytes, entry: Entry): Buffer {
  try {
    const start = entry.relativeOffsetOfLocalHeader;
    const header = bytes.at(start, localHeaderBytes);
    if (header.length < localHeaderBytes) throw new Error('is cut');
    // The local header's own name and extra field may differ in length from the directory's.
    const data = start + localHeaderBytes + header.readUInt16LE(26) + header.readUInt16LE(28);
    const packed = bytes.at(data, entry.compressedSize);
    if (packed.length < entry.compressedSize) throw new Error('is cut');
    // One byte more than promised is enough to see that there is more, and all comes in one piece.
    const most = entry.uncompressedSize + 1;
    const text = inflateRawSync(packed, { maxOutputLength: most, chunkSize: Math.max(most, 64) });
    if (text.length !== entry.uncompressedSize) throw new RangeError();
    if (crc32(text) !== entry.crc32) throw new Error('has another check sum');
    return text;
  } catch (error) {
    const isSize = error instanceof RangeError;
    const reason = isSize ? 'has another size' : error instanceof Error ? error.message : '';
    throw damaged(path, new Error(`${entry.fileName} ${reason}`));
  }
}

function damaged(path: string, error: unknown): UnreadableLog {
  const reason = error instanceof Error ? error.message : String(error);
  return new UnreadableLog(path, `is a damaged archive: ${reason}`, 'download it again');
}
