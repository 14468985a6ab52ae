/** A report as JSON: scope, sentences, every cell of every table, and what its columns are. */
import type { Report } from '../reports/report.ts';
import { toJson } from './escape.ts';
import { schemaVersion } from './schema-version.ts';

export function reportJson({ id, title, scope, findings, sections }: Report): string {
  const tables = Object.fromEntries(sections.map(({ id: name, rows }) => [name, rows]));
  const notes = sections.flatMap(({ id: section, note }) =>
    note === null ? [] : [{ section, note }],
  );
  const columns = Object.fromEntries(sections.map((section) => [section.id, section.columns]));
  const body = { report: id, title, scope, findings, tables, columns, notes };
  return `${toJson({ schema_version: schemaVersion, ...body }, 2)}\n`;
}
