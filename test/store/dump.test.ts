/** The logical dump: equal content gives equal text, and the journal of ingests is no content. */
import { describe, expect, it } from 'vitest';

import { logicalDump } from '../../src/store/dump.ts';
import { writeIngest } from '../../src/store/journal.ts';
import { writeJob } from '../../src/store/write-jobs.ts';
import { culprit, raceLog, victim } from '../support/race-logs.ts';
import { dumpOf, jobWith, judgedLog, openStore } from '../support/judged-jobs.ts';

const jobs = [
  judgedLog(jobWith({ jobId: 1 }), raceLog(victim)),
  judgedLog(jobWith({ jobId: 2 }), raceLog(culprit)),
];

describe('the logical dump', () => {
  it('does not depend on the order in which rows were written', () => {
    const [forwards, backwards] = [openStore(), openStore()];
    for (const job of jobs) writeJob(forwards.db, job);
    for (const job of jobs.toReversed()) writeJob(backwards.db, job);
    expect(dumpOf(backwards)).toEqual(dumpOf(forwards));
  });

  it('names the table of each row and shows every value', () => {
    const { db } = openStore();
    db.exec("INSERT INTO repositories VALUES ('github.com', 'acme/shop')");
    expect([...logicalDump(db)]).toEqual(['repositories {"host":"github.com","name":"acme/shop"}']);
  });

  it('shows a change of one value', () => {
    const store = openStore();
    for (const job of jobs) writeJob(store.db, job);
    const before = dumpOf(store);
    store.db.exec('UPDATE occurrences SET healed = 1 - healed WHERE job_id = 1');
    expect(dumpOf(store)).not.toEqual(before);
    expect(dumpOf(store)).toHaveLength(before.length);
  });

  it('leaves out the journal, which tells when and not what', () => {
    const store = openStore();
    writeIngest(store.db, {
      startedAt: '2026-11-24T00:00:00Z',
      finishedAt: '2026-11-24T00:00:01Z',
      command: 'ingest files x.log',
      added: 0,
      changed: 0,
      unchanged: 0,
      notices: [{ source: 'x.log', message: 'matches no file' }],
    });
    expect(store.db.prepare('SELECT count(*) FROM notices').pluck().get()).toBe(1);
    expect(dumpOf(store)).toEqual([]);
  });
});
