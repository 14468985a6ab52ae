/** What it means for rates that not all green logs were read: each one that was stands for several. */
import { plural } from '../model/plural.ts';
import { numberOf, type History } from './history.ts';
import type { Finding } from './report.ts';

/**
 * The share of failed builds among all builds, estimated with the probabilities of the draw (Horvitz and
 * Thompson); null when every log was to be read.
 */
export function samplingFinding({ built }: History): Finding | null {
  const read = built.reduce((sum, builds) => sum + builds.read, 0);
  const all = numberOf(built);
  if (all <= read) return null;
  const failed = built
    .filter(({ outcome }) => outcome === 'failed')
    .reduce((sum, builds) => sum + builds.read, 0);
  return {
    text:
      `Green logs are a sample: the ${plural(read, 'build')} whose logs were read stand for about ` +
      `${all}, of which ${percent(failed / all)} failed. Rates count each green build as many times as it ` +
      `stands for; the load is counted too low, since builds that were not read are not seen beside others.`,
    more: null,
  };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
