/**
 * GitHub's run-log archive: `0_<job>.txt` at the top for each job, and a folder for each job with one
 * file per step. The top-level files are whole job logs; the step files are used when those are missing.
 */
import { promisify } from 'node:util';

import yauzl, { type Entry, type ZipFile } from 'yauzl';

import { redact } from '../model/redaction.ts';
import { UnreadableLog } from './unreadable-log.ts';

export interface ArchivedLog {
  readonly source: string;
  readonly jobName: string;
  readonly chunks: AsyncIterable<Buffer>;
}

/** More than any job log; a bomb promises more. */
const maxEntryBytes = 8 * 1024 ** 3;
const jobFile = /^-?\d+_([^/]+)\.txt$/;
const stepFile = /^([^/]+)\/(\d+)_[^/]+\.txt$/;

/** The job logs in the archive at `path`. @throws UnreadableLog when it is damaged or holds none */
export async function* logsInArchive(path: string): AsyncGenerator<ArchivedLog> {
  const zip = await openZip(path);
  try {
    const entries = await listEntries(path, zip);
    const jobs = jobsIn(entries);
    if (jobs.size === 0) {
      throw new UnreadableLog(path, 'is an archive without job logs', 'give a run-log archive');
    }
    for (const [name, files] of jobs) {
      yield {
        source: `${path}!${redact(name)}`,
        jobName: redact(jobFile.exec(name)?.[1] ?? name),
        chunks: contentsOf(path, zip, files),
      };
    }
  } finally {
    zip.close();
  }
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

async function openZip(path: string): Promise<ZipFile> {
  const open = promisify<string, yauzl.Options, ZipFile>(yauzl.open);
  try {
    return await open(path, { lazyEntries: true, autoClose: false, validateEntrySizes: true });
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
  files: readonly Entry[],
): AsyncGenerator<Buffer> {
  for (const entry of files) {
    if (entry.uncompressedSize > maxEntryBytes) {
      throw new UnreadableLog(path, `${entry.fileName} is too large`, 'leave it out');
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

function damaged(path: string, error: unknown): UnreadableLog {
  const reason = error instanceof Error ? error.message : String(error);
  return new UnreadableLog(path, `is a damaged archive: ${reason}`, 'download it again');
}
