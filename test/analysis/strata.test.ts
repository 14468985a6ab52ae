/** How minutes and failures are laid out for the model. */
import { describe, expect, it } from 'vitest';

import {
  cellsOf,
  patternsOf,
  Strata,
  type Circumstance,
  type MinuteRows,
  type Placed,
} from '../../src/analysis/strata.ts';

type Row = readonly [
  job: number,
  where: number,
  version: number,
  band: number,
  minutes: readonly number[],
];

function rowsOf(rows: readonly Row[]): MinuteRows {
  return {
    jobs: Int32Array.from(rows, ([job]) => job),
    wheres: Int32Array.from(rows, ([, where]) => where),
    versions: Int32Array.from(rows, ([, , version]) => version),
    bands: Int32Array.from(rows, ([, , , band]) => band),
    minutes: Float64Array.from(rows.flatMap(([, , , , minutes]) => minutes)),
  };
}

/** Codes 0 and 2 are one version. */
const versions = ['0.12', '0.13', '0.12'];
const rows = rowsOf([
  [0, 7, 0, 0, [10, 0, 0, 0, 0]],
  [0, 7, 2, 0, [5, 3, 0, 0, 0]],
  [0, 7, 1, 0, [2, 0, 0, 0, 0]],
  [0, 8, 1, 0, [4, 0, 0, 0, 0]],
  [1, 7, 1, 0, [9, 0, 0, 0, 0]],
]);

function laidOut(by: Circumstance, failures: readonly Partial<Placed>[]): number[][] {
  const patterns = patternsOf(versions, (version, others) => [Number(version === '0.13'), others]);
  const placed = failures.map((each): Placed => ({
    job: 0,
    band: 0,
    week: 7,
    place: 7,
    version: 0,
    others: 0,
    ...each,
  }));
  const design = new Strata(rows, by).design(placed, patterns);
  if (design === null) return [];
  return [...cellsOf(design)].map(({ stratum, covariates, exposure, failures: count }) => [
    stratum,
    ...covariates,
    exposure,
    count,
  ]);
}

describe('minutes and failures', () => {
  it('of several codes of one version are one cell, for each number of others', () => {
    expect(laidOut('week', [{ version: 2 }, { version: 1 }, {}])).toEqual([
      [0, 0, 0, 15, 2],
      [0, 0, 1, 3, 0],
      [0, 1, 0, 2, 1],
    ]);
  });

  it('within jobs are those of all weeks', () => {
    expect(laidOut('job', [{ week: 8, version: 1 }])).toEqual([
      [0, 0, 0, 15, 0],
      [0, 0, 1, 3, 0],
      [0, 1, 0, 6, 1],
    ]);
  });

  it('are left out where all of a stratum is alike', () => {
    expect(laidOut('week', [{ week: 8, version: 1 }])).toEqual([]);
    expect(laidOut('job', [{ job: 1, version: 1 }])).toEqual([]);
  });

  it('on an engine that ran nothing else are compared with nothing', () => {
    expect(laidOut('engine', [{ place: -1 }, { place: -1, version: 1 }])).toEqual([]);
  });

  it('have a second to happen in where rounding left no time', () => {
    expect(laidOut('week', [{ others: 4 }])).toContainEqual([0, 0, 4, 1 / 60, 1]);
  });
});
