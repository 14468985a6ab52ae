/** Rows for tables, column by name. */
import type { Db } from '../../src/store/store.ts';

/** Rows by name; statements prepared once for each table and set of columns. */
export class Rows {
  readonly #db: Db;
  readonly #statements = new Map<string, ReturnType<Db['prepare']>>();

  constructor(db: Db) {
    this.#db = db;
  }

  add(table: string, row: Readonly<Record<string, unknown>>): void {
    const names = Object.keys(row);
    const key = `${table} ${names.join()}`;
    let statement = this.#statements.get(key);
    if (statement === undefined) {
      const values = names.map((name) => `$${name}`).join(', ');
      statement = this.#db.prepare(
        `INSERT OR IGNORE INTO ${table} (${names.join(', ')}) VALUES (${values})`,
      );
      this.#statements.set(key, statement);
    }
    statement.run(row);
  }
}
