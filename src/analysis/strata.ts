/** Time at risk and failures, sorted for comparison: cells of equal covariates within strata of equal circumstances. */
import { shortest } from './exposure.ts';

/** Time at risk with the same covariates in the same stratum, and the failures in it. */
interface Cell {
  readonly covariates: readonly number[];
  readonly exposure: number;
  readonly events: number;
}

export interface Stratum {
  readonly events: number;
  readonly cells: readonly Cell[];
}

/**
 * Sorts `items` into strata and adds up what has the same covariates, by identity: `covariatesOf` had better return one
 * array for equal ones, though nothing but time depends on it. Strata without a failure, and strata in
 * which all covariates are alike, say nothing on the coefficients and are left out.
 */
export function stratify<T extends { readonly minutes: number; readonly failures: number }>(
  items: Iterable<T>,
  stratumOf: (item: T) => string,
  covariatesOf: (item: T) => readonly number[],
): Stratum[] {
  const strata = new Map<
    string,
    Map<readonly number[], { covariates: readonly number[]; t: number; y: number }>
  >();
  for (const item of items) {
    const name = stratumOf(item);
    let cells = strata.get(name);
    if (cells === undefined) strata.set(name, (cells = new Map()));
    const covariates = covariatesOf(item);
    const cell = cells.get(covariates);
    if (cell === undefined)
      cells.set(covariates, { covariates, t: item.minutes, y: item.failures });
    else {
      cell.t += item.minutes;
      cell.y += item.failures;
    }
  }
  return [...strata.values()].flatMap((cells): Stratum[] => {
    const all = [...cells.values()].map(({ covariates, t, y }) => ({
      covariates,
      // A failure had time to happen, even where rounding left none.
      exposure: y > 0 ? Math.max(t, shortest) : t,
      events: y,
    }));
    const events = all.reduce((sum, cell) => sum + cell.events, 0);
    return events > 0 && all.length > 1 ? [{ events, cells: all }] : [];
  });
}

/** The covariates of a cell: they depend on its version and load only. */
export type CovariatesOf = (cell: {
  readonly version: string;
  readonly others: number;
}) => readonly number[];

/** `make` asked once for each version and load. */
export function covariatesBy(make: (version: string, others: number) => number[]): CovariatesOf {
  const made = new Map<string, number[][]>();
  return ({ version, others }) => {
    let own = made.get(version);
    if (own === undefined) made.set(version, (own = []));
    return (own[others] ??= make(version, others));
  };
}

/** All cells of all strata as flat arrays, for loops that run often. */
export interface Design {
  /** Covariates of each cell. */
  readonly size: number;
  /** The first cell of each stratum, and the number of all cells. */
  readonly starts: Int32Array;
  readonly covariates: Float64Array;
  readonly exposures: Float64Array;
  readonly events: Float64Array;
  /** Failures of each stratum. */
  readonly totals: Float64Array;
}

export function design(strata: readonly Stratum[], size: number): Design {
  const cells = strata.flatMap((stratum) => stratum.cells);
  const covariates = new Float64Array(cells.length * size);
  for (const [c, cell] of cells.entries()) covariates.set(cell.covariates.slice(0, size), c * size);
  const starts = new Int32Array(strata.length + 1);
  for (const [s, stratum] of strata.entries()) {
    starts[s + 1] = (starts[s] ?? 0) + stratum.cells.length;
  }
  return {
    size,
    starts,
    covariates,
    exposures: Float64Array.from(cells, ({ exposure }) => exposure),
    events: Float64Array.from(cells, ({ events }) => events),
    totals: Float64Array.from(strata, ({ events }) => events),
  };
}
