/** Reports from the sums of the last ingest say what counting every job says. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { readHistory } from '../../src/reports/history.ts';
import { updateRollUps } from '../../src/reports/roll-up.ts';
import { readRollUps } from '../../src/store/roll-ups.ts';
import type { Store } from '../../src/store/store.ts';
import { fillStore } from '../bench/big-store.ts';
import { dumpOf, openStore } from '../support/judged-jobs.ts';
import { allReports, sectionOf, sharesIn, sum } from '../support/made-reports.ts';

const { assert, integer, property } = fc;

function storeOf(count: number, seed: number): Store {
  const store = openStore();
  fillStore(store.db, count, seed, { risk: 8 });
  return store;
}

function sumUp({ db }: Store): void {
  db.transaction(() => updateRollUps(db, false))();
}

/** All rows of the sums, as text. */
function sumsIn(store: Store): string[] {
  return dumpOf(store).filter((row) => row.startsWith('roll'));
}

/** The same sums, made from nothing. */
function sumsFromScratch(store: Store): string[] {
  const { db } = store;
  for (const table of ['jobs', 'setups', 'works', 'places'])
    db.exec(`DELETE FROM counted_${table}`);
  db.exec('INSERT INTO outdated_jobs SELECT host, job_id FROM jobs ORDER BY random()');
  sumUp(store);
  return sumsIn(store);
}

interface Counted {
  readonly engine: string;
  readonly start: number;
  readonly end: number;
  readonly attempt: number;
  readonly buildkit: string;
  readonly status: string;
  readonly cause: string | null;
}

/** What can be counted by hand: every build as the logs tell of it. */
function buildsIn({ db }: Store): Counted[] {
  return db
    .prepare<[], Counted>(
      `SELECT l.engine_id AS engine, unixepoch(b.started_at) / 60.0 AS start,
         unixepoch(b.ended_at) / 60.0 AS "end", j.attempt, f.value AS buildkit, v.status, v.cause
       FROM jobs j JOIN logs l USING (host, job_id) JOIN builds b USING (host, job_id)
       JOIN verdicts v USING (host, job_id) JOIN facts f USING (host, job_id)
       WHERE f.name = 'buildkit'`,
    )
    .all();
}

/** Minutes of first attempts by the number of others, each minute looked at by itself. */
function minutesByOthers(builds: readonly Counted[]): number[] {
  const minutes = [0, 0, 0, 0, 0];
  for (const own of builds.filter(({ attempt }) => attempt === 1)) {
    const beside = builds.filter((other) => other.engine === own.engine && other !== own);
    const cuts = [own, ...beside].flatMap(({ start, end }) => [start, end]);
    const within = cuts.filter((cut) => cut >= own.start && cut <= own.end);
    const edges = [...new Set(within)].toSorted((a, b) => a - b);
    for (const [index, from] of edges.entries()) {
      const to = edges[index + 1] ?? from;
      const others = beside.filter(({ start, end }) => start <= from && end > from).length;
      minutes[Math.min(4, others)] = (minutes[Math.min(4, others)] ?? 0) + to - from;
    }
  }
  return minutes;
}

function countBy<T>(items: readonly T[], nameOf: (item: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[nameOf(item)] = (counts[nameOf(item)] ?? 0) + 1;
  return counts;
}

/** Builds by version and outcome, minutes by the number of others, failures by cause. */
interface Tally {
  readonly builds: Readonly<Record<string, number>>;
  readonly minutes: readonly number[];
  readonly failures: Readonly<Record<string, number>>;
}

function countedByHand(store: Store): Tally {
  const builds = buildsIn(store);
  const outcomeOf = ({ status, cause }: Counted): string =>
    cause === 'job-canceled' ? 'canceled' : status === 'passed' ? 'passed' : 'failed';
  const failed = builds.filter((build) => outcomeOf(build) === 'failed');
  return {
    builds: countBy(builds, (build) => `${build.buildkit} ${outcomeOf(build)}`),
    minutes: minutesByOthers(builds),
    failures: countBy(failed, ({ cause, status }) => cause ?? `(${status})`),
  };
}

function countedBySums({ db }: Store): Tally {
  const { all, byWeek, causes } = readHistory(db);
  const builds: Record<string, number> = {};
  for (const { setup, outcome, read } of all) {
    const name = `${setup.buildkit} ${outcome}`;
    builds[name] = (builds[name] ?? 0) + read;
  }
  return {
    builds,
    minutes: [0, 1, 2, 3, 4].map((others) =>
      sum([...byWeek().minutes].filter((_, i) => i % 5 === others)),
    ),
    failures: Object.fromEntries(causes().map(({ cause, jobs }) => [cause, jobs])),
  };
}

describe('the sums of any history', () => {
  it('are what counting every build and every minute by itself gives', () => {
    assert(
      property(integer({ min: 1, max: 200 }), integer({ min: 1, max: 1000 }), (count, seed) => {
        const store = storeOf(count, seed);
        sumUp(store);
        const [sums, expected] = [countedBySums(store), countedByHand(store)];
        expect({ ...sums, minutes: [] }).toEqual({ ...expected, minutes: [] });
        for (const [others, minutes] of expected.minutes.entries()) {
          expect(sums.minutes[others]).toBeCloseTo(minutes, 6);
        }
      }),
      { numRuns: 8 },
    );
  });
});

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
      { numRuns: 3 },
    );
  });

  it('are the same whichever order the jobs were written in', () => {
    const [one, other] = [storeOf(300, 5), openStore()];
    other.db.pragma('foreign_keys = OFF');
    const tables = one.db
      .prepare<[], string>(
        `SELECT name FROM sqlite_master WHERE type = 'table'
         AND name NOT LIKE 'counted%' AND name <> 'outdated_jobs'`,
      )
      .pluck()
      .all();
    for (const table of tables) {
      const rows = one.db.prepare(`SELECT * FROM ${table}`).raw().all().toReversed();
      for (const row of rows as unknown[][]) {
        const marks = row.map(() => '?').join(', ');
        other.db.prepare(`INSERT INTO ${table} VALUES (${marks})`).run(...row);
      }
    }
    for (const store of [one, other]) sumUp(store);
    expect(sumsIn(other)).toEqual(sumsIn(one));
    expect(allReports(other)).toEqual(allReports(one));
  });
});

