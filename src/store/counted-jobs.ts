/** The lines of `counted_jobs`: what of each job is counted, and nothing else. */
import type { Blame } from '../model/pattern.ts';
import type { Instant } from '../model/time.ts';
import type { VerdictStatus } from '../model/verdict.ts';
import type { Ownership, Place, Setup, Work } from './roll-up-rows.ts';
import type { Db } from './store.ts';

/** What is counted of a job, whatever versions, work and place it shares with others. */
export interface CountedTraits {
  readonly host: string;
  readonly job_id: number;
  readonly run_id: number | null;
  readonly attempt: number | null;
  readonly status: VerdictStatus | null;
  readonly cause: string | null;
  readonly blame: Blame | null;
  readonly started_at: Instant | null;
  readonly completed_at: Instant | null;
  readonly built: number;
  readonly failed: number;
  readonly canceled: number;
  /** What a partial re-run only copied: in no count but that of copies. */
  readonly copied: number;
  readonly ownership: Ownership;
  /** How many jobs it stands for: 1, or one over the probability with which its log was drawn. */
  readonly weight: number;
  /** From the first build's start to the last one's end, or the job's own times; minutes. Null if not known. */
  readonly window_start: number | null;
  readonly window_end: number | null;
  /** Whether the window is the build's own. */
  readonly timed: number;
  /** When it failed; minutes. */
  readonly failed_at: number | null;
  readonly commit_sha: string | null;
  /** Whether this line is all that is left of the job. */
  readonly pruned: number;
}

export interface CountedJob {
  readonly traits: CountedTraits;
  readonly setup: Setup;
  readonly work: Work;
  readonly place: Place;
}

/** A line as it is kept: with numbers for what many jobs share. */
export interface CountedLine extends CountedTraits {
  readonly setup: number;
  readonly work: number;
  readonly place: number;
}

const traits = [
  'host',
  'job_id',
  'run_id',
  'attempt',
  'status',
  'cause',
  'blame',
  'started_at',
  'completed_at',
  'built',
  'failed',
  'canceled',
  'copied',
  'ownership',
  'weight',
  'window_start',
  'window_end',
  'timed',
  'failed_at',
  'commit_sha',
  'pruned',
] as const satisfies readonly (keyof CountedTraits)[];

export const countedColumns = ['place', 'setup', 'work', ...traits] as const;

export const sharedTables = {
  counted_setups: [
    'buildkit',
    'buildx',
    'docker_server',
    'runner_version',
    'os_image',
    'driver',
  ] as const satisfies readonly (keyof Setup)[],
  counted_works: [
    'host',
    'repository',
    'workflow',
    'job',
  ] as const satisfies readonly (keyof Work)[],
  counted_places: ['engine', 'machine'] as const satisfies readonly (keyof Place)[],
};

const sharedColumns = [
  ...sharedTables.counted_setups.map((name) => `s.${name}`),
  ...sharedTables.counted_works.filter((name) => name !== 'host').map((name) => `w.${name}`),
  ...sharedTables.counted_places.map((name) => `p.${name}`),
];

/** Writes lines, and tells how many were not there or not the same. */
export class CountedJobs {
  readonly #numbers: (table: keyof typeof sharedTables, values: readonly unknown[]) => number;
  readonly #write: (values: readonly unknown[]) => number;

  constructor(db: Db) {
    this.#numbers = numbering(db);
    const own = countedColumns.filter((column) => column !== 'host' && column !== 'job_id');
    const upsert = db.prepare(
      `INSERT INTO counted_jobs (${countedColumns.join(', ')}) VALUES (${countedColumns.map(() => '?').join(', ')})
       ON CONFLICT (host, job_id) DO UPDATE SET ${own.map((name) => `${name} = excluded.${name}`).join(', ')}
       WHERE ${own.map((name) => `${name} IS NOT excluded.${name}`).join(' OR ')}`,
    );
    this.#write = (values) => upsert.run(...values).changes;
  }

  write(job: CountedJob): number {
    const { place, setup, work } = job;
    const numbers = [
      this.#numbers('counted_places', [place.engine, place.machine]),
      this.#numbers(
        'counted_setups',
        sharedTables.counted_setups.map((name) => setup[name]),
      ),
      this.#numbers(
        'counted_works',
        sharedTables.counted_works.map((name) => work[name]),
      ),
    ];
    return this.#write([...numbers, ...traits.map((name) => job.traits[name])]);
  }
}

/** The numbers of values, given to those that have none yet. */
function numbering(
  db: Db,
): (table: keyof typeof sharedTables, values: readonly unknown[]) => number {
  const known = new Map<string, number>();
  return (table, values) => {
    const key = `${table}${JSON.stringify(values)}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const names = sharedTables[table];
    const found = db
      .prepare<unknown[], number>(
        `SELECT id FROM ${table} WHERE ${names.map((name) => `${name} IS ?`).join(' AND ')}`,
      )
      .pluck()
      .get(...values);
    const marks = names.map(() => '?').join(', ');
    const number =
      found ??
      Number(
        db.prepare(`INSERT INTO ${table} (${names.join(', ')}) VALUES (${marks})`).run(...values)
          .lastInsertRowid,
      );
    known.set(key, number);
    return number;
  };
}

/** Takes out the lines of jobs that are no more; how many there were. */
export function forgetGoneJobs(db: Db): number {
  return db
    .prepare(
      `DELETE FROM counted_jobs WHERE pruned = 0 AND (host, job_id) IN (
         SELECT host, job_id FROM outdated_jobs EXCEPT SELECT host, job_id FROM jobs)`,
    )
    .run().changes;
}

/** All lines are made. */
export function forgetOutdatedJobs(db: Db): void {
  db.prepare('DELETE FROM outdated_jobs').run();
}

/** The lines that are all that is left of their jobs. */
export function* prunedJobs(db: Db): Generator<CountedJob> {
  const rows = db
    .prepare<[], CountedTraits & Setup & Work & Place>(
      `SELECT ${[...traits.map((name) => `c.${name}`), ...sharedColumns].join(', ')}
       FROM counted_jobs c JOIN counted_setups s ON s.id = c.setup
         JOIN counted_works w ON w.id = c.work JOIN counted_places p ON p.id = c.place
       WHERE c.pruned = 1 ORDER BY c.host, c.job_id`,
    )
    .all();
  for (const row of rows) {
    const { engine, machine, host, repository, workflow, job } = row;
    const { buildkit, buildx, docker_server: docker, runner_version: runner } = row;
    const versions = { buildkit, buildx, docker_server: docker, runner_version: runner };
    yield {
      traits: row,
      setup: { ...versions, os_image: row.os_image, driver: row.driver },
      work: { host, repository, workflow, job },
      place: { engine, machine },
    };
  }
}
