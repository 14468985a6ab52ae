/**
 * What a remedy could be expected to avoid, if the association is causal and nothing else changes. Only failures that
 * happened are counted, so no rate has to be guessed (Bruzzi et al. 1985).
 */
import { wilson, type Interval } from './proportion.ts';

export interface Avoided extends Interval {
  readonly avoided: number;
}

/** A coefficient on the log scale with its interval. */
export interface LogRatio extends Interval {
  readonly estimate: number;
}

/** Leaving a version: a (1 − 1/RR) of its a failures; the interval maps RR's ends. Domain: failures ≥ 0. */
export function avoidedByLeaving(failures: number, logRatio: LogRatio): Avoided {
  const avoided = (value: number): number => failures * -Math.expm1(-value);
  return {
    avoided: avoided(logRatio.estimate),
    low: avoided(logRatio.low),
    high: avoided(logRatio.high),
  };
}

/**
 * At most `most` other builds on the engine: Σ over failures of 1 − exp(−slope · max(0, others − most)). `failures[i]` =
 * those with i others. Never asked beyond what was seen.
 */
export function avoidedByCapping(
  failures: readonly number[],
  slope: LogRatio,
  most: number,
): Avoided {
  const avoided = (value: number): number =>
    failures.reduce(
      (sum, count, others) => sum + count * -Math.expm1(-value * Math.max(0, others - most)),
      0,
    );
  return { avoided: avoided(slope.estimate), low: avoided(slope.low), high: avoided(slope.high) };
}

/**
 * What `retries` automatic retries leave of the rate p: p (1 − r)^k with r = passed/rerun and its Wilson interval.
 * Domain: rerun ≥ 1.
 */
export function residualAfterRetries(
  rate: number,
  { passed, rerun }: { readonly passed: number; readonly rerun: number },
  retries: number,
): Interval & { readonly residual: number } {
  const range = wilson(passed, rerun);
  const left = (recovery: number): number => rate * (1 - recovery) ** retries;
  return { residual: left(passed / rerun), low: left(range.high), high: left(range.low) };
}
