/** A table of typed cells as aligned text that fits a width. */
import Table from 'cli-table3';
import stringWidth from 'string-width';

import { toPercent, type Proportion } from '../analysis/proportion.ts';
import type { Cell, Column } from '../reports/report.ts';
import { escapeControls, shorten, shortenMiddle } from './escape.ts';
import type { Style } from './style.ts';
import { wrap } from './wrap.ts';

const gap = 2;
const narrowest = 12;
const linesOfAText = 3;
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

/** The header line and one line for each row; where not even the ids fit beside each other, row below row. */
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
  if (widths === null) return stacked(columns, cells, width, style);
  const table = new Table({
    chars: noRules,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': gap },
    colWidths: widths.map((each) => each + gap),
    colAligns: columns.map(({ kind }) => (leftAligned.has(kind) ? 'left' : 'right')),
  });
  table.push(columns.map(({ title }, index) => style.dim(shorten(title, widths[index] ?? 0))));
  for (const row of cells) {
    table.push(
      row.map((cell, index) => {
        const cut = columns[index]?.kind === 'line' ? shortenMiddle : shorten;
        return cut(cell, widths[index] ?? 0);
      }),
    );
  }
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/**
 * Every column gets what it needs. When the sum is too wide the widest text gives way first, then titles
 * that are wider than all that stands below them; ids and numbers never do. Null when that is not enough.
 */
function fit(
  columns: readonly Column[],
  cells: readonly string[][],
  width: number,
): number[] | null {
  const needed = columns.map((_, index) =>
    Math.max(1, ...cells.map((row) => stringWidth(row[index] ?? ''))),
  );
  const widths = columns.map(({ title }, index) =>
    Math.max(stringWidth(title), needed[index] ?? 0),
  );
  const room = width - gap * (columns.length - 1);
  const least = columns.map(({ kind }, index) => {
    const own = needed[index] ?? 0;
    return yielding.has(kind) ? Math.min(narrowest, own) : own;
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

/** As `psql` does when it is told to expand: a line for each cell. */
function stacked(
  columns: readonly Column[],
  cells: readonly string[][],
  width: number,
  style: Style,
): string {
  const label = Math.max(...columns.map(({ title }) => stringWidth(title))) + gap;
  const rows = cells.map((row) =>
    columns
      .map(({ title, kind }, index) => {
        const cell = row[index] ?? '';
        const room = Math.max(narrowest, width - label);
        const lines = yielding.has(kind)
          ? wrap(shortenMiddle(cell, room * linesOfAText), room)
          : [cell];
        return `${style.dim(title + ' '.repeat(label - stringWidth(title)))}${lines.join(`\n${' '.repeat(label)}`)}`;
      })
      .join('\n'),
  );
  return rows.join('\n\n');
}

function cellText(cell: Cell, { kind }: Column): string {
  if (cell === null) return '–';
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
