/** The signatures there are, nearest to the root first. */
import type { PatternSet } from '../model/pattern.ts';
import type { Column } from '../reports/report.ts';
import type { Style } from './style.ts';
import { tableText } from './table-text.ts';

const columns: readonly Column[] = [
  { key: 'rank', title: 'rank', kind: 'count' },
  { key: 'id', title: 'signature', kind: 'id' },
  { key: 'cause', title: 'cause', kind: 'id' },
  { key: 'certainty', title: 'certainty', kind: 'id' },
  { key: 'where', title: 'where', kind: 'text' },
  { key: 'title', title: 'what it means', kind: 'text' },
];

export function signatureRows({ signatures }: PatternSet): Record<string, string | number>[] {
  return signatures.map(({ id, rank, cause, certainty, where, title }) => ({
    rank,
    id,
    cause,
    certainty,
    where: [...where].join(', '),
    title,
  }));
}

export function signatureList(set: PatternSet, width: number, style: Style): string {
  return tableText(columns, signatureRows(set), width, style);
}
