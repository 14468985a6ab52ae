/** When did a rate change? One change against none, as a Bayes factor with a range for the moment. */
import { logBeta } from './special-functions.ts';

/** Builds in the order of time, counted in bins. */
export interface Bin {
  readonly failures: number;
  readonly builds: number;
}

export interface ChangePoint {
  /** The new rate begins with this bin. */
  readonly at: number;
  /** How much better one change explains the bins than none does. */
  readonly logBayesFactor: number;
  readonly logLikelihoodRatio: number;
  /** Probability that the change is exactly here, given that there is one. */
  readonly probability: number;
  /** The range that holds the change with the confidence asked for. */
  readonly from: number;
  readonly to: number;
}

/**
 * Beta-binomial segments (as LUCI Analysis uses them): a segment with s failures of m has likelihood B(s + a, m − s +
 * b)/B(a, b). The Bayes factor of one change is the mean of L(left) L(right)/L(all) over the K − 1 places, all equally
 * likely; its expectation is 1 where nothing changes, so BF ≥ 20 happens by chance in at most 5 %. The range comes from
 * the places' posterior. `prior.a`, `prior.b` > 0; domain: two bins at least, otherwise null.
 */
export function changePoint(
  bins: readonly Bin[],
  prior: { readonly a: number; readonly b: number },
  confidence = 0.95,
): ChangePoint | null {
  if (bins.length < 2) return null;
  const whole = total(bins);
  const logLikelihood = ({ failures, builds }: Bin): number =>
    logBeta(failures + prior.a, builds - failures + prior.b) - logBeta(prior.a, prior.b);
  const none = logLikelihood(whole);
  let left: Bin = { failures: 0, builds: 0 };
  const ratios = bins.slice(0, -1).map((bin) => {
    left = { failures: left.failures + bin.failures, builds: left.builds + bin.builds };
    const right = { failures: whole.failures - left.failures, builds: whole.builds - left.builds };
    return logLikelihood(left) + logLikelihood(right) - none;
  });
  const best = ratios.reduce((most, each) => Math.max(most, each), -Infinity);
  const weights = ratios.map((ratio) => Math.exp(ratio - best));
  const sum = weights.reduce((all, each) => all + each, 0);
  return {
    at: ratios.indexOf(best) + 1,
    logBayesFactor: best + Math.log(sum / weights.length),
    logLikelihoodRatio: best,
    probability: 1 / sum,
    from: quantile(weights, sum, (1 - confidence) / 2),
    to: quantile(weights, sum, (1 + confidence) / 2),
  };
}

/** The first place at which the posterior up to and with it reaches `share`. */
function quantile(weights: readonly number[], sum: number, share: number): number {
  let reached = 0;
  const place = weights.findIndex((weight) => (reached += weight / sum) >= share);
  return place < 0 ? weights.length : place + 1;
}

export function total(bins: readonly Bin[]): Bin {
  return bins.reduce(
    (sum, bin) => ({ failures: sum.failures + bin.failures, builds: sum.builds + bin.builds }),
    { failures: 0, builds: 0 },
  );
}
