/** Jobs ready to be stored: read, placed on a machine and judged exactly as an ingest does it. */
import { createHash } from 'node:crypto';

import { onTestFinished } from 'vitest';

import { LineSplitter } from '../../src/log/raw-lines.ts';
import { JobScanner } from '../../src/matching/job-scanner.ts';
import { decide, decideWithoutLog } from '../../src/matching/verdict.ts';
import { machineOf } from '../../src/model/host.ts';
import { unknownJob, type Job } from '../../src/model/job.ts';
import { logicalDump } from '../../src/store/dump.ts';
import type { JudgedJob } from '../../src/store/judged-job.ts';
import { Store } from '../../src/store/store.ts';
import { StoreError } from '../../src/store/store-error.ts';
import { patterns } from './demo-history.ts';

/** A job of which only what is given is known. */
export function jobWith(known: Partial<Job>): Job {
  return { ...unknownJob({ host: 'github.com', jobId: 1 }), ...known };
}

/** A job with its log, as far as the log and `job` tell. */
export function judgedLog(job: Job, text: string, source = '/logs/1.log'): JudgedJob {
  const splitter = new LineSplitter();
  const scanner = new JobScanner(patterns);
  for (const line of [...splitter.push(Buffer.from(text)), ...splitter.finish()])
    scanner.push(line);
  const scan = scanner.finish();
  const sha256 = createHash('sha256').update(text).digest('hex');
  return {
    job,
    log: { source, sha256, scan, machine: machineOf(scan.facts, job.runnerName) },
    verdict: decide(scan, patterns, job),
    patterns: patterns.set.fingerprint,
  };
}

/** A job whose log was not to be had. */
export function judgedWithoutLog(job: Job): JudgedJob {
  return { job, log: null, verdict: decideWithoutLog(job), patterns: patterns.set.fingerprint };
}

/** A store at `file`, closed when the running test ends. */
export function openStore(file = ':memory:', options?: Parameters<typeof Store.open>[1]): Store {
  const store = Store.open(file, options);
  onTestFinished(() => store.close());
  return store;
}

/** The content of a store, to be compared. */
export function dumpOf(store: Store): string[] {
  return [...logicalDump(store.db)];
}

/** The words with which the store refuses `act`; anything but a refusal fails the test. */
export function refusalOf(act: () => unknown): StoreError {
  try {
    act();
  } catch (error) {
    if (error instanceof StoreError) return error;
    throw new Error('it failed, but not with words for people', { cause: error });
  }
  throw new Error('it was not refused');
}
