/** Pages, Markdown and tables of a report: nothing of a stranger's text is obeyed, and nothing is lost. */
import { createHash } from 'node:crypto';

import { afterAll, describe, expect, it } from 'vitest';

import { reportHtml } from '../../src/output/html/report-html.ts';
import { timelineFigure, timelinesHtml } from '../../src/output/html/timeline.ts';
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

  it('draws each removal once, the culprit above all its victims, and says it in words', () => {
    const { shown, of } = incidents;
    expect(shown).toHaveLength(of);
    const victims = shown.map(({ jobs }) => jobs.filter(({ part }) => part === 'victim').length);
    expect(victims).toEqual([1, 1, 2, 1, 1, 1, 1, 1]);
    for (const incident of shown) {
      expect(incident.jobs.slice(0, 2).map(({ part }) => part)).toEqual(['culprit', 'victim']);
      const figure = timelineFigure(incident, 'one');
      expect(figure).toMatch(
        /<desc [^>]+>On \S+, .+ began to remove .+ died at [\d:]+, .+<\/desc>/,
      );
    }
  });

  it('says how many removals it does not draw, and where they are', () => {
    const two = timelinesHtml(readIncidents(store.db, 2), 'Look there.', 'one', 'h2');
    expect(two.match(/<h2 /g)).toHaveLength(2);
    expect(two).toMatch(
      /Removal 8: build \(worker\) .+ removed the builder of build \(cart\) \(54811592074\)/,
    );
    expect(two).toContain('the newest 2 of 8 removals with a known culprit. Look there.');
    expect(timelinesHtml(incidents, 'Look there.', 'one', 'h2')).not.toContain('Look there.');
  });

  it.each(['wide', 'narrow'])(
    'leads an arrow from the begin of a removal to each death, %s',
    (name) => {
      const two = incidents.shown.find(({ jobs }) => jobs[2]?.part === 'victim');
      if (two === undefined) throw new Error('no removal with two victims');
      const figure = timelineFigure(two, 'one');
      const drawing = new RegExp(`<svg class="chart ${name}"[^]*?</svg>`).exec(figure)?.[0] ?? '';
      const [width = ''] = /(?<= width=")\d+/.exec(drawing) ?? [];
      const numbers = (pattern: RegExp): number[][] =>
        [...drawing.matchAll(pattern)].map((match) => match.slice(1).map(Number));
      const [removal = []] = numbers(/class="death" x1="(\d+)" x2="\d+" y1="(\d+)"/g);
      const shafts = numbers(/class="arrow" d="M(\d+) \d+ V(\d+) H(\d+)"/g);
      const tips = numbers(/class="head" d="M[\d. v-]+ L(\d+) (\d+) z"/g);
      const deaths = numbers(/class="death" d="M(\d+) (\d+) l12 12/g);
      expect([shafts.length, tips.length, deaths.length]).toEqual([2, 2, 2]);
      shafts.forEach(([from], index) => expect(from, `shaft ${index}`).toBe(removal[0]));
      deaths.forEach(([x = 0, y = 0], index) => {
        const [tipX = 0, tipY = 0] = tips[index] ?? [];
        expect(tipY).toBe(y + 6);
        expect(Math.abs(tipX - (x + 6))).toBeLessThan(10);
        expect(x + 12).toBeLessThanOrEqual(Number(width));
      });
    },
  );
});

describe('the Markdown of a report', () => {
  it('escapes what would be HTML, a link, a mention or the end of a cell', () => {
    const rows = reportMarkdown(withRows(1))
      .split('\n')
      .filter((line) => line.startsWith('|'));
    expect(rows.at(-1)).not.toMatch(/[<>@[\]]|:\/\//);
    expect(rows.at(-1)?.split('|')).toHaveLength(3);
  });

  it('escapes issues, pictures, formulas and bare addresses, and leaves times and names as they are', () => {
    const text = 'at 22:23:06 step my_job_1 (50 %) #12 :+1: $x$ www.evil.example _so_';
    const shown = reportMarkdown({ ...withRows(0), title: text }).split('\n')[0];
    expect(shown).toBe(
      '# at 22:23:06 step my_job_1 (50 %) &#35;12 &#58;+1: &#36;x&#36; www&#46;evil.example &#95;so&#95;',
    );
  });

  it('stays below its limit and says how many rows it left out', () => {
    const text = reportMarkdown(withRows(30_000));
    expect(Buffer.byteLength(text)).toBeLessThan(900_000);
    expect(text).toMatch(
      /\d+ of 30000 rows left out, too long for one page; all: `buildlog report \w+ --format csv`/,
    );
  });

  it.each([400, 700, 1500, 5000])(
    'of %i bytes tells of every table, or where the report is',
    (limit) => {
      const { sections, ...report } = withRows(40);
      const [section] = sections;
      if (section === undefined) throw new Error('there is no table');
      const two = { ...report, findings: [], sections: [section, { ...section, title: 'second' }] };
      const text = reportMarkdown(two, undefined, limit);
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(limit);
      if (text.includes('Too long for one page: ')) return;
      const shown = text.split('\n').filter((line) => line.startsWith('| &#60;')).length;
      const left = [...text.matchAll(/(\d+) of 40 rows left out/g)].map(([, count]) =>
        Number(count),
      );
      expect(shown + left.reduce((sum, count) => sum + count, 0)).toBe(80);
      expect(text).toContain('## second');
    },
  );
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
