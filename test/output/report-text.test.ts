/** Every report on screens of every width: prose is wrapped, tables give way, ids stay whole. */
import { afterAll, describe, expect, it } from 'vitest';

import { reportText } from '../../src/output/report-text.ts';
import { wrap } from '../../src/output/wrap.ts';
import { plain } from '../../src/output/style.ts';
import { tableText } from '../../src/output/table-text.ts';
import type { Report, Section } from '../../src/reports/report.ts';
import { wholeDemo } from '../support/demo-history.ts';
import { allReports } from '../support/made-reports.ts';

const store = await wholeDemo();
afterAll(() => store.close());
const reports = allReports(store);
const names = [...reports.keys()];

function made(name: string): Report {
  const report = reports.get(name);
  if (report === undefined) throw new Error(`there is no report ${name}`);
  return report;
}

function tooLong(report: Report, width: number): string[] {
  return reportText(report, width, plain)
    .split('\n')
    .filter((line) => line.length > width);
}

/** The width of a table whose texts have all given way. */
function narrowest({ columns, rows }: Section): number {
  return Math.max(
    ...tableText(columns, rows, 1, plain)
      .split('\n')
      .map((line) => line.length),
  );
}

describe.each([60, 100, 200])('on a screen of %i columns', (width) => {
  it.each(names)('the prose of %s fits', (name) => {
    const report = made(name);
    const sections = report.sections.map((section) => ({ ...section, rows: [] }));
    expect(tooLong({ ...report, sections }, width)).toEqual([]);
  });

  it.each(names)('the tables of %s fit wherever their ids and numbers leave room', (name) => {
    const report = made(name);
    for (const section of report.sections) {
      const alone = { ...report, title: '', findings: [], sections: [{ ...section, note: null }] };
      const bare = section.columns.map((column) => ({ ...column, title: '' }));
      const fits = narrowest({ ...section, columns: bare }) <= width;
      expect(tooLong(alone, fits ? width : Math.max(width, narrowest(section)))).toEqual([]);
    }
  });

  it.each(names)('every id of %s stands there whole', (name) => {
    const report = made(name);
    const text = reportText(report, width, plain);
    for (const { columns, rows } of report.sections) {
      const ids = columns.filter(({ kind }) => kind === 'id');
      for (const row of rows)
        for (const { key } of ids) expect(text).toContain(String(row[key] ?? '–'));
    }
  });
});

describe('a report', () => {
  it('begins with its title and what was looked at', () => {
    const [title, scope] = reportText(made('causes'), 200, plain).split('\n');
    expect(title).toBe('Why jobs failed');
    expect(scope).toMatch(
      /^203 jobs on 4 hosts, 190 with builds, 2026-11-23 22:12 to 2026-11-23 22:26 UTC: 83 failed, /,
    );
  });

  it('says of a table without rows that there are none', () => {
    const empty: Section = { id: 'x', title: 'Nothing', columns: [], rows: [], note: null };
    const text = reportText({ ...made('causes'), sections: [empty] }, 80, plain);
    expect(text).toMatch(/\nNothing\nnone\n$/);
  });

  it('ends in one line end and has no space at the end of a line', () => {
    for (const name of names) {
      const text = reportText(made(name), 100, plain);
      expect(text).toMatch(/\S\n$/);
      expect(text).not.toMatch(/ \n/);
    }
  });
});

describe('wrapping', () => {
  it('cuts at spaces and loses no word', () => {
    const text = 'Not the load: on a builder of their own 0 of 119 builds lost it.';
    for (let width = 1; width < 70; width++) {
      const lines = wrap(text, width);
      expect(lines.join(' ')).toBe(text);
      for (const line of lines) expect(line.length <= width || !line.includes(' ')).toBe(true);
    }
  });
});
