/** Definitions and SQL of a report as text; the SQL can be pasted into sqlite3. */
import type { Explanation } from '../reports/explanation.ts';
import { wrap } from './wrap.ts';
import type { Style } from './style.ts';

export function definitionsText(
  { definitions, sql }: Explanation,
  columns: number,
  style: Style,
): string {
  const words = definitions.map((text) => `- ${wrap(text, columns - 2).join('\n  ')}`);
  const statements = sql.map((statement) => `${statement};`);
  const parts = [
    style.bold('Definitions'),
    ...words,
    '',
    style.bold('SQL'),
    statements.join('\n\n'),
  ];
  return `${parts.join('\n')}\n`;
}
