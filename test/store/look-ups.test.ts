/** What is asked for one job reads that job: at a million of them a scan would take seconds. */
import { describe, expect, it } from 'vitest';

import { gateJob } from '../../src/reports/run-gate.ts';
import { readStories } from '../../src/reports/job-story.ts';
import { readRunJobs } from '../../src/store/read-run.ts';
import type { Db } from '../../src/store/store.ts';
import { fillStore } from '../bench/big-store.ts';
import { openStore } from '../support/judged-jobs.ts';

/** Collisions are few, and a list that was asked for is read whole. */
const mayBeRead = /^SCAN (?:collisions|c|json_each|CONSTANT)\b/;

/** The steps, of all statements that `act` prepares, that read a whole table or index. */
function scansOf(db: Db, act: () => void): string[] {
  const asked: string[] = [];
  const prepare = db.prepare.bind(db);
  db.prepare = (sql: string) => {
    asked.push(sql);
    return prepare(sql);
  };
  try {
    act();
  } finally {
    db.prepare = prepare;
  }
  expect(asked.length).toBeGreaterThan(0);
  return asked.flatMap((sql) =>
    db
      .prepare<unknown[], { readonly detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
      .all(...Array.from({ length: sql.split('?').length - 1 }, () => null))
      .map(({ detail }) => detail)
      .filter((detail) => detail.startsWith('SCAN') && !mayBeRead.test(detail)),
  );
}

describe('what is asked for one job', () => {
  const store = (): Db => {
    const { db } = openStore();
    fillStore(db, 300, 4);
    return db;
  };

  it.each([
    ['its story', (db: Db) => readStories(db, 170)],
    ['the gate before a re-run', (db: Db) => gateJob(db, 170, new Map())],
    ['the jobs of its run', (db: Db) => readRunJobs(db, 170)],
  ] as const)('is found without reading others: %s', (_, ask) => {
    const db = store();
    expect(scansOf(db, () => ask(db))).toEqual([]);
  });
});
