/**
 * The catalogue of look-alikes: text that has a signature's words and is not that failure. Each trap is a
 * file of test/logs/traps; its head says what it looks like and what must be concluded.
 */
import { expect, test } from 'vitest';

import { decide } from '../../src/matching/verdict.ts';
import { fatalIn, sayVerdict, scanLog, shipped } from '../support/scan-log.ts';
import { readTraps } from '../support/trap.ts';

const traps = readTraps();

test.each(traps)('trap $number: $subject', ({ log, verdict, blame, never, once, conclusion }) => {
  const scan = scanLog(log);
  const decided = decide(scan, shipped, { conclusion, steps: [] });
  const fatal = fatalIn(scan);
  const seen = fatal.map(({ signature, line, position }) => `${signature}, line ${line}, ${position}`);

  expect(sayVerdict(decided), seen.join('\n')).toBe(verdict);
  if (blame !== null) expect(decided.blame).toBe(blame);
  if (verdict === 'passed') expect(seen).toEqual([]);
  else expect(fatal.map(({ signature }) => signature).filter((id) => never.includes(id))).toEqual([]);
  if (once !== null) {
    const sightings = fatal.filter(({ signature, repeats }) => signature === once && !repeats);
    expect(sightings).toHaveLength(1);
  }
});

test('the catalogue is complete: forty traps, each once', () => {
  expect(traps.map(({ number }) => number)).toEqual(Array.from({ length: 40 }, (_, n) => n + 1));
});

test('what a trap looks like is a signature that exists', () => {
  const named = traps.flatMap(({ never, once }) => [...never, ...(once === null ? [] : [once])]);
  expect(named.filter((id) => !shipped.signatures.has(id))).toEqual([]);
});
