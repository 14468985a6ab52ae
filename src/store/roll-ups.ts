/** Writes and reads the roll-ups: what reports count with. `reports/roll-up` makes them. */
import { z } from 'zod';

import type {
  BuildCount,
  CauseCount,
  Dimension,
  MinuteSums,
  RolledJob,
  RollUps,
  Totals,
  WhichJobs,
} from './roll-up-rows.ts';
import type { Db } from './store.ts';

const totalsShape: z.ZodType<Totals> = z.object({
  jobs: z.number(),
  built: z.number(),
  failed: z.number(),
  canceled: z.number(),
  explained: z.number(),
  unexplained: z.number(),
  withoutLog: z.number(),
  partial: z.number(),
  hosts: z.number(),
  from: z.string().nullable(),
  to: z.string().nullable(),
  carriedOver: z.number(),
  withoutTimes: z.number(),
});

const besides = ['alone', 'beside_1', 'beside_2', 'beside_3', 'beside_4'] as const;

const columns = {
  rolled_setups: [
    'id',
    'buildkit',
    'buildx',
    'docker_server',
    'runner_version',
    'os_image',
    'driver',
  ],
  rolled_works: ['id', 'host', 'repository', 'workflow', 'job'],
  rolled_places: ['id', 'engine', 'machine'],
  rolled_builds: [
    'repository',
    'setup',
    'place',
    'first',
    'ownership',
    'outcome',
    'others',
    'builds',
    'weight',
    'minutes',
    'first_at',
    'start',
  ],
  rolled_minutes_by_week: ['work', 'week', 'setup', 'band', ...besides],
  rolled_minutes_by_engine: ['work', 'place', 'setup', 'band', ...besides],
  rolled_bins: ['bin', 'setup', 'start', 'weight'],
  rolled_jobs: [
    'host',
    'job_id',
    'work',
    'setup',
    'place',
    'run_id',
    'attempt',
    'status',
    'cause',
    'blame',
    'started_at',
    'built',
    'failed',
    'canceled',
    'ownership',
    'window_start',
    'window_end',
    'failed_at',
    'weight',
    'moment',
    'others',
    'band',
    'week',
    'others_at_start',
    'passed_elsewhere',
    'next_passed',
  ],
} as const;

type Table = keyof typeof columns;

/** What every report asks the store, so that `--explain` can show it. */
export const rollUpQueries: Readonly<Record<Table, string>> = {
  rolled_setups: selectOf('rolled_setups'),
  rolled_works: selectOf('rolled_works'),
  rolled_places: selectOf('rolled_places'),
  rolled_builds: selectOf('rolled_builds'),
  rolled_minutes_by_week: selectOf('rolled_minutes_by_week'),
  rolled_minutes_by_engine: selectOf('rolled_minutes_by_engine'),
  rolled_bins: selectOf('rolled_bins'),
  rolled_jobs: selectOf('rolled_jobs'),
};

function selectOf(table: Table): string {
  const names = columns[table];
  return `SELECT ${names.join(', ')} FROM ${table} ORDER BY ${names[0]}${names[0] === 'id' ? '' : `, ${names[1]}`}`;
}

const dimensions: readonly Dimension[] = ['repository', 'setup', 'place', 'ownership', 'others'];

/** Sums over what is not asked for. Builds of unknown times stay apart: they are in no comparison. */
function buildsQuery(by: readonly Dimension[]): string {
  const names = [...by, 'first', 'outcome'].join(', ');
  return `SELECT ${names}, sum(builds) AS builds, sum(weight) AS weight, sum(minutes) AS minutes,
  min(first_at) AS first_at, min(start) AS start
FROM rolled_builds GROUP BY ${names}, start IS NULL ORDER BY ${names}`;
}

