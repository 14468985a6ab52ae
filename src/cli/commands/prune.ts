/** `buildlog prune`: old jobs go, all but what is counted of each, and so do their kept logs. */
import { rmSync } from 'node:fs';
import path from 'node:path';

import type { CompiledPatterns } from '../../matching/compiled-patterns.ts';
import { plural } from '../../model/plural.ts';
import type { Instant } from '../../model/time.ts';
import { updateRollUps } from '../../reports/roll-up.ts';
import { countPrunable, pruneSome } from '../../store/prune.ts';
import { StoreError } from '../../store/store-error.ts';
import type { Store } from '../../store/store.ts';
import { linkJobs } from '../link-jobs.ts';

export interface PruneRequest {
  /** Jobs that ended before it go. */
  readonly before: Instant;
  /** The folder of `--keep-logs`; null to leave its files alone. */
  readonly keptLogs: string | null;
  readonly write: boolean;
}

export interface PruneResult {
  readonly before: Instant;
  readonly jobs: number;
  /** Jobs that were there whole. */
  readonly all: number;
  /** Kept logs that were deleted, or that nothing refers to any more where no folder was named. */
  readonly files: number;
  readonly written: boolean;
}

interface PruneReporter {
  readonly progress: (text: string) => void;
  readonly warn: (source: string, message: string, help?: string) => void;
}

/** So that one that is stopped has done something, and no journal of SQLite's grows large. */
const atOnce = 2000;

/** @throws StoreError; what was pruned before stays pruned */
export function prune(
  store: Store,
  patterns: CompiledPatterns,
  { before, keptLogs, write }: PruneRequest,
  reporter: PruneReporter,
): PruneResult {
  // What a job proves about another must be found before it goes.
  linkJobs(store, patterns);
  const { jobs, all } = countPrunable(store.db, before);
  if (!write || jobs === 0) return { before, jobs, all, files: 0, written: write };
  let done = 0;
  let files = 0;
  for (let some = -1; some !== 0; done += some) {
    some = store.transaction(() => {
      const pruned = pruneSome(store.db, before, atOnce);
      files += pruned.keptFiles.length;
      // Before the rows: what is left of a crash is a row without a file, which the next pruning takes.
      if (keptLogs !== null) {
        for (const file of pruned.keptFiles) rmSync(path.join(keptLogs, file), { force: true });
      }
      return pruned.jobs;
    });
    reporter.progress(`${done + some} of ${plural(jobs, 'job')} pruned`);
  }
  store.transaction(() => updateRollUps(store.db, true));
  try {
    store.shrink();
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    reporter.warn(
      store.path,
      `the file stays as large as it was: ${error.message}`,
      'its free space is used again; another prune tries to give it back',
    );
  }
  return { before, jobs: done, all, files, written: true };
}
