/** The tables that are exported, flat: one row a line, no nested values, documented column names. */
import type { Db } from './store.ts';

export interface ExportTable {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: readonly Readonly<Record<string, string | number | null>>[];
}

/** Whose rows they are, as the database names jobs. */
interface Job {
  readonly host: string;
  readonly job_id: number;
}

const queries: readonly {
  readonly name: string;
  readonly select: string;
  /** The job of a row. */
  readonly key: string;
  readonly order: string;
}[] = [
  {
    name: 'jobs',
    select: 'SELECT * FROM job_overview',
    key: 'host, job_id',
    order: 'host, job_id',
  },
  {
    name: 'verdicts',
    select: `SELECT v.host, v.job_id, j.run_id, j.attempt, v.status, v.cause, v.log_cause, v.confidence,
        c.culprit_job_id
      FROM verdicts v JOIN jobs j USING (host, job_id) LEFT JOIN collisions c USING (host, job_id)`,
    key: 'v.host, v.job_id',
    order: 'v.host, v.job_id',
  },
  {
    name: 'occurrences',
    select: 'SELECT * FROM occurrences',
    key: 'host, job_id',
    order: 'host, job_id, line, signature',
  },
  {
    name: 'facts',
    select: 'SELECT host, job_id, name, value, line FROM facts',
    key: 'host, job_id',
    order: 'host, job_id, line, name',
  },
  {
    name: 'builder_events',
    select:
      'SELECT host, job_id, line, event, name, at, driver, buildkit, text FROM builder_events',
    key: 'host, job_id',
    order: 'host, job_id, line',
  },
  {
    name: 'collisions',
    select: 'SELECT * FROM collision_overview',
    key: 'host, victim_job_id',
    order: 'host, victim_job_id',
  },
];

/** All tables, in a fixed order; of `jobs` alone where they are given, which reads only their rows. */
export function* readTables(db: Db, jobs: readonly Job[] | null = null): Generator<ExportTable> {
  const given = jobs === null ? [] : [JSON.stringify(jobs.map((job) => [job.host, job.job_id]))];
  for (const { name, select, key, order } of queries) {
    const whose =
      jobs === null ? '' : `WHERE (${key}) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))`;
    const statement = db.prepare<string[], Record<string, string | number | null>>(
      `${select} ${whose} ORDER BY ${order}`,
    );
    const columns = statement.columns().map((column) => column.name);
    yield { name, columns, rows: statement.all(...given) };
  }
}