const causesQuery = `SELECT coalesce(cause, '(' || status || ')') AS cause, min(status) AS status,
  min(blame) AS blame, count(*) AS jobs,
  count(DISTINCT p.machine) + max(p.machine IS NULL) AS hosts,
  count(next_passed) AS rerun, total(next_passed) AS passed,
  min(started_at) AS first, max(started_at) AS last
FROM rolled_jobs j JOIN rolled_places p ON p.id = j.place WHERE failed GROUP BY 1 ORDER BY jobs DESC, 1`;

const whichJobs: Readonly<Record<WhichJobs, string>> = {
  all: '',
  infra: "WHERE failed AND blame = 'infra'",
  open: "WHERE failed AND status <> 'explained'",
  linked: `WHERE (host, job_id) IN (SELECT host, job_id FROM collisions
  UNION SELECT culprit_host, culprit_job_id FROM collisions)`,
};

function jobsQuery(which: WhichJobs): string {
  return rollUpQueries.rolled_jobs.replace('ORDER BY', `${whichJobs[which]} ORDER BY`);
}

/** Replaces all roll-ups. Call inside a transaction, after the last write to what they rest on. */
export function writeRollUps(db: Db, rollUps: RollUps): void {
  fill(db, 'rolled_setups', numbered(rollUps.setups));
  fill(db, 'rolled_works', numbered(rollUps.works));
  fill(db, 'rolled_places', numbered(rollUps.places));
  fill(db, 'rolled_builds', rollUps.builds(dimensions));
  fill(db, 'rolled_minutes_by_week', rollUps.byWeek().map(minuteRow('week')));
  fill(db, 'rolled_minutes_by_engine', rollUps.byPlace().map(minuteRow('place')));
  fill(db, 'rolled_bins', rollUps.bins);
  fill(db, 'rolled_jobs', rollUps.jobs('all'));
  db.prepare('DELETE FROM roll_up_state').run();
  db.prepare('INSERT INTO roll_up_state VALUES (?)').run(JSON.stringify(rollUps.totals));
}

function numbered(rows: readonly object[]): object[] {
  return rows.map((row, id) => ({ ...row, id }));
}

function minuteRow(where: 'week' | 'place'): (sums: MinuteSums) => object {
  return ({ minutes, where: number, ...rest }) => ({
    ...rest,
    [where]: number,
    ...Object.fromEntries(besides.map((name, others) => [name, minutes[others] ?? 0])),
  });
}

function fill(db: Db, table: Table, rows: readonly object[]): void {
  db.prepare(`DELETE FROM ${table}`).run();
  const names = columns[table];
  const insert = db.prepare(
    `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map((name) => `$${name}`).join(', ')})`,
  );
  for (const row of rows) insert.run(row);
}

/** The stored roll-ups; null where something was written since they were made. */
export function readRollUps(db: Db): RollUps | null {
  const state = db
    .prepare<[], { readonly totals: string }>('SELECT totals FROM roll_up_state')
    .get();
  if (state === undefined) return null;
  const all = <T>(table: Table): T[] => db.prepare<[], T>(rollUpQueries[table]).all();
  return {
    totals: totalsShape.parse(JSON.parse(state.totals)),
    setups: all('rolled_setups'),
    works: all('rolled_works'),
    places: all('rolled_places'),
    bins: all('rolled_bins'),
    builds: (by) => db.prepare<[], BuildCount>(buildsQuery(by)).all(),
    causes: () => db.prepare<[], CauseCount>(causesQuery).all(),
    jobs: (which) => db.prepare<[], RolledJob>(jobsQuery(which)).all(),
    byWeek: () => readMinutes(db, 'rolled_minutes_by_week'),
    byPlace: () => readMinutes(db, 'rolled_minutes_by_engine'),
  };
}

function readMinutes(
  db: Db,
  table: 'rolled_minutes_by_week' | 'rolled_minutes_by_engine',
): MinuteSums[] {
  const rows = db.prepare<[], readonly number[]>(rollUpQueries[table]).raw().all();
  return rows.map(([work = 0, where = 0, setup = 0, band = 0, ...minutes]) => ({
    work,
    where,
    setup,
    band,
    minutes,
  }));
}
