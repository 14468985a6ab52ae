/** Does the share of failures rise from level to level? */
import { chiSquareUpper } from './special-functions.ts';

/**
 * The Cochran–Armitage trend test: z = Σ x_i (s_i − s̄) / √(p̄ (1 − p̄) Σ n_i (s_i − s̄)²), s̄ being the mean score of
 * all builds (Armitage 1955). A description; a defect that comes and goes shows no trend. Domain: some failures,
 * some passes, two scores at least; otherwise z = 0.
 */
export function trendTest(
  levels: readonly { readonly score: number; readonly failures: number; readonly builds: number }[],
): { readonly z: number; readonly p: number } {
  const sumOf = (value: (level: (typeof levels)[number]) => number): number =>
    levels.reduce((sum, level) => sum + value(level), 0);
  const builds = sumOf((level) => level.builds);
  const share = sumOf((level) => level.failures) / builds;
  const mean = sumOf((level) => level.builds * level.score) / builds;
  const spread = sumOf((level) => level.builds * (level.score - mean) ** 2);
  const variance = share * (1 - share) * spread;
  if (!(variance > 0)) return { z: 0, p: 1 };
  const z = sumOf((level) => level.failures * (level.score - mean)) / Math.sqrt(variance);
  return { z, p: chiSquareUpper(z * z, 1) };
}
