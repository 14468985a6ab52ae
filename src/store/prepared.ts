/**
 * Statements that are run for every job, prepared once for each connection: preparing costs more than running,
 * and what SQLite keeps for a statement is freed only when the garbage collector comes by.
 */
import type Database from 'better-sqlite3';

import type { Db } from './store.ts';

const statements = new WeakMap<Db, Map<string, Database.Statement>>();

/** The statement of this text. Not to be switched to another mode (`pluck`, `raw`): others use it too. */
export function prepared<P extends unknown[] = unknown[], R = unknown>(
  db: Db,
  sql: string,
): Database.Statement<P, R> {
  let own = statements.get(db);
  if (own === undefined) {
    own = new Map();
    statements.set(db, own);
  }
  let statement = own.get(sql);
  if (statement === undefined) {
    statement = db.prepare(sql);
    own.set(sql, statement);
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as with `db.prepare`, the caller says
  return statement as Database.Statement<P, R>;
}

/** Rows that one statement writes at most; more gain nothing. */
const rowsAtOnce = 128;

/**
 * Writes rows of equal length many at a time, which takes a third of the time of one by one. `insert` is the
 * statement up to its `VALUES`, `conflict` what comes behind them.
 */
export function insertRows(
  db: Db,
  insert: string,
  rows: readonly (readonly unknown[])[],
  conflict = '',
): void {
  const places = `(${rows[0]?.map(() => '?').join(', ')})`;
  let at = 0;
  for (let size = rowsAtOnce; size >= 1; size /= 2) {
    if (rows.length - at < size) continue;
    const values = Array(size).fill(places).join(', ');
    const statement = prepared(db, `${insert} VALUES ${values} ${conflict}`);
    for (; rows.length - at >= size; at += size) {
      const bound: unknown[] = [];
      // flat() takes as long as the writing.
      for (let row = at; row < at + size; row++) {
        for (const value of rows[row] ?? []) bound.push(value);
      }
      statement.run(bound);
    }
  }
}
