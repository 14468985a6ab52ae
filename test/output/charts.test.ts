/** Pages with their charts: valid HTML that asks for nothing, a table below every picture, and strangers' text as text. */
import { parse } from 'parse5';
import { afterAll, describe, expect, it } from 'vitest';

import { figuresOf } from '../../src/cli/print-report.ts';
import * as charts from '../../src/output/charts/catalog.ts';
import { bookHtml } from '../../src/output/html/report-html.ts';
import { bookMarkdown } from '../../src/output/report-markdown.ts';
import { numberOf, readHistory } from '../../src/reports/history.ts';
import type { Report } from '../../src/reports/report.ts';
import { wholeDemo } from '../support/demo-history.ts';
import { allReports, isProportion, sectionOf, sharesIn, sum } from '../support/made-reports.ts';

const store = await wholeDemo();
afterAll(() => store.close());
const made = allReports(store);
const drawn: readonly [report: string, section: string][] = [
  ['causes', 'causes'],
  ['versions', 'buildkit'],
  ['versions', 'buildx'],
  ['versions', 'docker_server'],
  ['versions', 'runner_version'],
  ['concurrency', 'overlap'],
  ['hosts', 'hosts'],
  ['trend', 'rates'],
  ['calendar', 'days'],
];

function bookOf(reports: readonly Report[]): string {
  const book = { title: 'All', lead: ['one'], reports, definitions: ['<b>two</b>'] };
  return bookHtml(book, figuresOf(charts, store.db));
}

function textsIn(svg: string): string[] {
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text = '']) => text);
}

function problemsOf(page: string): string[] {
  const problems: string[] = [];
  parse(page, {
    sourceCodeLocationInfo: true,
    onParseError: ({ code, startLine }) => problems.push(`${code} in line ${startLine}`),
  });
  return problems;
}

describe('the page of all reports', () => {
  const page = bookOf([...made.values()]);

  it('is valid, small, and the parser that says so sees faults', () => {
    expect(problemsOf(page)).toEqual([]);
    expect(problemsOf(page.replace('<main>', '<main class=a class=b>'))).not.toEqual([]);
    expect(Buffer.byteLength(page)).toBeLessThan(1_000_000);
  });

  it('refers to nothing but its own parts, and each of its ids is there once', () => {
    const links = [...page.matchAll(/\s(?:href|src|action|xlink:href)="([^"]*)"/g)].map(
      ([, to]) => to,
    );
    const ids = [...page.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(links.length).toBe(made.size + 1);
    for (const link of links) expect(ids).toContain(link?.slice(1));
    for (const [, names = ''] of page.matchAll(/aria-labelledby="([^"]*)"/g)) {
      for (const name of names.split(' ')) expect(ids).toContain(name);
    }
    expect(page).not.toMatch(/<script|\sstyle=|url\(|@import|<(?:img|iframe|object|embed|form)/i);
  });

  it('has headings that skip no level: one for the page, one for each report, the rest below', () => {
    const levels = [...page.matchAll(/<h(\d)/g)].map(([, level]) => level).join('');
    expect(levels).toMatch(/^1(?:23+){10}2$/);
  });

  it('has one style sheet, the one that its policy allows', () => {
    expect(page.match(/<style/g)).toHaveLength(1);
  });

  it('has the same reports as Markdown, below the limit, with the names of those left out', () => {
    const reports = [...made.values()];
    const book = { title: 'All', lead: ['one'], reports };
    const whole = bookMarkdown(book);
    for (const { title } of reports) expect(whole).toContain(`\n## ${title}\n`);
    expect(whole).not.toContain('Left out');
    const short = bookMarkdown(book, undefined, 12_000);
    expect(Buffer.byteLength(short)).toBeLessThan(12_000);
    expect(short).toMatch(
      /Left out, too long for one page: .*unexplained \(`buildlog report unexplained`\)\./,
    );
  });
});

describe.each(drawn)('the chart of %s, %s', (name, id) => {
  const report = made.get(name);
  if (report === undefined) throw new Error(`there is no report ${name}`);
  const section = sectionOf(report, id);
  const figure = charts.sectionFigure(section, report, 'one');

  it('is drawn wide and narrow, says in words what it shows, and stands above its table', () => {
    const images = [
      ...figure.matchAll(/<svg class="chart (\w+)" role="img" aria-labelledby="([^"]+)"/g),
    ];
    expect(images.map(([, width]) => width)).toEqual(['wide', 'narrow']);
    expect(
      figure.match(/<title id="one-\w+-t">[^<]+<\/title><desc id="one-\w+-d">[^<]+/g),
    ).toHaveLength(2);
    const page = bookOf([report]);
    expect(page).toMatch(
      new RegExp(
        `id="figure-section-${name}-${id}-wide[^]*?</figure><div class="wide"[^]*?<table>`,
      ),
    );
  });

  it('shows counts that stand in the table', () => {
    const counts = new Set(
      section.rows.flatMap((row) =>
        Object.values(row).flatMap((cell) =>
          isProportion(cell)
            ? [`${cell.count} of ${cell.total}`, `${cell.count}/${cell.total}`]
            : [],
        ),
      ),
    );
    const shown = textsIn(figure).filter((text) => /^\d+(?: of |\/)\d+$/.test(text));
    for (const text of shown) expect(counts).toContain(text);
  });

  it('shows nothing without rows', () => {
    expect(charts.sectionFigure({ ...section, rows: [] }, report, 'one')).toBe('');
  });

  it('shows markup in names as text', () => {
    const evil = '<script>alert("1")</script>\u202e';
    const named = ['cause', 'machine', 'version'];
    const rows = section.rows.map((row) => ({
      ...row,
      ...Object.fromEntries(named.filter((key) => key in row).map((key) => [key, evil])),
    }));
    const page = bookOf([{ ...report, sections: [{ ...section, title: evil, rows }] }]);
    expect(problemsOf(page)).toEqual([]);
    expect(page).not.toMatch(/<script|\u202e/);
  });
});

describe('what is counted over time', () => {
  const { built, jobs } = readHistory(store.db);

  it('is every build that other reports count, once', () => {
    const days = sectionOf(made.get('calendar'), 'days');
    expect(sum(sharesIn(days, 'failures').map(({ total }) => total))).toBe(numberOf(built));
    expect(sum(sharesIn(days, 'failures').map(({ count }) => count))).toBe(
      numberOf(built.filter(({ outcome }) => outcome === 'failed')),
    );
  });

  it('has each cause in spans that follow each other, first attempts only', () => {
    const { rows } = sectionOf(made.get('trend'), 'rates');
    const causes = [...new Set(rows.map(({ cause }) => cause))];
    expect(causes).toHaveLength(3);
    const first = jobs().filter(({ built: isBuilt, attempt }) => isBuilt && (attempt ?? 1) === 1);
    for (const cause of causes) {
      const own = rows.filter((row) => row['cause'] === cause);
      expect(own.map(({ from }) => String(from))).toEqual(
        own.map(({ from }) => String(from)).toSorted(),
      );
      const shares = sharesIn({ ...sectionOf(made.get('trend'), 'rates'), rows: own }, 'failures');
      expect(sum(shares.map(({ total }) => total))).toBe(
        numberOf(built.filter(({ isFirst }) => isFirst)),
      );
      expect(sum(shares.map(({ count }) => count))).toBe(
        first.filter((job) => job.cause === cause).length,
      );
    }
  });
});
