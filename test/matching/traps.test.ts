/**
 * The catalogue of look-alikes: text that has a signature's words and is not that failure. Each trap is a
 * file of test/logs/traps; its head says what it looks like and what must be concluded.
 */
import { expect, test } from 'vitest';

import { decide } from '../../src/matching/verdict.ts';
import { fatalIn, sayVerdict, scanLog, shipped } from '../support/scan-log.ts';
import { readTraps } from '../support/trap.ts';

const traps = readTraps();

test.each(traps)('trap $number: $subject', ({ log, verdict, never, once, conclusion }) => {
  const scan = scanLog(log);
  const fatal = fatalIn(scan);
  // In a job that passed nothing may be left over; in a failed one nothing of what it only looks like.
  const wrong = fatal.filter(({ signature }) => verdict === 'passed' || never.includes(signature));
  const counted = fatal.filter(({ signature, repeats }) => signature === once && !repeats);
  expect({
    verdict: sayVerdict(decide(scan, shipped, { conclusion, steps: [] })),
    wrong: wrong.map(({ signature, position, text }) => `${signature} ${position}: ${text}`),
    counted: counted.length,
  }).toEqual({ verdict, wrong: [], counted: once === null ? 0 : 1 });
});

test('the catalogue is complete: forty traps, each once', () => {
  expect(traps.map(({ number }) => number)).toEqual(Array.from({ length: 40 }, (_, n) => n + 1));
});

test('what a trap looks like is a signature that exists', () => {
  const named = traps.flatMap(({ never, once }) => [...never, ...(once === null ? [] : [once])]);
  expect(named.filter((id) => !shipped.signatures.has(id))).toEqual([]);
});
