/** Tables fit the screen: text gives way, ids and numbers do not. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { proportion } from '../../src/analysis/proportion.ts';
import { plain } from '../../src/output/style.ts';
import { proportionText, tableText } from '../../src/output/table-text.ts';
import type { Cell, Column } from '../../src/reports/report.ts';

const columns: readonly Column[] = [
  { key: 'id', title: 'job', kind: 'id' },
  { key: 'name', title: 'name', kind: 'text' },
  { key: 'jobs', title: 'failed', kind: 'proportion' },
  { key: 'at', title: 'when', kind: 'instant' },
  { key: 'delay', title: 'after', kind: 'seconds' },
  { key: 'line', title: 'its last words', kind: 'line' },
];
const row = {
  id: '54811592074',
  name: 'build (web)',
  jobs: proportion(3, 40),
  at: '2026-11-23T22:25:39.2045323Z',
  delay: 10.1056,
  line: 'ERROR: failed to receive status: rpc error: debug data: "graceful_stop"',
};
const linesOf = (
  rows: readonly Readonly<Record<string, Cell>>[],
  width: number,
  shown = columns,
): string[] => tableText(shown, rows, width, plain).split('\n');

describe('a table', () => {
  it('shows every kind of cell in its own way', () => {
    expect(linesOf([row], 200)).toEqual([
      expect.stringMatching(/^job +name +failed +when +after +its last words$/),
      expect.stringMatching(
        /^54811592074 +build \(web\) +3\/40 7\.5 % \(2\.6–19\.9\) +11-23 22:25:39 +10\.1 s +ERROR: .*"graceful_stop"$/,
      ),
    ]);
  });

  it('shows what is not known as a dash, and nothing to divide as a count', () => {
    const unknown = {
      id: '1',
      name: null,
      jobs: proportion(0, 0),
      at: null,
      delay: null,
      line: null,
    };
    expect(linesOf([unknown], 200)[1]).toMatch(/^1 +– +0\/0 +– +– +–$/);
  });

  it('leaves of a title what still says something, and sets columns below their row sooner than less', () => {
    const counts: Column[] = ['never run again', 'same cause again', 'minutes lost'].map(
      (title, index) => ({ key: `c${index}`, title, kind: 'count' }),
    );
    const counted = { c0: 1, c1: 2, c2: 3 };
    expect(linesOf([counted], 30, counts)[0]).toBe('never r…  same cau…  minutes …');
    expect(linesOf([counted], 26, counts)).toEqual([
      'never run again',
      '              1',
      '  same cause again 2;',
      '  minutes lost 3',
    ]);
  });

  it('sets numbers to the right and words to the left', () => {
    const counts: Column[] = [
      { key: 'name', title: 'name', kind: 'text' },
      { key: 'count', title: 'jobs', kind: 'count' },
    ];
    const rows = [
      { name: 'a', count: 1 },
      { name: 'bb', count: 100_000 },
    ];
    expect(linesOf(rows, 80, counts)).toEqual(['name    jobs', 'a          1', 'bb    100000']);
  });

  it('cuts a name at its end and a line of a log in its middle', () => {
    const [, narrow = ''] = linesOf([{ ...row, name: 'build (a very long name indeed)' }], 110);
    expect(narrow).toMatch(/build \(a ve?r?y?.*…/);
    expect(narrow).toMatch(/ERROR: .*….*"$/);
    expect(narrow.length).toBeLessThanOrEqual(110);
  });

  it('never cuts an id, a share or a moment, however narrow the screen', () => {
    const narrow = linesOf([row], 10).join('\n');
    for (const whole of ['54811592074', '3/40 7.5 % (2.6–19.9)', '11-23 22:25:39', '10.1 s']) {
      expect(narrow).toContain(whole);
    }
  });

  it('sets the columns that are too many below their row, and cuts no text short', () => {
    const name = 'build (a very long name that goes on)';
    const lines = linesOf([{ ...row, name, delay: null }, row], 40);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(40);
    expect(lines.slice(0, 4)).toEqual([
      'job',
      '54811592074',
      '  name build (a very long name that goes',
      '  on);',
    ]);
    expect(lines).toContain('  failed 3/40 7.5 % (2.6–19.9);');
    expect(lines.filter((line) => line.includes('after'))).toEqual([
      expect.stringContaining('10.1 s'),
    ]);
  });

  it('is no wider than the screen as long as a text can give way', () => {
    const text = fc
      .string({ unit: 'grapheme-ascii', maxLength: 60 })
      .filter((each) => each.trim() === each);
    fc.assert(
      fc.property(
        fc.array(fc.record({ id: text, name: text, line: text }), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 20, max: 160 }),
        (rows, width) => {
          const shown = columns.filter(({ key }) => ['id', 'name', 'line'].includes(key));
          const ids = Math.max(...rows.map(({ id }) => id.length), 'job'.length);
          // Two texts, each at least twelve characters or its heading, and two gaps.
          const least = ids + 2 + 12 + 2 + 'its last words'.length;
          for (const line of linesOf(rows, width, shown)) {
            expect(line.length).toBeLessThanOrEqual(Math.max(width, least));
          }
        },
      ),
    );
  });

  it('shows a name in wide letters whole where there is room', () => {
    expect(linesOf([{ ...row, name: 'ビルド (ウェブ)' }], 200)[1]).toContain('ビルド (ウェブ)');
  });

  it('keeps a row on one line, whatever a cell holds', () => {
    const wild = { ...row, name: 'one\ntwo\r\nthree', line: '\u001B[2Jgone\u2028?' };
    const lines = linesOf([wild, row], 200);
    expect(lines).toHaveLength(3);
    expect(lines[1]).toContain('one\\x0atwo\\x0d\\x0athree');
  });
});

describe('a share in words', () => {
  it('is count, total, rate and interval', () => {
    expect(proportionText(proportion(0, 12))).toBe('0/12 0.0 % (0.0–24.2)');
  });
});
