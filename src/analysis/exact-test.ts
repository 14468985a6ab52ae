/** Fisher's exact test of two proportions, for any sizes. */

export interface ExactTest {
  /** Two-sided: all tables that are at most as probable as the observed one. */
  readonly p: number;
  readonly greater: number;
  readonly less: number;
  /** Of the observed table alone. */
  readonly point: number;
  /** Two-sided with half of the observed table: for show, never for a verdict. */
  readonly mid: number;
}

/** Counts as equal to the observed probability what differs from it by rounding only, as R does. */
const equalWithin = 1 + 1e-7;

/**
 * `count` of `total` against `otherCount` of `otherTotal`, given all margins (Fisher 1934). Probabilities are
 * taken as ratios outwards from the most probable table, so that nothing cancels in huge ones. Domain: integers 0
 * ≤ count ≤ total on both sides.
 */
export function fisherExact(
  count: number,
  total: number,
  otherCount: number,
  otherTotal: number,
): ExactTest {
  const failures = count + otherCount;
  const least = Math.max(0, failures - otherTotal);
  const probabilities = tables(total, otherTotal, failures);
  const sum = probabilities.reduce((all, each) => all + each, 0);
  const observed = probabilities[count - least] ?? 0;
  const sumWhere = (wanted: (each: number, k: number) => boolean): number => {
    const part = probabilities.reduce(
      (all, each, i) => (wanted(each, i + least) ? all + each : all),
      0,
    );
    return Math.min(1, part / sum);
  };
  const p = sumWhere((each) => each <= observed * equalWithin);
  return {
    p,
    greater: sumWhere((_, k) => k >= count),
    less: sumWhere((_, k) => k <= count),
    point: observed / sum,
    mid: p - observed / sum / 2,
  };
}

/** The probability of each possible count in the first group, up to a common factor: 1 for the most probable. */
function tables(total: number, otherTotal: number, failures: number): number[] {
  const least = Math.max(0, failures - otherTotal);
  const most = Math.min(failures, total);
  const likeliest = Math.floor(((failures + 1) * (total + 1)) / (total + otherTotal + 2));
  const mode = Math.min(most, Math.max(least, likeliest));
  const upward = (k: number): number =>
    ((total - k) * (failures - k)) / ((k + 1) * (otherTotal - failures + k + 1));
  const values = Array.from({ length: most - least + 1 }, () => 1);
  for (let k = mode; k < most; k++) values[k + 1 - least] = (values[k - least] ?? 0) * upward(k);
  for (let k = mode; k > least; k--)
    values[k - 1 - least] = (values[k - least] ?? 0) / upward(k - 1);
  return values;
}

/**
 * The smallest p that `failures` in groups of these sizes can give: all of them on one side. Where it is not below
 * 5 %, a comparison can't be significant whatever the data. Domain: failures ≤ total + otherTotal.
 */
export function smallestPossibleP(failures: number, total: number, otherTotal: number): number {
  const extremes = [Math.max(0, failures - otherTotal), Math.min(failures, total)];
  return Math.min(
    1,
    ...extremes.map((own) => fisherExact(own, total, failures - own, otherTotal).p),
  );
}
