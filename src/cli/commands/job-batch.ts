/** Logs and jobs of an ingest that are looked up, judged and written together: each look into the store is for all of them. */
import { keyOf } from '../../ingest/files/identify.ts';
import type { CompiledPatterns } from '../../matching/compiled-patterns.ts';
import {
  compareClaims,
  mergeJobs,
  nameOf,
  unknownJob,
  type Claim,
  type Job,
  type JobKey,
} from '../../model/job.ts';
import { readKnownJobs, readLogOwners } from '../../store/known-jobs.ts';
import type { Store } from '../../store/store.ts';
import { writeJobs, type Change } from '../../store/write-jobs.ts';
import type { ReadLog } from '../read-log.ts';
import { judgeReadLog, judgeWithoutLog } from './judged-job.ts';

/** What became of one log, or of one job without a log. */
export interface JobChange {
  readonly job: JobKey;
  readonly change: Change;
}

interface FoundLog {
  readonly log: ReadLog;
  /** The job that metadata says it is of; null where none does. */
  readonly found: Job | null;
}

export class JobBatch {
  readonly #store: Store;
  readonly #patterns: CompiledPatterns;
  #logs: FoundLog[] = [];
  #withoutLog: Job[] = [];

  constructor(store: Store, patterns: CompiledPatterns) {
    this.#store = store;
    this.#patterns = patterns;
  }

  get size(): number {
    return this.#logs.length + this.#withoutLog.length;
  }

  addLog(log: ReadLog, found: Job | null): void {
    this.#logs.push({ log, found });
  }

  addWithoutLog(job: Job): void {
    this.#withoutLog.push(job);
  }

  /** Writes in one transaction all that was added since the last time. @throws StoreError */
  write(): JobChange[] {
    const [logs, withoutLog] = [this.#logs, this.#withoutLog];
    this.#logs = [];
    this.#withoutLog = [];
    return this.#store.transaction(() => {
      const listed = [...this.#jobsOf(logs), ...withoutLog];
      const known = readKnownJobs(this.#store.db, listed);
      for (const job of listed) {
        const name = nameOf(job);
        known.set(name, mergeJobs(known.get(name) ?? null, job));
      }
      const judged = listed.map((one, index) => {
        const job = known.get(nameOf(one)) ?? one;
        const log = logs[index]?.log;
        return log === undefined
          ? judgeWithoutLog(job, this.#patterns)
          : judgeReadLog(log, this.#patterns, job);
      });
      const changes = writeJobs(this.#store.db, judged);
      return listed.map((job, index) => ({ job, change: changes[index] ?? 'unchanged' }));
    });
  }

  /**
   * The job of each log. Where metadata names none, it is the best of those that the store and the files of the batch name
   * for this log: one log is one job, wherever its files stand.
   */
  #jobsOf(logs: readonly FoundLog[]): Job[] {
    const own = logs.map(({ log, found }) => found ?? unknownJob(keyOf(log.source, log.sha256)));
    const best = new Map<string, Claim>();
    const claim = (sha256: string, job: Claim): void => {
      const other = best.get(sha256);
      if (other === undefined || compareClaims(job, other) < 0) best.set(sha256, job);
    };
    const digests = logs.map(({ log }) => log.sha256);
    for (const owner of readLogOwners(this.#store.db, digests)) claim(owner.sha256, owner);
    for (const [index, job] of own.entries()) claim(digests[index] ?? '', job);
    return own.map((job, index) => {
      const other = logs[index]?.found === null ? best.get(digests[index] ?? '') : undefined;
      return other === undefined || nameOf(other) === nameOf(job) ? job : unknownJob(other);
    });
  }
}
