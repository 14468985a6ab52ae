/** What must hold whatever the history: exposure, symmetry, and that more data say more. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { associate } from '../../src/analysis/association.ts';
import { conventions } from '../../src/analysis/conventions.ts';
import { fitConditionalPoisson } from '../../src/analysis/conditional-poisson.ts';
import { cellsOf, exposureOf, loadOf, type Build } from '../../src/analysis/exposure.ts';
import { wilson } from '../../src/analysis/proportion.ts';
import { rate, rateRatio } from '../../src/analysis/rates.ts';
import { profileInterval } from '../../src/analysis/profile.ts';
import { studyOf } from '../../src/analysis/study.ts';
import { simulate } from '../simulation/simulate.ts';
import { stratify } from '../support/strata.ts';

const { assert, constantFrom, integer, property, record, array, boolean } = fc;

/** Whole minutes, so that a minute belongs to one number of others only. */
const build = record({
  engine: constantFrom('a', 'b'),
  version: constantFrom('1', '2'),
  start: integer({ min: 0, max: 40 }),
  length: integer({ min: 1, max: 12 }),
  first: boolean(),
}).map(({ engine, version, start, length, first }): Build => ({
  engine,
  version,
  job: 'j',
  repository: 'r',
  start,
  end: start + length,
  first,
  weight: 1,
  failedAt: null,
  origin: null,
}));

test('exposure by sweep line is what counting minute by minute gives', () => {
  assert(
    property(array(build, { maxLength: 25 }), (builds) => {
      const counted = new Map<string, number>();
      for (const one of builds.filter(({ first }) => first)) {
        for (let minute = one.start; minute < one.end; minute++) {
          const others = builds.filter(
            ({ engine, start, end }) => engine === one.engine && start <= minute && minute < end,
          ).length;
          const key = `${one.version} ${Math.min(conventions.mostOthers, others - 1)}`;
          counted.set(key, (counted.get(key) ?? 0) + 1);
        }
      }
      const swept = new Map<string, number>();
      for (const { version, others, minutes } of exposureOf(builds, loadOf(builds)).byWeek.flatMap(
        cellsOf,
      )) {
        const key = `${version} ${others}`;
        swept.set(key, (swept.get(key) ?? 0) + minutes);
      }
      expect([...swept.keys()].toSorted()).toEqual([...counted.keys()].toSorted());
      for (const [key, minutes] of counted) expect(swept.get(key)).toBeCloseTo(minutes, 9);
    }),
  );
});

test('renaming hosts and shuffling rows changes no verdict and no number', () => {
  const builds = simulate('C_both_interaction', 2000, 3);
  const plain = associate(studyOf(builds));
  const changed = associate(
    studyOf(
      builds
        .toReversed()
        .map((one) => ({ ...one, engine: `x${one.engine?.slice(-4)}${one.engine}` })),
    ),
  );
  expect(changed.version).toBe(plain.version);
  expect(changed.concurrency).toBe(plain.concurrency);
  expect(changed.basis.phi).toBeCloseTo(plain.basis.phi, 12);
  expect(changed.versionP).toBeCloseTo(plain.versionP ?? 0, 8);
  expect(changed.perBuild()?.ratio).toBeCloseTo(plain.perBuild()?.ratio ?? 0, 7);
  expect(changed.ladder?.withinHosts.kept).toBeCloseTo(plain.ladder?.withinHosts.kept ?? 0, 9);
});

const width = ({ low, high }: { low: number; high: number }): number => high - low;

test('doubling all counts narrows every interval', () => {
  assert(
    property(integer({ min: 1, max: 200 }), integer({ min: 1, max: 400 }), (failures, passes) => {
      const total = failures + passes;
      expect(width(wilson(2 * failures, 2 * total))).toBeLessThan(width(wilson(failures, total)));
      const one = { failures, exposure: total };
      const two = { failures: 2 * failures, exposure: 2 * total };
      expect(width(rate(two))).toBeLessThan(width(rate(one)));
      const ratio = (x: typeof one): { low: number; high: number } => {
        const { low, high } = rateRatio(x, { failures: x.failures, exposure: x.exposure + 7 });
        return { low: Math.log(low), high: Math.log(high) };
      };
      expect(width(ratio(two))).toBeLessThan(width(ratio(one)));
    }),
  );
});

test('doubling all counts narrows the interval of the joint model', () => {
  assert(
    property(array(integer({ min: 1, max: 30 }), { minLength: 8, maxLength: 8 }), (failures) => {
      const fit = (times: number): { low: number; high: number } | null => {
        const cells = failures.map((count, i) => ({
          stratum: String(i >> 2),
          x: [i % 2, (i >> 1) % 2],
          failures: count * times,
          minutes: (50 + 10 * i) * times,
        }));
        const strata = stratify(
          cells,
          ({ stratum }) => stratum,
          ({ x }) => x,
        );
        const fitted = fitConditionalPoisson(strata);
        return fitted === null ? null : profileInterval(fitted, 0, 1);
      };
      const [one, two] = [fit(1), fit(2)];
      expect(one).not.toBeNull();
      expect((two?.high ?? 0) - (two?.low ?? 0)).toBeLessThan((one?.high ?? 0) - (one?.low ?? 0));
    }),
    { numRuns: 30 },
  );
});

test('a version without a failure has a finite estimate and an open end on one side', () => {
  const cells = [
    { x: [0], failures: 12, minutes: 900 },
    { x: [1], failures: 0, minutes: 800 },
  ];
  const fit = fitConditionalPoisson(
    stratify(
      cells,
      () => '',
      ({ x }) => x,
    ),
  );
  expect(fit?.coefficients[0]).toBeLessThan(0);
  expect(Number.isFinite(fit?.coefficients[0])).toBe(true);
});
