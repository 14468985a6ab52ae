/** Lines of `counted_jobs` from one database to another as they are, numbers included. */
import { countedColumns, sharedTables } from './counted-jobs.ts';
import { insertRows } from './prepared.ts';
import type { Db } from './store.ts';

/** Copies the lines that nothing has outdated, and what they share; `into` has none yet. */
export function copyLines(from: Db, into: Db): void {
  copyRows(from, into, 'counted_jobs', countedColumns, unchanged);
  for (const [table, columns] of Object.entries(sharedTables)) {
    copyRows(from, into, table, ['id', ...columns], '');
  }
}

const unchanged = `WHERE NOT EXISTS (
  SELECT 1 FROM outdated_jobs o WHERE o.host = counted_jobs.host AND o.job_id = counted_jobs.job_id)`;

const copiedAtOnce = 1024;

function copyRows(
  from: Db,
  into: Db,
  table: string,
  columns: readonly string[],
  where: string,
): void {
  const names = columns.join(', ');
  const rows = from.prepare<[], readonly unknown[]>(`SELECT ${names} FROM ${table} ${where}`).raw();
  const page: (readonly unknown[])[] = [];
  const flush = (): void => insertRows(into, `INSERT INTO ${table} (${names})`, page.splice(0));
  for (const row of rows.iterate()) {
    if (page.push(row) === copiedAtOnce) flush();
  }
  flush();
}
