/** What the cross-job step leaves alone: jobs that can change nothing, and sums that are right. */
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { findCollisions } from '../../src/analysis/collisions.ts';
import type { Neighbour } from '../../src/analysis/neighbour.ts';
import { ingestFiles } from '../../src/cli/commands/ingest-files.ts';
import { linkJobs } from '../../src/cli/link-jobs.ts';
import { daemonGoneIn, nearJobs } from '../../src/cli/near-jobs.ts';
import { neighbourOf } from '../../src/cli/neighbour-of.ts';
import { readCollisions } from '../../src/store/collisions.ts';
import { readLinked } from '../../src/store/linked-jobs.ts';
import type { Store } from '../../src/store/store.ts';
import { fillStore } from '../bench/big-store.ts';
import { patterns, silent, wholeDemo } from '../support/demo-history.ts';
import { openStore } from '../support/judged-jobs.ts';
import { culprit, raceLog, victim } from '../support/race-logs.ts';
import { tempFolder } from '../support/temp-folder.ts';

const [victimId, culpritId] = [100001, 100002];

/** Ingests logs, each under its job id. */
async function ingested(
  logs: Readonly<Record<number, string>>,
  store = openStore(),
): Promise<Store> {
  const files = Object.entries(logs).map(([id, text]) => [`${id}.log`, text]);
  const folder = tempFolder(Object.fromEntries(files));
  const globs = [path.join(folder, '*.log')];
  await ingestFiles(store, patterns, { globs, metadata: [], runs: [] }, silent);
  return store;
}

describe('an ingest that changed nothing', () => {
  const logs = { [victimId]: raceLog(victim), [culpritId]: raceLog(culprit) };
  /** Sums made by nobody: whoever makes them anew puts an end to it. */
  const mark = "UPDATE roll_up_state SET totals = json_set(totals, '$.jobs', -1)";
  const jobsOf = ({ db }: Store): unknown =>
    db.prepare("SELECT totals ->> '$.jobs' FROM roll_up_state").pluck().get();

  it('makes no sums and no findings anew', async () => {
    const store = await ingested(logs);
    store.db.exec(mark);
    const before = store.db.prepare('SELECT total_changes()').pluck().get();
    linkJobs(store, patterns);
    expect(store.db.prepare('SELECT total_changes()').pluck().get()).toBe(before);
    await ingested(logs, store);
    expect(jobsOf(store)).toBe(-1);
  });

  it('is none when the victim is told of a culprit', async () => {
    const store = await ingested({ [victimId]: raceLog(victim) });
    store.db.exec(mark);
    await ingested(logs, store);
    expect(jobsOf(store)).toBe(2);
  });

  it('is none when only who did it is another', async () => {
    const store = await ingested(logs);
    store.db.exec(`${mark}; UPDATE collisions SET culprit_job_id = 7`);
    linkJobs(store, patterns);
    expect(readCollisions(store.db)).toMatchObject([{ culprit_job_id: culpritId }]);
    expect(jobsOf(store)).toBe(2);
  });
});

describe('the few jobs that are looked at', () => {
  const all = ({ db }: Store): Neighbour[] =>
    db
      .prepare<[], { host: string; job_id: number }>('SELECT host, job_id FROM jobs')
      .all()
      .map((key) => neighbourOf(readLinked(db, key, daemonGoneIn(patterns)), patterns));

  it('give the findings that all jobs give, on two histories of real builds', async () => {
    const store = await wholeDemo();
    const found = findCollisions(nearJobs(store.db, patterns));
    expect(found.length).toBeGreaterThan(10);
    expect(found).toEqual(findCollisions(all(store)));
  });

  it('are few', () => {
    const store = openStore();
    fillStore(store.db, 2000, 3);
    const near = nearJobs(store.db, patterns);
    expect(near.length).toBeLessThan(100);
    const found = findCollisions(near);
    expect(found.length).toBeGreaterThan(3);
    expect(found).toEqual(findCollisions(all(store)));
  });
});
