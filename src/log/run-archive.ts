/**
 * GitHub's run-log archive: `0_<job>.txt` at the top for each job, and a folder for each job with one
 * file per step. The top-level files are whole job logs; the step files are used when those are missing.
 */
import { crc32, inflateRawSync } from 'node:zlib';

import { redact } from '../model/redaction.ts';
import { UnreadableLog } from './unreadable-log.ts';
import { ZipBytes } from './zip-bytes.ts';
import { filesIn, streamOf, type PackedFile } from './zip-directory.ts';

export interface ArchivedLog {
  readonly source: string;
  readonly jobName: string;
  readonly chunks: AsyncIterable<Buffer>;
}

/** A job's log: one file, or one for each step. */
interface Job {
  readonly name: string;
  readonly files: readonly PackedFile[];
}

/** The archive whose directory was read last: a thread reads many parts of one, one after the other. */
let last: { readonly bytes: ZipBytes; readonly jobs: readonly Job[] } | null = null;

/** More than any job log; a bomb promises more. */
const maxBytes = 8 * 1024 ** 3;
const localHeaderBytes = 30;
const jobFile = /^-?\d+_([^/]+)\.txt$/;
const stepFile = /^([^/]+)\/(\d+)_[^/]+\.txt$/;

/** One of `count` parts of an archive with about as many jobs each, counted from 0. */
export interface Part {
  readonly index: number;
  readonly count: number;
}

/** The job logs in the archive at `path`. @throws UnreadableLog when it is damaged or holds none */
export async function* logsInArchive(path: string, part: Part | null): AsyncGenerator<ArchivedLog> {
  const bytes = new ZipBytes(path);
  try {
    const jobs = await jobsIn(path, bytes);
    if (jobs.length === 0) {
      throw new UnreadableLog(path, 'is an archive without job logs', 'give a run-log archive');
    }
    for (const { name, files } of partOf(jobs, part)) {
      yield {
        source: `${path}!${redact(name)}`,
        jobName: redact(jobFile.exec(name)?.[1] ?? name),
        chunks: contentsOf(path, bytes, files),
      };
    }
  } finally {
    bytes.closeFile();
  }
}

function partOf<T>(all: readonly T[], part: Part | null): readonly T[] {
  if (part === null) return all;
  const from = (index: number): number => Math.round((all.length * index) / part.count);
  return all.slice(from(part.index), from(part.index + 1));
}

async function jobsIn(path: string, bytes: ZipBytes): Promise<readonly Job[]> {
  if (last?.bytes.isSameAs(bytes)) return last.jobs;
  const files = await filesIn(bytes).catch((error: unknown) => {
    throw damaged(path, error);
  });
  const whole = files.filter(({ name }) => jobFile.test(name));
  const jobs =
    whole.length > 0 ? whole.map((file) => ({ name: file.name, files: [file] })) : bySteps(files);
  last = { bytes, jobs };
  return jobs;
}

/** The step files of each job, in the steps' order. */
function bySteps(files: readonly PackedFile[]): Job[] {
  const steps = files.flatMap((file) => {
    const [, job, number] = stepFile.exec(file.name) ?? [];
    return job === undefined ? [] : [{ job, number: Number(number), file }];
  });
  const jobs = new Map<string, PackedFile[]>();
  for (const { job, file } of steps.toSorted((a, b) => a.number - b.number)) {
    const own = jobs.get(job);
    if (own === undefined) jobs.set(job, [file]);
    else own.push(file);
  }
  return Array.from(jobs, ([name, own]) => ({ name, files: own }));
}

async function* contentsOf(
  path: string,
  bytes: ZipBytes,
  files: readonly PackedFile[],
): AsyncGenerator<Buffer> {
  for (const file of files) {
    if (file.size > maxBytes) {
      throw new UnreadableLog(path, `${file.name} is too large`, 'leave it out');
    }
    if (file.entry === null) {
      yield unpack(path, bytes, file);
      continue;
    }
    const stream = await streamOf(bytes, file.entry).catch((error: unknown) => {
      throw damaged(path, error);
    });
    for await (const chunk of stream) yield Buffer.from(chunk);
  }
}

/** The file's text. What unpacks to more than its entry promised is a bomb, or damaged. @throws UnreadableLog */
function unpack(path: string, bytes: ZipBytes, file: PackedFile): Buffer {
  const { name, start, packedSize, size } = file;
  try {
    const header = bytes.at(start, localHeaderBytes);
    if (header.length < localHeaderBytes) throw new Error('is cut');
    // The local header's own name and extra field may differ in length from the directory's.
    const data = start + localHeaderBytes + header.readUInt16LE(26) + header.readUInt16LE(28);
    const packed = bytes.at(data, packedSize);
    if (packed.length < packedSize) throw new Error('is cut');
    // One byte more than promised is enough to see that there is more, and all comes in one piece.
    const most = size + 1;
    const text = inflateRawSync(packed, { maxOutputLength: most, chunkSize: Math.max(most, 64) });
    if (text.length !== size) throw new RangeError();
    if (crc32(text) !== file.crc32) throw new Error('has another check sum');
    return text;
  } catch (error) {
    const isSize = error instanceof RangeError;
    const reason = isSize ? 'has another size' : error instanceof Error ? error.message : '';
    throw damaged(path, new Error(`${name} ${reason}`));
  }
}

function damaged(path: string, error: unknown): UnreadableLog {
  const reason = error instanceof Error ? error.message : String(error);
  return new UnreadableLog(path, `is a damaged archive: ${reason}`, 'download it again');
}
