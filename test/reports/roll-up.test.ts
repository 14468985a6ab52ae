/** Reports from the sums of the last ingest say what counting every job says. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { readHistory } from '../../src/reports/history.ts';
import { rollUp } from '../../src/reports/roll-up.ts';
import { readRollUps, writeRollUps } from '../../src/store/roll-ups.ts';
import type { Store } from '../../src/store/store.ts';
import { fillStore } from '../bench/big-store.ts';
import { openStore } from '../support/judged-jobs.ts';
import { allReports, sectionOf, sharesIn, sum } from '../support/made-reports.ts';

const { assert, integer, property } = fc;

function storeOf(count: number, seed: number): Store {
  const store = openStore();
  fillStore(store.db, count, seed, 8);
  return store;
}

function sumUp({ db }: Store): void {
  writeRollUps(db, rollUp(db));
}

describe('reports', () => {
  it('are the same from the sums and from the jobs, on any history', () => {
    assert(
      property(integer({ min: 1, max: 400 }), integer({ min: 1, max: 1000 }), (count, seed) => {
        const store = storeOf(count, seed);
        expect(readRollUps(store.db)).toBeNull();
        const counted = allReports(store);
        sumUp(store);
        expect(readRollUps(store.db)).not.toBeNull();
        expect(allReports(store)).toEqual(counted);
      }),
      { numRuns: 6 },
    );
  });

  it('are the same whichever order the jobs were written in', () => {
    const [one, other] = [storeOf(300, 5), openStore()];
    const tables = one.db
      .prepare<[], string>("SELECT name FROM sqlite_master WHERE type = 'table'")
      .pluck()
      .all();
    for (const table of tables) {
      const rows = one.db.prepare(`SELECT * FROM ${table}`).raw().all().toReversed();
      for (const row of rows as unknown[][]) {
        const marks = row.map(() => '?').join(', ');
        other.db.pragma('foreign_keys = OFF');
        other.db.prepare(`INSERT INTO ${table} VALUES (${marks})`).run(...row);
      }
    }
    for (const store of [one, other]) sumUp(store);
    expect(allReports(other)).toEqual(allReports(one));
  });
});

describe('the sums', () => {
  it.each([
    ['a job changes', "UPDATE jobs SET name = 'other' WHERE job_id = 3"],
    ['a job goes', 'DELETE FROM jobs WHERE job_id = 3'],
    ['a verdict changes', "UPDATE verdicts SET cause = 'disk-full' WHERE job_id = 3"],
    [
      'a log is drawn',
      "INSERT INTO log_states VALUES ('github.com', 3, 'stored', 0.5, 0, null, null, 1)",
    ],
  ])('are outdated when %s', (_, statement) => {
    const store = storeOf(10, 1);
    sumUp(store);
    store.db.exec(statement);
    expect(readRollUps(store.db)).toBeNull();
  });

  it('hold each minute of the first attempts once', () => {
    const store = storeOf(300, 3);
    const { byWeek, byPlace } = rollUp(store.db);
    const minutes = store.db
      .prepare<[], number>(
        `SELECT sum(unixepoch(b.ended_at) - unixepoch(b.started_at)) / 60.0 FROM builds b
         JOIN jobs j USING (host, job_id) WHERE j.attempt = 1`,
      )
      .pluck()
      .get();
    const all = (sums: ReturnType<typeof byWeek>): number =>
      sum(sums.map((row) => sum([...row.minutes])));
    expect(all(byWeek())).toBeCloseTo(minutes ?? 0, 6);
    expect(all(byPlace())).toBeLessThanOrEqual(all(byWeek()) + 1e-6);
  });

  it('count a drawn green job as often as it stands for, in every rate', () => {
    const store = storeOf(200, 2);
    const green =
      "SELECT host, job_id, 'stored', 0.25, 0, null, null, 1 FROM verdicts WHERE status = 'passed'";
    const plain = readHistory(store.db);
    const before = sharesIn(sectionOf(allReports(store).get('hosts'), 'hosts'), 'failures');
    store.db.exec(`INSERT INTO log_states ${green}`);
    const drawn = readHistory(store.db);
    const passed = (history: typeof plain): number =>
      sum(history.built.filter(({ outcome }) => outcome === 'passed').map(({ weight }) => weight));
    expect(passed(drawn)).toBe(4 * passed(plain));
    const after = sharesIn(sectionOf(allReports(store).get('hosts'), 'hosts'), 'failures');
    expect(sum(after.map(({ count }) => count))).toBe(sum(before.map(({ count }) => count)));
    expect(sum(after.map(({ total }) => total))).toBeGreaterThan(
      3 * sum(before.map(({ total }) => total)),
    );
    const byVersion = sharesIn(
      sectionOf(allReports(store).get('versions'), 'buildkit'),
      'failures',
    );
    expect(Math.max(...byVersion.map(({ total }) => total))).toBeGreaterThan(200);
  });
});
