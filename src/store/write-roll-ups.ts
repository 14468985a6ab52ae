/** Writes the roll-ups, some rows at a time: `reports/roll-up` makes them. */
import { insertRows } from './prepared.ts';
import { rollUpColumns, type RollUpTable } from './roll-up-columns.ts';
import type {
  BinCount,
  BuildCount,
  HourCount,
  MinuteSums,
  Place,
  RolledJob,
  Setup,
  SpanCount,
  Totals,
  Work,
} from './roll-up-rows.ts';
import type { Db } from './store.ts';

interface Rows {
  readonly rolled_setups: Setup;
  readonly rolled_works: Work;
  readonly rolled_places: Place;
  readonly rolled_builds: BuildCount;
  readonly rolled_bins: BinCount;
  readonly rolled_hours: HourCount;
  readonly rolled_spans: SpanCount;
  readonly rolled_jobs: Omit<RolledJob, 'next_passed'>;
}

/** Rows of a table that wait to be written together. */
const mostWaiting = 1024;

/** Replaces all roll-ups. To be used inside a transaction, after the last write to what they rest on. */
export class RollUpWriter {
  readonly #db: Db;
  readonly #waiting = new Map<RollUpTable, (readonly unknown[])[]>();

  constructor(db: Db) {
    this.#db = db;
    for (const table of Object.keys(rollUpColumns)) db.prepare(`DELETE FROM ${table}`).run();
    db.prepare('DELETE FROM roll_up_state').run();
  }

  /** Setups, works and places are numbered in the order in which they come, which is not that of writing. */
  add<T extends keyof Rows>(table: T, rows: readonly Rows[T][]): void {
    const names = rollUpColumns[table];
    for (const [id, row] of rows.entries()) {
      const values: Readonly<Record<string, unknown>> = { ...row, id };
      this.#insert(
        table,
        names.map((name) => values[name] ?? null),
      );
    }
  }

  addMinutes(
    table: 'rolled_minutes_by_week' | 'rolled_minutes_by_engine',
    rows: Iterable<MinuteSums>,
  ): void {
    for (const { work, where, setup, band, minutes } of rows) {
      this.#insert(table, [work, where, setup, band, ...minutes]);
    }
  }

  /**
   * Looks for the next attempts of failed jobs, and says that the roll-ups are up to date. One that was canceled did not end
   * and is passed over, and a failure that comes again when it is run again counts once, as in `analysis/reruns`.
   */
  finish(totals: Totals): void {
    for (const [table, rows] of this.#waiting) this.#write(table, rows);
    this.#db
      .prepare(
        `UPDATE rolled_jobs AS j SET next_passed = (
           SELECT n.status IS 'passed' FROM rolled_jobs n INDEXED BY rolled_jobs_by_run
           WHERE n.host = j.host AND n.run_id = j.run_id AND n.attempt > j.attempt
             AND n.work = j.work AND NOT n.canceled ORDER BY n.attempt, n.job_id LIMIT 1)
         WHERE failed AND NOT EXISTS (
           SELECT 1 FROM rolled_jobs b INDEXED BY rolled_jobs_by_run
           WHERE b.host = j.host AND b.run_id = j.run_id AND b.attempt < j.attempt AND b.work = j.work
             AND b.failed AND coalesce(b.cause, b.status) IS coalesce(j.cause, j.status))`,
      )
      .run();
    this.#db.prepare('INSERT INTO roll_up_state VALUES (?)').run(JSON.stringify(totals));
  }

  #insert(table: RollUpTable, values: readonly unknown[]): void {
    const rows = this.#waiting.get(table) ?? [];
    this.#waiting.set(table, rows);
    if (rows.push(values) === mostWaiting) this.#write(table, rows.splice(0));
  }

  #write(table: RollUpTable, rows: readonly (readonly unknown[])[]): void {
    insertRows(this.#db, `INSERT INTO ${table} (${rollUpColumns[table].join(', ')})`, rows);
  }
}
