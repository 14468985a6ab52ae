/** The content of a database as text, the same for the same content however it came about. */
import type { Db } from './store.ts';

/** Tables of the journal, which tell when something was done and not what is known. */
const journal = new Set(['ingests', 'notices', 'scans', 'list_marks']);
/** Lines and their numbers follow from the rest, and are numbered in the order of writing. */
const derived = /^counted_|^outdated_jobs$/;

/** One line for each row, ordered by table and key. */
export function* logicalDump(db: Db): Generator<string> {
  const tables = db
    .prepare<[], { name: string }>(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
    )
    .all();
  for (const { name } of tables) {
    if (journal.has(name) || derived.test(name)) continue;
    const rows = db
      .prepare(`SELECT * FROM "${name}"`)
      .all()
      .map((row) => JSON.stringify(row));
    for (const row of rows.toSorted()) yield `${name} ${row}`;
  }
}
