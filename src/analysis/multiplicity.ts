/** Many tests at once: what a p-value is worth when it is the best of several. */

/** Places of the values in rising order. */
function ranking(values: readonly number[]): number[] {
  return values.map((_, i) => i).toSorted((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
}

/**
 * q-values: the share of false ones among all findings at most as large (Benjamini & Hochberg 1995): q_(k) =
 * min_{j ≥ k} p_(j) n/j. Same order as given.
 */
export function falseDiscovery(p: readonly number[]): number[] {
  const adjusted = Array.from({ length: p.length }, () => 1);
  let running = 1;
  for (const [fromEnd, i] of ranking(p).toReversed().entries()) {
    running = Math.min(running, ((p[i] ?? 1) * p.length) / (p.length - fromEnd));
    adjusted[i] = running;
  }
  return adjusted;
}

/** p-values that hold for all tests together (Holm 1979): max_{j ≤ k} p_(j) (n + 1 − j), at most 1. Same order as given. */
export function holm(p: readonly number[]): number[] {
  const adjusted = Array.from({ length: p.length }, () => 1);
  let running = 0;
  for (const [rank, i] of ranking(p).entries()) {
    running = Math.max(running, (p[i] ?? 1) * (p.length - rank));
    adjusted[i] = Math.min(1, running);
  }
  return adjusted;
}
