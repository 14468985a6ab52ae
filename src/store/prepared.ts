/**
 * Statements that are run for every job, prepared once for each connection: preparing costs more than running,
 * and what SQLite keeps for a statement is freed only when the garbage collector comes by.
 */
import type Database from 'better-sqlite3';

import type { Db } from './store.ts';

const statements = new WeakMap<Db, Map<string, Database.Statement>>();

/** The statement of this text. Not to be switched to another mode (`pluck`, `raw`): others use it too. */
export function prepared(db: Db, sql: string): Database.Statement {
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
  return statement;
}
