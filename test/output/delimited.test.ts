/** CSV and NDJSON: what is read back is what was written, and no cell is a formula. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { toCsv, toNdjson } from '../../src/output/delimited.ts';
import { readCsv } from '../support/read-csv.ts';

const columns = ['job', 'text', 'line'];
const isFormula = /^[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/;
const cell = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.stringMatching(/^[=+\-@,;"'\n\r\t a]{0,6}$/),
  fc.integer(),
  fc.constant(null),
);
const rows = fc.array(fc.record({ job: cell, text: cell, line: cell }), { maxLength: 5 });

describe('CSV', () => {
  it('has a line of names and a line for each row', () => {
    const text = toCsv(columns, [{ job: 'build (web)', text: 'a "b", c\nd', line: 7 }]);
    expect(text).toBe('job,text,line\nbuild (web),"a ""b"", c\nd",7\n');
  });

  it('has its line of names even without rows', () => {
    expect(toCsv(columns, [])).toBe('job,text,line\n');
  });

  it('leaves a cell empty for what is not known', () => {
    expect(toCsv(columns, [{ job: null, text: 'x', line: 0 }])).toBe('job,text,line\n,x,0\n');
  });

  it.each(['=1+1', '+1', '-1+1', '@SUM(A1)', '\t=1', '\r=1'])('defuses %j', (formula) => {
    const [, record = []] = readCsv(toCsv(['text'], [{ text: formula }]));
    expect(record).toEqual([`'${formula}`]);
  });

  it('leaves a negative number a number', () => {
    expect(toCsv(['delay_s'], [{ delay_s: -0.25 }])).toBe('delay_s\n-0.25\n');
  });

  it('can be read back, cell by cell, and no text in it is a formula', () => {
    fc.assert(
      fc.property(rows, (written) => {
        const [names, ...records] = readCsv(toCsv(columns, written));
        expect(names).toEqual(columns);
        expect(records).toHaveLength(written.length);
        records.forEach((record, index) =>
          record.forEach((field, column) => {
            const value = written[index]?.[columns[column] as 'job'];
            const text = value === null ? '' : String(value);
            const defused = typeof value === 'string' && isFormula.test(text);
            expect(field).toBe(defused ? `'${text}` : text);
          }),
        );
      }),
      { numRuns: 500 },
    );
  });
});

describe('NDJSON', () => {
  it('has one object a line, its members in the order of the columns', () => {
    expect(
      toNdjson(
        ['b', 'a'],
        [
          { a: 1, b: 'x' },
          { a: null, b: 'y\n' },
        ],
      ),
    ).toBe('{"b":"x","a":1}\n{"b":"y\\n","a":null}\n');
  });

  it('says null for a column that a row does not have', () => {
    expect(toNdjson(['a', 'b'], [{ a: 1 }])).toBe('{"a":1,"b":null}\n');
  });

  it('is empty without rows', () => {
    expect(toNdjson(columns, [])).toBe('');
  });

  it('can be read back line by line', () => {
    fc.assert(
      fc.property(rows, (written) => {
        const lines = toNdjson(columns, written).split('\n').slice(0, -1);
        expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(
          written.map((row) => ({ ...row })),
        );
      }),
    );
  });
});
