/** `buildlog ingest files`: job logs from disk into the store, with GitHub's metadata where it was saved. */
import { existsSync } from 'node:fs';

import { findLogs } from '../../ingest/files/find-logs.ts';
import { JobIndex } from '../../ingest/files/identify.ts';
import { readJobs, readRuns } from '../../ingest/files/metadata.ts';
import type { CompiledPatterns } from '../../matching/compiled-patterns.ts';
import { mergeJobs, nameOf, type Job, type Run } from '../../model/job.ts';
import { plural } from '../../model/plural.ts';
import { writeIngest, type Notice } from '../../store/journal.ts';
import { readKnownJobs, readLogSources } from '../../store/known-jobs.ts';
import type { Store } from '../../store/store.ts';
import { writeRun, type Change } from '../../store/write-jobs.ts';
import { linkJobs } from '../link-jobs.ts';
import type { ReadLog } from '../read-log.ts';
import { readFiles } from '../reading/read-files.ts';
import { JobBatch } from './job-batch.ts';

export interface IngestFilesRequest {
  readonly globs: readonly string[];
  readonly metadata: readonly string[];
  readonly runs: readonly string[];
}

/** What the command needs of the world around it. */
export interface IngestReporter {
  /** How many threads are to help, where somebody said so. */
  readonly workers?: string | undefined;
  readonly now: () => string;
  readonly progress: (text: string) => void;
  /** Something was left out. */
  readonly warn: (source: string, message: string, help?: string) => void;
}

export interface IngestResult {
  readonly counts: Readonly<Record<Change, number>>;
  readonly logs: number;
  readonly notices: readonly Notice[];
  readonly collisions: number;
}

/** Many, since a batch is written in the order of keys: the fewer batches, the fewer pages are written twice. */
const jobsPerTransaction = 2000;

/**
 * Reads everything that can be read. What cannot is reported and left out; the rest is saved.
 * @throws StoreError when the store gives up; what was saved before stays
 */
export async function ingestFiles(
  store: Store,
  patterns: CompiledPatterns,
  request: IngestFilesRequest,
  reporter: IngestReporter,
): Promise<IngestResult> {
  return new FileIngest(store, patterns, request, reporter).run();
}

class FileIngest {
  readonly #store: Store;
  readonly #patterns: CompiledPatterns;
  readonly #request: IngestFilesRequest;
  readonly #reporter: IngestReporter;
  readonly #notices: Notice[] = [];
  readonly #counts: Record<Change, number> = { added: 0, changed: 0, unchanged: 0 };
  readonly #seen = new Set<string>();
  readonly #batch: JobBatch;
  #logs = 0;

  constructor(
    store: Store,
    patterns: CompiledPatterns,
    request: IngestFilesRequest,
    reporter: IngestReporter,
  ) {
    this.#store = store;
    this.#patterns = patterns;
    this.#request = request;
    this.#reporter = reporter;
    this.#batch = new JobBatch(store, patterns);
  }

  async run(): Promise<IngestResult> {
    const startedAt = this.#reporter.now();
    const { runs, jobs } = await this.#readMetadata();
    this.#store.transaction(() => {
      for (const run of runs) writeRun(this.#store.db, run);
    });
    const index = new JobIndex(jobs);
    const found = await findLogs(this.#request.globs);
    for (const { source, message } of found.problems) this.#leaveOut(source, message);
    const paths = new Set([...found.paths, ...this.#logsToReadAgain(jobs)]);
    await this.#readFiles([...paths], index);
    this.#save();
    for (const job of jobs) this.#addWithoutLog(job);
    this.#save();
    const collisions = linkJobs(this.#store, this.#patterns);
    const { added, changed, unchanged } = this.#counts;
    if (added + changed + this.#notices.length > 0) {
      const command = `ingest files ${this.#request.globs.join(' ')}`;
      const finishedAt = this.#reporter.now();
      const counts = { added, changed, unchanged };
      const record = { startedAt, finishedAt, command, ...counts, notices: this.#notices };
      this.#store.transaction(() => writeIngest(this.#store.db, record));
    }
    return {
      counts: this.#counts,
      logs: this.#logs,
      notices: this.#notices,
      collisions: collisions.length,
    };
  }

  async #readMetadata(): Promise<{ runs: Run[]; jobs: Job[] }> {
    const runs: Run[] = [];
    const jobs: Job[] = [];
    for (const path of this.#request.runs) {
      const { items, problems } = await readRuns(path);
      runs.push(...items);
      for (const { source, message } of problems) this.#leaveOut(source, message);
    }
    for (const path of this.#request.metadata) {
      const { items, problems } = await readJobs(path);
      jobs.push(...items);
      for (const { source, message } of problems) this.#leaveOut(source, message);
    }
    return { runs, jobs };
  }

  /** New metadata may change what a log that was read earlier says; it is read again if it is still there. */
  #logsToReadAgain(jobs: readonly Job[]): string[] {
    const known = readKnownJobs(this.#store.db, jobs);
    const sources = readLogSources(this.#store.db, [...known.values()]);
    return jobs.flatMap((job) => {
      const stored = known.get(nameOf(job));
      const source = sources.get(nameOf(job));
      if (stored === undefined || source === undefined) return [];
      if (JSON.stringify(mergeJobs(stored, job)) === JSON.stringify(stored)) return [];
      const path = source.split('!')[0] ?? source;
      return existsSync(path) ? [path] : [];
    });
  }

  async #readFiles(paths: readonly string[], index: JobIndex): Promise<void> {
    const { workers } = this.#reporter;
    for await (const { item, problem } of readFiles(paths, null, this.#patterns, workers)) {
      if (problem !== null) {
        this.#leaveOut(problem.source, problem.message, problem.help);
      } else if ('log' in item) {
        this.#batch.addLog(item.log, this.#jobOf(item.log, index));
        this.#logs++;
        this.#reporter.progress(`${plural(this.#logs, 'log')} read`);
        this.#saveIfMany();
      }
    }
  }

  /** The job that metadata says a log is of. */
  #jobOf({ source, jobName, scan }: ReadLog, index: JobIndex): Job | null {
    if (index.isEmpty) return null;
    const found = index.find(source, jobName, scan);
    if (found === null) {
      this.#leaveOut(source, 'has no entry in the metadata; what the log itself says is used');
    }
    return found;
  }

  #addWithoutLog(job: Job): void {
    if (this.#seen.has(nameOf(job))) return;
    this.#seen.add(nameOf(job));
    this.#batch.addWithoutLog(job);
    this.#saveIfMany();
  }

  #saveIfMany(): void {
    if (this.#batch.size >= jobsPerTransaction) this.#save();
  }

  #save(): void {
    if (this.#batch.size === 0) return;
    for (const { job, change } of this.#batch.write()) {
      this.#seen.add(nameOf(job));
      this.#counts[change]++;
    }
  }

  #leaveOut(source: string, message: string, help?: string): void {
    this.#notices.push({ source, message });
    this.#reporter.warn(source, message, help);
  }
}
