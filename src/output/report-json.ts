/** A report as JSON. `schema_version` changes when a field goes or changes its meaning, not when one comes. */
import type { Report } from '../reports/report.ts';
import { toJson } from './escape.ts';

const schemaVersion = 1;

export function reportJson({ id, title, scope, findings, sections }: Report): string {
  const tables = Object.fromEntries(sections.map(({ id: name, rows }) => [name, rows]));
  const notes = sections.flatMap(({ id: section, note }) =>
    note === null ? [] : [{ section, note }],
  );
  const body = { schema_version: schemaVersion, report: id, title, scope, findings, tables, notes };
  return `${toJson(body, 2)}\n`;
}
