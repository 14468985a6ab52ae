/** What becomes of the raw difference between versions once load, job and age of the build are held equal. */
import type { Association, Effect } from './association.ts';
import { conventions } from './conventions.ts';
import { rateRatio, type Rated, type RateRatio } from './rates.ts';
import { isVersion } from './study.ts';

export interface RawDifference {
  readonly version: string;
  readonly failures: number;
  /** Against the reference, by minute. */
  readonly raw: RateRatio;
  readonly adjusted: Effect;
}

/** Less of a raw difference than this share, of its logarithm, is not told as what the difference comes from. */
const shareAccountedFor = 0.5;

/**
 * The version that differs most from the reference before anything is held equal (smallest exact p), where what is held equal
 * accounts for it: the raw interval leaves 1 out, the adjusted one holds it, and at least half of the log ratio is gone. Null
 * elsewhere.
 */
export function accountedFor({
  basis,
  reference,
  rawVersionP,
  adjusted,
}: Association): RawDifference | null {
  if (reference === null || rawVersionP === null || rawVersionP >= conventions.alpha) return null;
  const ratedOn = (version: string): Rated => {
    const own = basis.cells.filter((cell) => cell.version === version);
    return {
      failures: own.reduce((sum, { failures }) => sum + failures, 0),
      exposure: own.reduce((sum, { minutes }) => sum + minutes, 0),
    };
  };
  const base = ratedOn(reference);
  const [most] = [...adjusted()]
    .filter(([version]) => isVersion(version))
    .map(([version, effect]): RawDifference => {
      const own = ratedOn(version);
      const raw = rateRatio(own, base);
      return { version, failures: own.failures, raw, adjusted: effect };
    })
    .toSorted((a, b) => a.raw.p - b.raw.p);
  if (most === undefined) return null;
  const { raw, adjusted: left } = most;
  const differs = raw.low > 1 || raw.high < 1;
  const vanishes = left.low <= 1 && left.high >= 1;
  const rest = Math.abs(Math.log(left.ratio)) / Math.abs(Math.log(raw.ratio ?? 1));
  return differs && vanishes && rest <= 1 - shareAccountedFor ? most : null;
}
