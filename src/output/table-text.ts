/** A table of typed cells as aligned text that fits a width. */
import Table from 'cli-table3';

import { toPercent, type Proportion } from '../analysis/proportion.ts';
import type { Cell, Column } from '../reports/report.ts';
import { escapeControls } from './escape.ts';
import { columnsOf, shorten, shortenMiddle } from './width.ts';
import type { Style } from './style.ts';
import { wrap, wrapParts } from './wrap.ts';

const gap = 2;
const narrowest = 12;
const narrowestTitle = 8;
const linesOfAText = 3;
const unknown = '–';
const unbreakable = '\u00A0';
const leftAligned: ReadonlySet<Column['kind']> = new Set(['id', 'text', 'line', 'instant']);
const yielding: ReadonlySet<Column['kind']> = new Set(['text', 'line']);
// Nothing but room between columns: rules and corners cost width and say nothing.
const noRules = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
};

/**
 * The header line and one line for each row. Where not even the ids fit beside each other, the columns that
 * are too many stand below their row, each with its title.
 */
export function tableText(
  columns: readonly Column[],
  rows: readonly Readonly<Record<string, Cell>>[],
  width: number,
  style: Style,
): string {
  const cells = rows.map((row) =>
    columns.map((column) => cellText(row[column.key] ?? null, column)),
  );
  const widths = fit(columns, cells, width);
  if (widths !== null) return aligned(columns, cells, widths, style).join('\n');
  const natural = naturalWidths(columns, cells);
  const beside = Math.max(1, howManyFit(natural, width));
  const lines = aligned(columns.slice(0, beside), cells, natural, style);
  return [
    ...lines.slice(0, 1),
    ...cells.flatMap((row, index) => [
      lines[index + 1] ?? '',
      ...below(columns.slice(beside), row.slice(beside), width, style),
    ]),
  ].join('\n');
}

function aligned(
  columns: readonly Column[],
  cells: readonly string[][],
  widths: readonly number[],
  style: Style,
): string[] {
  const table = new Table({
    chars: noRules,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': gap },
    colWidths: columns.map((_, index) => (widths[index] ?? 0) + gap),
    colAligns: columns.map(({ kind }) => (leftAligned.has(kind) ? 'left' : 'right')),
  });
  table.push(columns.map(({ title }, index) => style.dim(shorten(title, widths[index] ?? 0))));
  for (const row of cells) {
    table.push(
      columns.map(({ kind }, index) => {
        const cut = kind === 'line' ? shortenMiddle : shorten;
        return cut(row[index] ?? '', widths[index] ?? 0);
      }),
    );
  }
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}

/** What did not fit beside the others, a few lines at most; what is not known is left out. */
function below(
  columns: readonly Column[],
  row: readonly string[],
  width: number,
  style: Style,
): string[] {
  const room = Math.max(narrowest, width - gap);
  const parts = columns.flatMap(({ title, kind }, index) => {
    const cell = row[index] ?? unknown;
    if (cell === unknown) return [];
    const name = title === '' ? '' : `${title} `;
    return yielding.has(kind)
      ? [name + shortenMiddle(cell, room * linesOfAText)]
      : [(name + cell).replaceAll(' ', unbreakable)];
  });
  return wrapParts(parts, '; ', room)
    .flatMap((line) => (columnsOf(line) > room ? wrap(line, room) : [line]))
    .filter((line) => line !== '')
    .map((line) => style.dim(' '.repeat(gap) + line.replaceAll(unbreakable, ' ')));
}

function naturalWidths(columns: readonly Column[], cells: readonly string[][]): number[] {
  return columns.map(({ title }, index) =>
    Math.max(columnsOf(title), ...cells.map((row) => columnsOf(row[index] ?? ''))),
  );
}

function howManyFit(widths: readonly number[], width: number): number {
  let used = -gap;
  const over = widths.findIndex((each) => {
    used += each + gap;
    return used > width;
  });
  return over < 0 ? widths.length : over;
}

/**
 * Every column gets what it needs. When the sum is too wide the widest text gives way first, then titles
 * that are wider than all that stands below them, down to a few letters; ids and numbers never do. Null when that is not
 * enough.
 */
function fit(
  columns: readonly Column[],
  cells: readonly string[][],
  width: number,
): number[] | null {
  const needed = columns.map((_, index) =>
    Math.max(1, ...cells.map((row) => columnsOf(row[index] ?? ''))),
  );
  const widths = naturalWidths(columns, cells);
  const room = width - gap * (columns.length - 1);
  const least = columns.map(({ kind, title }, index) => {
    const own = needed[index] ?? 0;
    const enough = yielding.has(kind) ? Math.min(narrowest, own) : own;
    return Math.max(enough, Math.min(narrowestTitle, columnsOf(title)));
  });
  let excess = widths.reduce((sum, each) => sum + each, 0) - room;
  for (const mayYield of [(kind: Column['kind']) => yielding.has(kind), () => true]) {
    while (excess > 0) {
      const [widest] = columns
        .flatMap(({ kind }, index) => {
          const spare = (widths[index] ?? 0) - (least[index] ?? 0);
          return mayYield(kind) && spare > 0 ? [index] : [];
        })
        .toSorted((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0));
      if (widest === undefined) break;
      widths[widest] = (widths[widest] ?? 0) - 1;
      excess--;
    }
  }
  return excess > 0 ? null : widths;
}

/** A cell as a reader sees it, control characters shown. */
export function cellText(cell: Cell, { kind }: Column): string {
  if (cell === null) return unknown;
  if (typeof cell === 'object') return proportionText(cell);
  if (kind === 'seconds' && typeof cell === 'number') return `${cell.toFixed(1)} s`;
  if (kind === 'instant' && typeof cell === 'string') return cell.slice(5, 19).replace('T', ' ');
  return escapeControls(String(cell));
}

/** `3/40 7.5 % (2.6–19.9)`; the interval is the honest part. */
export function proportionText({ count, total, rate, low, high }: Proportion): string {
  if (rate === null || low === null || high === null) return `${count}/${total}`;
  return `${count}/${total} ${toPercent(rate)} % (${toPercent(low)}–${toPercent(high)})`;
}
