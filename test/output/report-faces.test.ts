/** Pages, Markdown and tables of a report: nothing of a stranger's text is obeyed, and nothing is lost. */
import { createHash } from 'node:crypto';

import { afterAll, describe, expect, it } from 'vitest';

import { reportHtml } from '../../src/output/html/report-html.ts';
import { timelineHtml } from '../../src/output/html/timeline.ts';
import { reportCsv, reportNdjson } from '../../src/output/report-delimited.ts';
import { reportMarkdown } from '../../src/output/report-markdown.ts';
import { readIncidents } from '../../src/reports/incident.ts';
import type { Report } from '../../src/reports/report.ts';
import { figuresOf } from '../../src/cli/print-report.ts';
import * as charts from '../../src/output/charts/catalog.ts';
import { wholeDemo } from '../support/demo-history.ts';
import { allReports } from '../support/made-reports.ts';
import { readCsv } from '../support/read-csv.ts';

const store = await wholeDemo();
afterAll(() => store.close());
const made = allReports(store);
const incidents = readIncidents(store.db, 8);
const evil = '<script>alert(1)</script> | [x](https://evil.example) @all';

function withRows(rows: number): Report {
  const [report] = made.values();
  if (report === undefined) throw new Error('there is no report');
  const section = {
    id: 'jobs',
    title: evil,
    columns: [{ key: 'job', title: 'job', kind: 'text' as const }],
    rows: Array.from({ length: rows }, () => ({ job: evil })),
    note: evil,
  };
  return { ...report, sections: [section] };
}

describe('the page of a report', () => {
  it.each([...made])('of %s asks for nothing and runs nothing', (_, report) => {
    const page = reportHtml(report, figuresOf(charts, store.db));
    expect(page).not.toMatch(/<(?:script|link|img|iframe|object)|\s(?:src|href|style|on\w+)=/i);
    const [, style = ''] = /<style>([^<]*)<\/style>/.exec(page) ?? [];
    expect(page).toContain(`'sha256-${createHash('sha256').update(style).digest('base64')}'`);
    expect(style).not.toMatch(/url\(|@import/);
  });

  it('shows a script in the name of a job as text', () => {
    const page = reportHtml(withRows(1));
    expect(page).not.toContain('<script');
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  });

  it('draws each collision with its culprit above its victim, and says it in words', () => {
    expect(incidents).toHaveLength(8);
    incidents.forEach((incident, index) => {
      expect(incident.jobs.slice(0, 2).map(({ part }) => part)).toEqual(['culprit', 'victim']);
      const figure = timelineHtml(incident, index);
      expect(figure).toMatch(/<desc [^>]+>On \S+, .+ removed builder .+ died at [\d:]+\.<\/desc>/);
    });
  });
});

describe('the Markdown of a report', () => {
  it('escapes what would be HTML, a link, a mention or the end of a cell', () => {
    const rows = reportMarkdown(withRows(1))
      .split('\n')
      .filter((line) => line.startsWith('|'));
    expect(rows.at(-1)).not.toMatch(/[<>@[\]]/);
    expect(rows.at(-1)?.split('|')).toHaveLength(3);
  });

  it('stays below its limit and says how many rows it left out', () => {
    const text = reportMarkdown(withRows(30_000));
    expect(Buffer.byteLength(text)).toBeLessThan(900_000);
    expect(text).toMatch(/\d+ of 30000 rows left out/);
  });
});

describe('the tables of a report', () => {
  it.each([...made])('of %s are the same as CSV and as NDJSON', (_, report) => {
    const [names = [], ...records] = readCsv(reportCsv(report));
    const rows = reportNdjson(report)
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, string | number | null>);
    const cells = rows.map((row) => names.map((name) => String(row[name] ?? '')));
    const bare = records.map((record) => record.map((cell) => cell.replace(/^'(?=[=+\-@])/, '')));
    expect(bare).toEqual(cells);
  });
});
