/** Tables for spreadsheets and scripts: CSV and one JSON object per line. */
import { stringify } from 'csv-stringify/sync';

import { toJson } from './escape.ts';

export type Row = Readonly<Record<string, string | number | null>>;

/** CSV with a header line, unless it goes on. Cells that a spreadsheet would take for formulas are defused. */
export function toCsv(columns: readonly string[], rows: readonly Row[], header = true): string {
  return stringify([...rows], {
    columns: [...columns],
    header,
    escape_formulas: true,
    record_delimiter: 'unix',
  });
}

/** One JSON object per line, its members in the order of `columns`. */
export function toNdjson(columns: readonly string[], rows: readonly Row[]): string {
  return rows
    .map(
      (row) => `${toJson(Object.fromEntries(columns.map((name) => [name, row[name] ?? null])))}\n`,
    )
    .join('');
}
