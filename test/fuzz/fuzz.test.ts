/** A little fuzzing in every run of the tests, and the cases that the long run (`npm run fuzz`) has found. */
import { integer, property, assert as check } from 'fast-check';
import { describe, expect, it } from 'vitest';

import { garbageLog, mutated, Random } from './random.ts';
import { endlessGroup, fuzz, hugeLine, targets } from './targets.ts';

/** A new one every day: what is found is named with its seed. */
const today = Math.floor(Date.now() / 86_400_000) * 1000;

describe('whatever comes', { timeout: 60_000 }, () => {
  it.each([
    ['lines', 40],
    ['archives', 40],
    ['patterns', 40],
    ['metadata', 30],
  ])('%s: no crash, no hang, no cause out of garbage', async (name, inputs) => {
    const figures = await fuzz(name, today, (so) => so.inputs >= inputs);
    expect(figures.read + figures.refused).toBe(inputs);
    expect(figures.read).toBeGreaterThan(0);
  });

  it('a line of megabytes is passed over, and what stands behind it is read', async () => {
    const figures = await hugeLine(8e6);
    expect(figures).toMatchObject({ read: 1, explained: 1 });
  });
});

describe('what the long run has found', { timeout: 60_000 }, () => {
  it('a group about a builder that never ends does not have millions of lines read', async () => {
    const figures = await endlessGroup(4_000_000);
    // All lines read one by one took 7 s of the processor.
    expect(figures).toMatchObject({ read: 1 });
    expect(figures.slowest).toBeLessThan(2000);
  });
});

describe('the fuzzer', () => {
  it('makes the same of the same seed', () => {
    check(
      property(integer({ min: 1, max: 1e9 }), (seed) => {
        const [a, b] = [new Random(seed), new Random(seed)].map((random) =>
          mutated(garbageLog(random, 5), random),
        );
        expect(b !== undefined && a?.equals(b)).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  it('tries every part that reads what others wrote', () => {
    expect(Object.keys(targets)).toEqual(['lines', 'archives', 'patterns', 'metadata']);
  });
});
