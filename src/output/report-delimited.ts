/** All tables of a report as one: a column says which table a row is of, a share becomes five columns. */
import type { Cell, Column, Report } from '../reports/report.ts';
import { toCsv, toNdjson, type Row } from './delimited.ts';
import { escapeControls } from './escape.ts';

const partsOfAShare = ['count', 'total', 'rate', 'low', 'high'] as const;

/** CSV with the columns of all tables; a cell that its table has not is empty. */
export function reportCsv({ sections }: Report): string {
  const names = new Set(['table', ...sections.flatMap(({ columns }) => columns.flatMap(namesOf))]);
  return toCsv(
    [...names],
    rowsOf(sections).map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([name, cell]) => [
          name,
          typeof cell === 'string' ? escapeControls(cell) : cell,
        ]),
      ),
    ),
  );
}

/** One JSON object per row, with the columns of its own table. */
export function reportNdjson({ sections }: Report): string {
  return sections
    .map((section) => toNdjson(['table', ...section.columns.flatMap(namesOf)], rowsOf([section])))
    .join('');
}

function rowsOf(sections: Report['sections']): Row[] {
  return sections.flatMap(({ id, columns, rows }) =>
    rows.map((row) =>
      Object.fromEntries([
        ['table', id],
        ...columns.flatMap((column) => cellsOf(column, row[column.key] ?? null)),
      ]),
    ),
  );
}

function namesOf({ key, kind }: Column): string[] {
  return kind === 'proportion' ? partsOfAShare.map((part) => `${key}_${part}`) : [key];
}

function cellsOf(column: Column, cell: Cell): [string, string | number | null][] {
  const share = typeof cell === 'object' ? cell : null;
  if (column.kind === 'proportion') {
    return partsOfAShare.map((part) => [`${column.key}_${part}`, share?.[part] ?? null]);
  }
  return [[column.key, typeof cell === 'object' ? null : cell]];
}
