/** Cells of a table as what a chart needs. */
import type { Proportion } from '../../analysis/proportion.ts';
import type { Cell, Section } from '../../reports/report.ts';

export type Row = Section['rows'][number];

export function textIn(row: Row, key: string): string {
  const cell = row[key] ?? null;
  return cell === null || typeof cell === 'object' ? '' : String(cell);
}

export function numberIn(row: Row, key: string): number {
  const cell = row[key];
  return typeof cell === 'number' ? cell : 0;
}

/** A share that can be drawn: of at least one. */
export interface Share extends Proportion {
  readonly rate: number;
  readonly low: number;
  readonly high: number;
}

export function shareIn(row: Row, key: string): Share | null {
  const cell = row[key] ?? null;
  return isShare(cell) ? cell : null;
}

function isShare(cell: Cell): cell is Share {
  return typeof cell === 'object' && cell !== null && cell.rate !== null;
}

/** Null for what is no time. */
export function timeIn(row: Row, key: string): Date | null {
  const date = new Date(textIn(row, key));
  return Number.isNaN(date.getTime()) ? null : date;
}

/** At most `most` characters, so that labels have room. */
export function short(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

/** The different texts in a column, in the order of the rows. */
export function namesIn(section: Section, key: string): string[] {
  return [...new Set(section.rows.map((row) => textIn(row, key)))];
}
