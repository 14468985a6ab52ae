/** Reads the roll-ups: what reports count with. */
import { z } from 'zod';

import type {
  BuildCount,
  CauseCount,
  Dimension,
  HourCount,
  MinuteColumns,
  RolledAttempt,
  RolledCase,
  RolledJob,
  RollUps,
  SpanCount,
  StartedBuilds,
  Totals,
  WhichJobs,
} from './roll-up-rows.ts';
import { rollUpColumns, type RollUpTable } from './roll-up-columns.ts';
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
  pruned: z.number(),
  span: z.number(),
});

/** What every report asks the store, so that `--explain` can show it. */
export const rollUpQueries: Readonly<Record<RollUpTable, string>> = {
  rolled_setups: selectOf('rolled_setups'),
  rolled_works: selectOf('rolled_works'),
  rolled_places: selectOf('rolled_places'),
  rolled_builds: selectOf('rolled_builds'),
  rolled_minutes_by_week: selectOf('rolled_minutes_by_week'),
  rolled_minutes_by_engine: selectOf('rolled_minutes_by_engine'),
  rolled_bins: selectOf('rolled_bins'),
  rolled_hours: selectOf('rolled_hours'),
  rolled_spans: selectOf('rolled_spans'),
  rolled_jobs: selectOf('rolled_jobs'),
};

function selectOf(table: RollUpTable): string {
  const names = rollUpColumns[table];
  return `SELECT ${names.join(', ')} FROM ${table} ORDER BY ${names[0]}${names[0] === 'id' ? '' : `, ${names[1]}`}`;
}

/** Sums over what is not asked for. Builds of unknown times stay apart: they are in no comparison. */
function buildsQuery(by: readonly Dimension[]): string {
  const names = [...by, 'first', 'outcome'].join(', ');
  return `SELECT ${names}, sum(builds) AS builds, sum(weight) AS weight, sum(minutes) AS minutes,
  min(first_at) AS first_at, max(last_at) AS last_at, min(start) AS start
FROM rolled_builds GROUP BY ${names}, start IS NULL ORDER BY ${names}`;
}

const startedQuery = `SELECT repository, setup, place, others, weight
FROM rolled_builds WHERE first AND others >= 0 ORDER BY repository, setup, place`;

const causesQuery = `SELECT coalesce(cause, '(' || status || ')') AS cause, min(status) AS status,
  min(blame) AS blame, count(*) AS jobs,
  count(DISTINCT p.machine) + max(p.machine IS NULL) AS hosts,
  count(next_passed) AS rerun, total(next_passed) AS passed,
  min(started_at) AS first, max(started_at) AS last
FROM rolled_jobs j JOIN rolled_places p ON p.id = j.place WHERE failed GROUP BY 1 ORDER BY jobs DESC, 1`;

const casesQuery = `SELECT host, job_id, cause, work, setup, place, window_start AS start,
  moment AS at, others, band, week
FROM rolled_jobs WHERE failed AND blame = ? AND moment IS NOT NULL AND (attempt IS NULL OR attempt = 1)
ORDER BY host, job_id`;

const attemptsQuery = `SELECT work, run_id, attempt, status IS 'passed', iif(failed, cause, NULL),
  window_end - window_start
FROM rolled_jobs WHERE run_id IS NOT NULL AND attempt IS NOT NULL AND NOT canceled ORDER BY host, job_id`;

const whichJobs: Readonly<Record<WhichJobs, string>> = {
  all: '',
  infra: "WHERE failed AND blame = 'infra'",
  open: "WHERE failed AND status <> 'explained'",
  linked: 'WHERE linked',
};

function jobsQuery(which: WhichJobs): string {
  return rollUpQueries.rolled_jobs.replace('ORDER BY', `${whichJobs[which]} ORDER BY`);
}

/** Whether the roll-ups say what the lines of `counted_jobs` say, as long as no job is outdated. */
export function hasRollUps(db: Db): boolean {
  return db.prepare('SELECT 1 FROM roll_up_state').get() !== undefined;
}

/** Whether the lines of `counted_jobs` say what is stored of all jobs. */
export function areLinesUpToDate(db: Db): boolean {
  return db.prepare('SELECT 1 FROM outdated_jobs').get() === undefined;
}

/** The stored roll-ups; null where something was written since they were made. */
export function readRollUps(db: Db): RollUps | null {
  const state = db
    .prepare<[], { readonly totals: string }>(
      'SELECT totals FROM roll_up_state WHERE NOT EXISTS (SELECT 1 FROM outdated_jobs)',
    )
    .get();
  if (state === undefined) return null;
  const all = <T>(table: RollUpTable): T[] => db.prepare<[], T>(rollUpQueries[table]).all();
  return {
    totals: totalsShape.parse(JSON.parse(state.totals)),
    setups: all('rolled_setups'),
    works: all('rolled_works'),
    places: all('rolled_places'),
    bins: all('rolled_bins'),
    builds: (by) => db.prepare<[], BuildCount>(buildsQuery(by)).all(),
    started: () => db.prepare<[], StartedBuilds>(startedQuery).raw().all(),
    attempts: () => db.prepare<[], RolledAttempt>(attemptsQuery).raw().all(),
    causes: () => db.prepare<[], CauseCount>(causesQuery).all(),
    cases: (blame) => db.prepare<[string], RolledCase>(casesQuery).all(blame),
    jobs: (which) => db.prepare<[], RolledJob>(jobsQuery(which)).all(),
    hours: () => all<HourCount>('rolled_hours'),
    spans: () => all<SpanCount>('rolled_spans'),
    byWeek: () => readMinutes(db, 'rolled_minutes_by_week'),
    byPlace: () => readMinutes(db, 'rolled_minutes_by_engine'),
  };
}

function readMinutes(
  db: Db,
  table: 'rolled_minutes_by_week' | 'rolled_minutes_by_engine',
): MinuteColumns {
  const rows = db.prepare<[], readonly number[]>(rollUpQueries[table]).raw().all();
  const column = (index: number): Int32Array => Int32Array.from(rows, (row) => row[index] ?? 0);
  const loads = rollUpColumns[table].length - 4;
  const minutes = new Float64Array(rows.length * loads);
  for (const [i, row] of rows.entries()) {
    for (let load = 0; load < loads; load++) minutes[i * loads + load] = row[4 + load] ?? 0;
  }
  return { works: column(0), wheres: column(1), setups: column(2), bands: column(3), minutes };
}
