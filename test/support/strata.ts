/** Made cells, laid out for the joint model. */
import { GrowingDesign, type Design } from '../../src/analysis/strata.ts';

interface MadeCell {
  readonly minutes: number;
  readonly failures: number;
}

/** Cells in strata by name, with any covariates. */
export function stratify<T extends MadeCell>(
  cells: readonly T[],
  stratumOf: (cell: T) => string,
  covariatesOf: (cell: T) => readonly number[],
): Design | null {
  const all = cells.map((cell) => covariatesOf(cell));
  const design = new GrowingDesign({
    size: all[0]?.length ?? 0,
    covariates: Float64Array.from(all.flat()),
    of: Int32Array.from(all.keys()),
  });
  for (const name of new Set(cells.map((cell) => stratumOf(cell)))) {
    for (const [kind, cell] of cells.entries()) {
      if (stratumOf(cell) !== name) continue;
      design.addMinutes(kind, cell.minutes);
      design.addFailure(kind, cell.failures);
    }
    design.endStratum();
  }
  return design.all();
}
