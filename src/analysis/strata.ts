/** Time at risk and failures, sorted for comparison: cells of equal covariates within strata of equal circumstances. */

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
 * Sorts `items` into strata and adds up what has equal covariates. Strata without a failure, and strata in
 * which all covariates are alike, say nothing on the coefficients and are left out.
 */
export function stratify<T extends { readonly minutes: number; readonly failures: number }>(
  items: Iterable<T>,
  stratumOf: (item: T) => string,
  covariatesOf: (item: T) => readonly number[],
): Stratum[] {
  const strata = new Map<
    string,
    Map<string, { covariates: readonly number[]; t: number; y: number }>
  >();
  for (const item of items) {
    const name = stratumOf(item);
    let cells = strata.get(name);
    if (cells === undefined) strata.set(name, (cells = new Map()));
    const covariates = covariatesOf(item);
    const key = covariates.join();
    const cell = cells.get(key);
    if (cell === undefined) cells.set(key, { covariates, t: item.minutes, y: item.failures });
    else {
      cell.t += item.minutes;
      cell.y += item.failures;
    }
  }
  return [...strata.values()].flatMap((cells): Stratum[] => {
    const all = [...cells.values()].map(({ covariates, t, y }) => ({
      covariates,
      exposure: t,
      events: y,
    }));
    const events = all.reduce((sum, cell) => sum + cell.events, 0);
    return events > 0 && all.length > 1 ? [{ events, cells: all }] : [];
  });
}
