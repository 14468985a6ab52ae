/** Reads `counted_jobs` engine by engine: the load of one is counted without the others in memory. */
import { countedColumns, type CountedLine } from './counted-jobs.ts';
import { prepared } from './prepared.ts';
import type { Place, Setup, Totals, Work } from './roll-up-rows.ts';
import type { Db } from './store.ts';

export interface Numbered {
  readonly id: number;
}

/** What the lines share, each list in an order that does not depend on that of writing. */
export interface Shared {
  readonly setups: readonly (Setup & Numbered)[];
  readonly works: readonly (Work & Numbered)[];
  readonly places: readonly (Place & Numbered)[];
}

export function readShared(db: Db): Shared {
  const all = <T>(name: 'setup' | 'work' | 'place', columns: string): T[] =>
    db
      .prepare<[], T>(
        `SELECT id, ${columns} FROM counted_${name}s
         WHERE id IN (SELECT ${name} FROM counted_jobs WHERE copied = 0) ORDER BY ${columns}`,
      )
      .all();
  return {
    setups: all('setup', 'buildkit, buildx, docker_server, runner_version, os_image, driver'),
    works: all('work', 'host, repository, workflow, job'),
    places: all('place', 'engine, machine'),
  };
}

/** As much of a line as is added up of each job. */
export type CountedBuild = Pick<
  CountedLine,
  | 'place'
  | 'host'
  | 'job_id'
  | 'setup'
  | 'work'
  | 'attempt'
  | 'ownership'
  | 'built'
  | 'failed'
  | 'canceled'
  | 'weight'
  | 'window_start'
  | 'window_end'
  | 'started_at'
>;

const atOnce = 5000;

/** The lines of one place in the order of their keys, by the page. Copies are left out. */
export function* buildPages(db: Db, place: number): Generator<readonly CountedBuild[]> {
  // Rows as lists take half the time of rows as objects, and this is read of every job there is.
  const query = db
    .prepare<[number, string, number], BuildRow>(
      `SELECT place, host, job_id, setup, work, attempt, ownership, built, failed, canceled, weight,
         window_start, window_end, started_at
       FROM counted_jobs WHERE place = ? AND (host, job_id) > (?, ?) AND copied = 0
       ORDER BY host, job_id LIMIT ${atOnce}`,
    )
    .raw();
  let last: Pick<CountedBuild, 'host' | 'job_id'> | undefined = { host: '', job_id: 0 };
  while (last !== undefined) {
    const page: CountedBuild[] = query.all(place, last.host, last.job_id).map(buildOfRow);
    yield page;
    last = page.length < atOnce ? undefined : page.at(-1);
  }
}

type BuildRow = readonly [
  place: number,
  host: string,
  id: number,
  setup: number,
  work: number,
  attempt: number | null,
  ownership: CountedLine['ownership'],
  built: number,
  failed: number,
  canceled: number,
  weight: number,
  start: number | null,
  end: number | null,
  startedAt: string | null,
];

function buildOfRow([
  place,
  host,
  id,
  setup,
  work,
  attempt,
  ownership,
  built,
  failed,
  canceled,
  weight,
  start,
  end,
  startedAt,
]: BuildRow): CountedBuild {
  return {
    place,
    host,
    job_id: id,
    setup,
    work,
    attempt,
    ownership,
    built,
    failed,
    canceled,
    weight,
    window_start: start,
    window_end: end,
    started_at: startedAt,
  };
}

const buildersQuery = `SELECT host, job_id, builder_used FROM logs WHERE engine_id = $engine
UNION ALL SELECT host, job_id, builder_used FROM logs WHERE engine_id IS NULL AND machine = $engine`;

/** The builders that the jobs of an engine used, by host and id; jobs without a log are not among them. */
export function readBuilders(db: Db, engine: string): Map<string, string | null> {
  const rows = db
    .prepare<object, readonly [host: string, id: number, builder: string | null]>(buildersQuery)
    .raw()
    .all({ engine });
  return new Map(rows.map(([host, id, builder]) => [`${host}/${id}`, builder]));
}

type LineKey = Pick<CountedLine, 'place' | 'host' | 'job_id'>;

const linesQuery = `SELECT ${countedColumns.join(', ')} FROM counted_jobs
  WHERE (place, host, job_id) IN (SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?))`;

/** The whole lines of jobs, in the order asked for. */
export function readLines(db: Db, keys: readonly LineKey[]): CountedLine[] {
  const list = keys.map(({ place, host, job_id: id }) => [place, host, id]);
  const rows = prepared<[string], CountedLine>(db, linesQuery).all(JSON.stringify(list));
  const lines = new Map(rows.map((line) => [`${line.host}/${line.job_id}`, line]));
  return keys.map(({ host, job_id: id }) => {
    const line = lines.get(`${host}/${id}`);
    if (line === undefined) throw new Error(`job ${id} of ${host} is not counted`);
    return line;
  });
}

/** What is counted of all jobs, and between which minutes the builds began. */
export type Whole = Omit<Totals, 'span'> & {
  /** The first build's start, whatever became of it; null without one. */
  readonly begin: number | null;
  /** The first and the last start among first attempts. */
  readonly firstStart: number | null;
  readonly lastStart: number | null;
};

export function readWhole(db: Db): Whole {
  const whole = db
    .prepare<[], Whole>(
      `SELECT count(*) AS jobs, sum(c.built) AS built, sum(c.failed) AS failed,
         sum(c.canceled) AS canceled,
         sum(c.failed AND c.status = 'explained') AS explained,
         sum(c.failed AND c.status = 'unexplained') AS unexplained,
         sum(c.failed AND c.status = 'no-log') AS withoutLog,
         sum(c.failed AND c.status = 'partial') AS partial,
         sum(c.pruned) AS pruned, count(DISTINCT p.machine) AS hosts, min(c.started_at) AS "from", max(c.completed_at) AS "to",
         (SELECT count(*) FROM counted_jobs WHERE copied = 1) AS carriedOver,
         sum(c.built AND NOT c.timed) AS withoutTimes,
         min(iif(c.built AND c.window_end IS NOT NULL, c.window_start, NULL)) AS "begin",
         min(iif(${isFirst}, c.window_start, NULL)) AS firstStart,
         max(iif(${isFirst}, c.window_start, NULL)) AS lastStart
       FROM counted_jobs c JOIN counted_places p ON p.id = c.place WHERE c.copied = 0`,
    )
    .get();
  if (whole === undefined) throw new Error('a count is one row');
  const noJobs = { built: 0, failed: 0, canceled: 0, explained: 0, unexplained: 0 };
  return whole.jobs > 0
    ? whole
    : { ...whole, ...noJobs, withoutLog: 0, partial: 0, withoutTimes: 0, pruned: 0 };
}

const isFirst = 'c.built AND NOT c.canceled AND (c.attempt IS NULL OR c.attempt = 1)';

export interface Pass {
  readonly commit_sha: string;
  readonly work: number;
  readonly place: number;
}

/** Builds that passed on a commit on which some job did not. */
export function eachPassOnFailedCommit(db: Db): IterableIterator<Pass> {
  return db
    .prepare<[], Pass>(
      `SELECT commit_sha, work, place FROM counted_jobs
       WHERE built = 1 AND status = 'passed' AND copied = 0 AND commit_sha IN (
         SELECT commit_sha FROM counted_jobs WHERE status <> 'passed' AND copied = 0)`,
    )
    .iterate();
}
