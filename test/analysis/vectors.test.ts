/** Every figure that R computed for our formulas, from no failures at all to millions of builds. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';
import { z } from 'zod';

import { ours, type Figures } from './vector-functions.ts';

const number = z
  .union([z.number(), z.enum(['Inf', '-Inf', 'NaN', 'NA'])])
  .transform((value) =>
    typeof value === 'number' ? value : Number(value.replace('Inf', 'Infinity')),
  );

const file = z.object({
  cases: z.array(
    z.object({
      id: z.string(),
      fn: z.string(),
      r_call: z.string(),
      input: z.record(z.string(), z.unknown()),
      output: z.record(z.string(), z.unknown()),
      note: z.string().optional(),
    }),
  ),
});

const { cases } = file.parse(
  JSON.parse(readFileSync(path.join(import.meta.dirname, 'vectors.json'), 'utf8')),
);

/** Figures whose own digits end early in R: found by numerical search, or from the last step but one (glm's errors). */
const coarse: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  firthLogistic: { tests: 1e-6 },
  condPoissonFirth: { beta: 1e-6 },
  condPoisson: { se: 1e-8 },
};

const testFigures = z.object({
  chisq: z.number(),
  p: z.number(),
  ci_lower: number.optional(),
  ci_upper: number.optional(),
});

/** R's tests of single coefficients as one list; those of several coefficients together have no interval. */
function listed(tests: unknown): unknown[] {
  return Object.values(z.record(z.string(), testFigures).parse(tests)).flatMap((each) =>
    each.ci_lower === undefined ? [] : [each.chisq, each.p, each.ci_lower, each.ci_upper],
  );
}

test.each(cases)('$id agrees with R', ({ fn, r_call: call, input, output }) => {
  const computed = ours[fn]?.(input, call) ?? {};
  expect(Object.keys(computed)).not.toHaveLength(0);
  for (const [name, value] of Object.entries(computed)) {
    const relative = coarse[fn]?.[name] ?? 1e-9;
    const wanted = name === 'tests' ? listed(output[name]) : output[name];
    expectClose(name, value, wanted, relative);
  }
});

function expectClose(name: string, value: Figures, wanted: unknown, relative: number): void {
  if (typeof value !== 'number') {
    expect(wanted, name).toHaveLength(value.length);
    for (const [i, each] of value.entries()) {
      expectClose(`${name}[${i}]`, each, (wanted as unknown[])[i], relative);
    }
    return;
  }
  const expected = number.parse(wanted);
  if (!Number.isFinite(expected)) expect(value, name).toBe(expected);
  else {
    const within = Math.max(1e-12, relative * Math.abs(expected));
    expect(Math.abs(value - expected), `${name}: ${value}, R says ${expected}`).toBeLessThanOrEqual(
      within,
    );
  }
}

// One of the 228 rests on data that is not ours to publish; firth.test.ts asks the same of data that is.
test('no case is left out', () => {
  expect(cases).toHaveLength(227);
  expect(cases.filter(({ fn }) => !(fn in ours))).toEqual([]);
});
