/** Reports as JSON: a version, the scope, and every cell of every table. */
import { afterAll, describe, expect, it } from 'vitest';

import { reportJson } from '../../src/output/report-json.ts';
import { wholeDemo } from '../support/demo-history.ts';
import { allReports } from '../support/made-reports.ts';

const store = await wholeDemo();
afterAll(() => store.close());
const reports = allReports(store);

describe.each([...reports])('the report %s as JSON', (name, report) => {
  const text = reportJson(report);
  const read: unknown = JSON.parse(text);

  it('says its version and what it is', () => {
    expect(read).toMatchObject({ schema_version: 1, report: name, title: report.title });
  });

  it('has the scope and the findings', () => {
    expect(read).toMatchObject({ scope: report.scope, findings: report.findings });
  });

  it('has every row of every table, shares with their interval', () => {
    const tables = Object.fromEntries(report.sections.map(({ id, rows }) => [id, rows]));
    expect(read).toHaveProperty('tables', JSON.parse(JSON.stringify(tables)));
    expect(Object.keys(tables)).toHaveLength(report.sections.length);
  });

  it('has the notes by their section', () => {
    const notes = report.sections
      .filter(({ note }) => note !== null)
      .map(({ id: section, note }) => ({ section, note }));
    expect(read).toHaveProperty('notes', notes);
  });
});
