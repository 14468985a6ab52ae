/** The prefilter: it may offer a pattern too many, never one too few. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { LiteralFilter } from '../../src/matching/prefilter/literal-filter.ts';

const short = fc.string({
  unit: fc.constantFrom('a', 'b', '.', '*', '[', '\\'),
  minLength: 1,
  maxLength: 3,
});
const entries = fc.array(fc.record({ literals: fc.array(short, { minLength: 1, maxLength: 3 }) }), {
  maxLength: 6,
});
const text = fc.string({
  unit: fc.constantFrom('a', 'b', '.', '*', '[', '\\', ' '),
  maxLength: 30,
});

test('offers exactly the entries of which a word occurs, in their order', () => {
  fc.assert(
    fc.property(entries, text, (given, line) => {
      const naive = given.filter(({ literals }) => literals.some((word) => line.includes(word)));
      expect(new LiteralFilter(given).candidates(line)).toEqual(naive);
    }),
    { numRuns: 500 },
  );
});

test('without entries offers nothing', () => {
  expect(new LiteralFilter([]).candidates('anything at all')).toEqual([]);
});

test('answers the same however often it is asked', () => {
  const filter = new LiteralFilter([{ literals: ['word'] }]);
  const answers = ['a word', 'a word', 'none', 'a word'].map(
    (line) => filter.candidates(line).length,
  );
  expect(answers).toEqual([1, 1, 0, 1]);
});
