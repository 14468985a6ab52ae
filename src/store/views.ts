/** The definitions of the database's views, as the database itself holds them. */
import type { Db } from './store.ts';

/** `CREATE VIEW …` of one view; empty where there is none. */
export function viewSql(db: Db, name: string): string {
  const row = db
    .prepare<[string], { sql: string }>(
      "SELECT sql FROM sqlite_master WHERE type = 'view' AND name = ?",
    )
    .get(name);
  return row?.sql ?? '';
}
