/** Failures that come together count less than failures that come alone. */

export interface Failure {
  readonly engine: string;
  /** Minutes. */
  readonly at: number;
}

/**
 * Failures on one engine whose moments lie within `gap` minutes of the one before, chained: one incident, whatever the
 * number of builds that it hit.
 */
export function incidents<T extends Failure>(failures: readonly T[], gap: number): T[][] {
  const sorted = failures.toSorted((a, b) =>
    a.engine === b.engine ? a.at - b.at : a.engine < b.engine ? -1 : 1,
  );
  const found: T[][] = [];
  for (const failure of sorted) {
    const last = found.at(-1)?.at(-1);
    if (last !== undefined && last.engine === failure.engine && failure.at - last.at <= gap) {
      found.at(-1)?.push(failure);
    } else {
      found.push([failure]);
    }
  }
  return found;
}

export interface Burst {
  /** Minutes: the first failure's. */
  readonly from: number;
  readonly failures: number;
  readonly engines: number;
}

/** The span of `minutes` in which most engines failed; of several the first. Null without failures. O(n²) in a busy span. */
export function burstOf(failures: readonly Failure[], minutes: number): Burst | null {
  const sorted = failures.toSorted((a, b) => a.at - b.at);
  let most: Burst | null = null;
  for (const [i, { at }] of sorted.entries()) {
    const engines = new Set<string>();
    let end = i;
    for (; end < sorted.length && (sorted[end]?.at ?? Infinity) <= at + minutes; end++) {
      engines.add(sorted[end]?.engine ?? '');
    }
    if (engines.size > (most?.engines ?? 0)) {
      most = { from: at, failures: end - i, engines: engines.size };
    }
  }
  return most;
}

/**
 * φ = Σ m² / Σ m over incident sizes m: 1 when every failure stands alone. Likelihood-ratio statistics are divided by
 * it, standard errors multiplied by its root, and E/φ failures are worth as much as independent ones (a design effect,
 * Kish 1965). 1 without failures.
 */
export function clusteringFactor(sizes: readonly number[]): number {
  const sum = sizes.reduce((all, size) => all + size, 0);
  return sum === 0 ? 1 : sizes.reduce((all, size) => all + size ** 2, 0) / sum;
}
