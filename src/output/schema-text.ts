/** The public views of the database, for whoever asks it in SQL. */
import type { DescribedView } from '../reports/database-schema.ts';
import type { Style } from './style.ts';
import { wrap } from './wrap.ts';

export function schemaText(views: readonly DescribedView[], width: number, style: Style): string {
  const label =
    Math.max(...views.flatMap(({ columns }) => columns.map(({ name }) => name.length))) + 2;
  const type = 9;
  const parts = views.map(({ name, about, columns }) => {
    const lines = columns.map((column) => {
      const text = wrap(column.about, Math.max(30, width - label - type));
      const rest = `\n${' '.repeat(label + type)}`;
      return (
        column.name.padEnd(label) + style.dim((column.type ?? '').padEnd(type)) + text.join(rest)
      );
    });
    return [style.bold(name), wrap(about, width).join('\n'), ...lines].join('\n');
  });
  const tables = wrap(
    'These views stay: columns are added, never renamed or taken away. The tables below them (jobs, steps, logs, builds, facts, builder_events, occurrences, verdicts, collisions, …) may be asked too, and may change. Times are UTC, ISO 8601, as text. Views join on host and job_id.',
    width,
  ).join('\n');
  const usage =
    'buildlog sql "select cause, count(*) as jobs from job_overview where status = \'explained\' group by 1"';
  return `${[...parts, tables, usage].join('\n\n')}\n`;
}
