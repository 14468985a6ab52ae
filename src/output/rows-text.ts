/** The answer to a question in SQL, for people, spreadsheets and programs. */
import type { Cell, Column } from '../reports/report.ts';
import { toCsv, toNdjson, type Row } from './delimited.ts';
import { escapeControls, toJson } from './escape.ts';
import { plain } from './style.ts';
import { tableText } from './table-text.ts';

/** What SQLite knows. */
type SqlValue = string | number | bigint | Uint8Array | null;

export type RowFormat = 'table' | 'csv' | 'json' | 'ndjson';

/** A part of the answer; `first` says that nothing was printed before it. */
export function rowsText(
  format: RowFormat,
  columns: readonly string[],
  values: readonly (readonly SqlValue[])[],
  { first, width, style = plain }: { first: boolean; width: number; style?: typeof plain },
): string {
  const rows = values.map((row) => rowOf(columns, row));
  switch (format) {
    case 'table':
      return tableText(columnsOf(columns, rows), rows, width, style);
    case 'csv':
      return toCsv(columns, rows.map(shownLines), first);
    case 'ndjson':
      return toNdjson(columns, rows);
    case 'json':
      return `[${rows.map((row) => `\n  ${toJson(row)}`).join(',')}${rows.length > 0 ? '\n' : ''}]\n`;
    default:
      return format satisfies never;
  }
}

function rowOf(columns: readonly string[], values: readonly SqlValue[]): Row {
  return Object.fromEntries(columns.map((name, index) => [name, cellOf(values[index] ?? null)]));
}

/** Blobs as SQL writes them; none of the tables has one. */
function cellOf(value: SqlValue): Row[string] {
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Uint8Array) return `x'${Buffer.from(value).toString('hex')}'`;
  return value;
}

function columnsOf(names: readonly string[], rows: readonly Row[]): Column[] {
  return names.map((name) => {
    const cells: Cell[] = rows.map((row) => row[name] ?? null);
    const isNumber = cells.some((cell) => typeof cell === 'number');
    return { key: name, title: name, kind: isNumber ? 'count' : 'text' };
  });
}

/** Line ends stay, since CSV can hold them; all else that a terminal would obey is shown. */
function shownLines(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([name, cell]) => [
      name,
      typeof cell === 'string' ? cell.split('\n').map(escapeControls).join('\n') : cell,
    ]),
  );
}
