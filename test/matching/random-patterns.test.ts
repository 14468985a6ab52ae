/** A user's own patterns, of whatever form, are found by every finder as when each line is read. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { CompiledPatterns } from '../../src/matching/compiled-patterns.ts';
import type { Position } from '../../src/model/pattern.ts';
import { requiredLiterals, unsafety } from '../../src/patterns/regex-laws.ts';
import { allFinders, scanWith } from '../support/finders.ts';
import { sequence } from '../support/random-regex.ts';
import { scanLog, shipped } from '../support/scan-log.ts';

const positions = fc.subarray(
  ['output', 'run-log', 'vertex', 'final', 'annotation', 'vertex-error', 'post'] as Position[],
  { minLength: 1 },
);
const red = '\u001B[31m';
const openings = [
  '',
  'x ',
  '#5 1.5 ',
  '#5 ERROR: ',
  '#7 ',
  'ERROR: ',
  '##[error]',
  '##[group]Run docker ',
  '------',
  '#5 [2/3] RUN make ',
  'Post job cleanup.',
  `${red}#5 2.5 `,
];

/** Some regexes, where they count, and a log of what they match in several places. */
const given = fc
  .array(fc.tuple(sequence, positions), { minLength: 1, maxLength: 5 })
  .map((pairs) =>
    pairs.flatMap(([{ source, text }, where]) => {
      const literals = unsafety(source) === null ? requiredLiterals(source) : null;
      return literals === null ? [] : [{ source, text, where, literals }];
    }),
  )
  .filter((patterns) => patterns.length > 0);
const places = fc.array(
  fc.tuple(fc.constantFrom(...openings), fc.nat(), fc.nat(12), fc.constantFrom('', '', red)),
  { minLength: 5, maxLength: 40 },
);

test('random regexes at random places, in random chunks', async () => {
  let found = 0;
  await fc.assert(
    fc.asyncProperty(given, places, fc.integer({ min: 1, max: 200 }), async (own, lines, chunk) => {
      const base = shipped.set.signatures[0];
      if (base === undefined) return;
      const signatures = own.map(({ source, literals, where }, index) => ({
        ...base,
        id: `own-${index}`,
        where: new Set(where),
        regex: new RegExp(source),
        literals,
      }));
      const patterns = new CompiledPatterns({ ...shipped.set, signatures });
      const log = Buffer.from(
        lines
          .map(([opening, which, at, odd]) => {
            const text = own[which % own.length]?.text ?? '';
            return `2026-08-21T10:12:12.1234567Z ${opening}${text.slice(0, at)}${odd}${text.slice(at)}\n`;
          })
          .join(''),
      );
      const whole = scanLog(log, patterns);
      found += whole.occurrences.length;
      for (const [, finder] of allFinders(patterns)) {
        expect(await scanWith(finder, patterns, log, [chunk])).toEqual(whole);
      }
    }),
    { numRuns: 150 },
  );
  expect(found).toBeGreaterThan(200);
});
