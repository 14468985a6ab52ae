/** Whole histories with a known answer: simulated, analysed, and held against R and against the truth. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';
import { z } from 'zod';

import { associate } from '../../src/analysis/association.ts';
import { holm } from '../../src/analysis/multiplicity.ts';
import { studyOf } from '../../src/analysis/study.ts';
import { judge } from '../simulation/judge.ts';
import { simulate } from '../simulation/simulate.ts';
import { worlds } from '../simulation/world.ts';

const { histories } = z
  .object({
    histories: z.array(
      z.object({
        world: z.string(),
        builds: z.number(),
        seed: z.number(),
        version: z.string(),
        concurrency: z.string(),
        failures: z.number(),
        incidents: z.number(),
        phi: z.number(),
        minutes: z.array(z.number()),
        failuresByOthers: z.array(z.number()),
        versionP: z.number().optional(),
        concurrencyP: z.number().optional(),
        slope: z.number().optional(),
      }),
    ),
  })
  .parse(JSON.parse(readFileSync(path.join(import.meta.dirname, 'histories.json'), 'utf8')));

test.each(histories)(
  '$world with $builds builds gives the counts of R and the verdict $version, $concurrency',
  (wanted) => {
    const found = associate(studyOf(simulate(wanted.world, wanted.builds, wanted.seed)));
    const { basis } = found;
    const byOthers = wanted.minutes.map((_, others) =>
      basis.cells.filter((cell) => cell.others === others),
    );
    expect(basis.failures).toBe(wanted.failures);
    expect(basis.incidents).toHaveLength(wanted.incidents);
    expect(basis.phi).toBeCloseTo(wanted.phi, 9);
    for (const [others, cells] of byOthers.entries()) {
      const minutes = cells.reduce((sum, cell) => sum + cell.minutes, 0);
      const failures = cells.reduce((sum, cell) => sum + cell.failures, 0);
      expect(failures).toBe(wanted.failuresByOthers[others]);
      // R keeps ten digits of a moment in 2024, a few microseconds.
      expect(minutes / (wanted.minutes[others] ?? 1)).toBeCloseTo(1, 8);
    }
    expect(found.version).toBe(wanted.version);
    expect(found.concurrency).toBe(
      wanted.concurrency === 'associated-negative' ? 'negative' : wanted.concurrency,
    );
    if (wanted.versionP !== undefined && wanted.concurrencyP !== undefined) {
      const [version, load] = holm([wanted.versionP, wanted.concurrencyP]);
      expect(found.versionP).toBeCloseTo(version ?? 1, 7);
      expect(found.concurrencyP).toBeCloseTo(load ?? 1, 7);
      expect(Math.log(found.perBuild()?.ratio ?? 1)).toBeCloseTo(wanted.slope ?? 0, 7);
    }
  },
);

// One history each; `npm run simulate` asks twenty of every world.
test.each(Object.keys(worlds))('%s with 10,000 builds is judged right', (world) => {
  expect(judge(world, 10_000, 1).right).toBe(true);
});
