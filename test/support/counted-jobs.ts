/** Jobs as they are counted, and the history that such jobs make. */
import { countedJob } from '../../src/reports/history-jobs.ts';
import { historyOf, type History } from '../../src/reports/history.ts';
import { rollUp } from '../../src/reports/roll-up.ts';
import { CountedJobs, type CountedJob } from '../../src/store/counted-jobs.ts';
import { historyPages } from '../../src/store/history-rows.ts';
import { readRollUps } from '../../src/store/roll-ups.ts';
import { openScratch } from '../../src/store/scratch.ts';
import type { Store } from '../../src/store/store.ts';

/** All jobs of a store but copies, in the order of their keys. */
export function countedJobs({ db }: Store): CountedJob[] {
  return [...historyPages(db, 'jobs')]
    .flat()
    .map((row) => countedJob(row))
    .filter(({ traits }) => traits.copied === 0);
}

/** The history of these jobs; each gets a number of its own. */
export function historyOfJobs(jobs: readonly CountedJob[]): History {
  const db = openScratch();
  const lines = new CountedJobs(db);
  jobs.forEach((job, index) =>
    lines.write({ ...job, traits: { ...job.traits, job_id: index + 1 } }),
  );
  rollUp(db, new Set());
  const rollUps = readRollUps(db);
  if (rollUps === null) throw new Error('the sums are not there');
  return historyOf(rollUps, []);
}
