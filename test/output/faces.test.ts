/**
 * Every report of the demo in every face, as files that a reviewer can read. `npm run bless` writes them
 * anew; the diff is what changes for users.
 */
import path from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';

import { timelineFigure } from '../../src/output/html/timeline.ts';
import { reportHtml } from '../../src/output/html/report-html.ts';
import { reportCsv, reportNdjson } from '../../src/output/report-delimited.ts';
import { bookMarkdown, reportMarkdown } from '../../src/output/report-markdown.ts';
import { reportJson } from '../../src/output/report-json.ts';
import { reportText } from '../../src/output/report-text.ts';
import { plain } from '../../src/output/style.ts';
import { readIncidents } from '../../src/reports/incident.ts';
import type { Report } from '../../src/reports/report.ts';
import { wholeDemo } from '../support/demo-history.ts';
import { allReports } from '../support/made-reports.ts';

/** A new face is a line here. */
const faces: Readonly<Record<string, (report: Report) => string>> = {
  txt: (report) => reportText(report, 110, plain),
  'narrow.txt': (report) => reportText(report, 60, plain),
  json: reportJson,
  ndjson: reportNdjson,
  csv: reportCsv,
  md: (report) => reportMarkdown(report),
  html: (report) => reportHtml(report),
};

const store = await wholeDemo();
afterAll(() => store.close());

it('the timeline of a removal with two victims is what it was', async () => {
  const { shown } = readIncidents(store.db, 8);
  const two = shown.find(({ jobs }) => jobs[2]?.part === 'victim');
  if (two === undefined) throw new Error('there is no such removal');
  const file = path.join(import.meta.dirname, 'faces', 'removal.html');
  await expect(`${timelineFigure(two, 'removal')}\n`).toMatchFileSnapshot(file);
});

it('all reports as one Markdown are what they were', async () => {
  const reports = [...allReports(store).values()];
  const file = path.join(import.meta.dirname, 'faces', 'all.md');
  const book = { title: 'Docker builds', lead: ['One line for all.'], reports };
  await expect(bookMarkdown(book)).toMatchFileSnapshot(file);
});

describe.each([...allReports(store)])('the report %s', (name, report) => {
  it.each(Object.entries(faces))('as %s is what it was', async (face, draw) => {
    const file = path.join(import.meta.dirname, 'faces', `${name}.${face}`);
    await expect(draw(report)).toMatchFileSnapshot(file);
  });

  it('fits a narrow screen: only what has no space is wider', () => {
    const wide = reportText(report, 60, plain)
      .split('\n')
      .filter((line) => line.length > 60 && line.trim().includes(' '));
    expect(wide).toEqual([]);
  });
});