describe('sums that were kept up to date', () => {
  /** What ingests, a rematch, a merge and a clean-up do to the tables, each to some of the jobs. */
  const writes: Readonly<Record<string, (store: Store, some: string) => void>> = {
    'more jobs': ({ db }) => {
      const before = db.prepare<[], number>('SELECT max(job_id) FROM jobs').pluck().get() ?? 0;
      fillStore(db, 30, before, { risk: 8, before });
    },
    'other verdicts': ({ db }, some) =>
      db.exec(`UPDATE verdicts SET status = 'explained', cause = 'disk-full', blame = 'infra',
        failed_at = '2026-03-01T00:00:00Z' WHERE ${some}`),
    'jobs that went': ({ db }, some) => db.exec(`DELETE FROM jobs WHERE ${some}`),
    'logs read anew': ({ db }, some) =>
      db.exec(`CREATE TEMP TABLE kept AS SELECT * FROM logs WHERE ${some};
        DELETE FROM logs WHERE ${some}; UPDATE kept SET engine_id = 'engine-x';
        INSERT INTO logs SELECT * FROM kept; DROP TABLE kept`),
    'green logs drawn': ({ db }, some) =>
      db.exec(`INSERT OR IGNORE INTO log_states
        SELECT host, job_id, 'stored', 0.25, 0, null, null, 1 FROM verdicts
        WHERE status = 'passed' AND ${some}`),
    'copies found': ({ db }, some) =>
      db.exec(`UPDATE log_states SET state = 'copied' WHERE ${some}`),
    'attempts learned': ({ db }, some) =>
      db.exec(`INSERT OR IGNORE INTO attempts (host, run_id, attempt)
          SELECT host, run_id, 2 FROM jobs WHERE ${some};
        UPDATE jobs SET name = 'image (cli)', attempt = 2 WHERE ${some}`),
    'earlier attempts that make copies of later ones': ({ db }) =>
      db.exec(`UPDATE jobs AS e SET (name, started_at, completed_at, runner_name) = (
          SELECT name, started_at, completed_at, runner_name FROM jobs l
          WHERE l.run_id = e.run_id AND l.attempt = 2)
        WHERE attempt = 1 AND run_id IN (SELECT run_id FROM jobs WHERE attempt = 2)`),
    'versions told by who made the builder': ({ db }, some) =>
      db.exec(`INSERT OR IGNORE INTO builder_events
        SELECT host, job_id, 301, 'created', name, at, driver, 1, 'v0.99.0', 'x'
        FROM builder_events WHERE event = 'created' AND ${some}`),
  };

  it('are those made from nothing, whatever was written in which order', () => {
    const step = fc.tuple(fc.constantFrom(...Object.keys(writes)), integer({ min: 2, max: 7 }));
    assert(
      property(fc.array(step, { minLength: 1, maxLength: 6 }), (steps) => {
        const store = storeOf(60, 9);
        // Every second job builds on its neighbour's builder, and does not know of which version that is.
        store.db.exec(`DELETE FROM facts WHERE name = 'buildkit' AND job_id % 2 = 0;
          UPDATE logs SET builder_used = (SELECT max(name) FROM builder_events e
            WHERE e.job_id = logs.job_id - 1 AND e.line = 300) WHERE job_id % 2 = 0`);
        sumUp(store);
        for (const [name, every] of steps) {
          writes[name]?.(store, `job_id % ${every} = 0`);
          sumUp(store);
        }
        expect(sumsIn(store)).toEqual(sumsFromScratch(store));
      }),
      { numRuns: 25 },
    );
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
    const { byWeek, byPlace } = readHistory(store.db);
    const minutes = store.db
      .prepare<[], number>(
        `SELECT sum(unixepoch(b.ended_at) - unixepoch(b.started_at)) / 60.0 FROM builds b
         JOIN jobs j USING (host, job_id) WHERE j.attempt = 1`,
      )
      .pluck()
      .get();
    const all = (sums: ReturnType<typeof byWeek>): number => sum([...sums.minutes]);
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
    const days = sharesIn(sectionOf(allReports(store).get('calendar'), 'days'), 'failures');
    const built = sum(drawn.built.map(({ weight }) => weight));
    expect(sum(days.map(({ total }) => total))).toBe(built);
    const byVersion = sharesIn(
      sectionOf(allReports(store).get('versions'), 'buildkit'),
      'failures',
    );
    expect(Math.max(...byVersion.map(({ total }) => total))).toBeGreaterThan(200);
  });
});
