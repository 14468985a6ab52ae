/** The cross-job step after an ingest: from the store to plain values, through the analysis, and back. */
import { findCollisions } from '../analysis/collisions.ts';
import type { CompiledPatterns } from '../matching/compiled-patterns.ts';
import type { Collision } from '../model/verdict.ts';
import { updateRollUps } from '../reports/roll-up.ts';
import { replaceCollisions } from '../store/collisions.ts';
import type { Store } from '../store/store.ts';
import { nearJobs } from './near-jobs.ts';

/** Finds all collisions among all stored jobs anew, refines the verdicts, and brings the reports' sums up to date. */
export function linkJobs(store: Store, patterns: CompiledPatterns): Collision[] {
  return store.transaction(() => {
    const collisions = findCollisions(nearJobs(store.db, patterns));
    const changed = replaceCollisions(store.db, collisions, patterns.set.causes);
    updateRollUps(store.db, changed);
    return collisions;
  });
}
