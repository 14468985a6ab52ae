/** The tables that are exported, flat: one row a line, no nested values, documented column names. */
import type { Db } from './store.ts';

export interface ExportTable {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: readonly Readonly<Record<string, string | number | null>>[];
}

const queries: readonly { readonly name: string; readonly sql: string }[] = [
  { name: 'jobs', sql: 'SELECT * FROM job_overview ORDER BY host, job_id' },
  {
    name: 'verdicts',
    sql: `SELECT v.host, v.job_id, j.run_id, j.attempt, v.status, v.cause, v.log_cause, v.confidence,
        c.culprit_job_id
      FROM verdicts v JOIN jobs j USING (host, job_id) LEFT JOIN collisions c USING (host, job_id)
      ORDER BY v.host, v.job_id`,
  },
  { name: 'occurrences', sql: 'SELECT * FROM occurrences ORDER BY host, job_id, line, signature' },
  {
    name: 'facts',
    sql: 'SELECT host, job_id, name, value, line FROM facts ORDER BY host, job_id, line, name',
  },
  {
    name: 'builder_events',
    sql: `SELECT host, job_id, line, event, name, at, driver, buildkit, text FROM builder_events
      ORDER BY host, job_id, line`,
  },
  { name: 'collisions', sql: 'SELECT * FROM collision_overview ORDER BY host, victim_job_id' },
];

/** All tables, in a fixed order. */
export function* readTables(db: Db): Generator<ExportTable> {
  for (const { name, sql } of queries) {
    const statement = db.prepare<[], Record<string, string | number | null>>(sql);
    const columns = statement.columns().map((column) => column.name);
    yield { name, columns, rows: statement.all() };
  }
}
