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

export interface View {
  readonly name: string;
  /** `type` is empty where the column is computed. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

/** All views, in the order in which they were made. */
export function readViews(db: Db): View[] {
  const columns = db.prepare<[string], View['columns'][number]>(
    'SELECT name, type FROM pragma_table_info(?)',
  );
  return db
    .prepare<[], string>("SELECT name FROM sqlite_master WHERE type = 'view' ORDER BY rowid")
    .pluck()
    .all()
    .map((name) => ({ name, columns: columns.all(name) }));
}
