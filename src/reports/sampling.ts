/** What it means for rates that not all green logs were read: each one that was stands for several. */
import { plural, type History } from './history.ts';
import type { Finding } from './report.ts';

/**
 * The share of failed builds among all builds, estimated with the probabilities of the draw (Horvitz and
 * Thompson); null when every log was to be read.
 */
export function samplingFinding({ built, drawn }: History): Finding | null {
  if (drawn.size === 0) return null;
  const failed = built.filter((job) => job.failed).length;
  const all = built.reduce(
    (sum, job) => sum + 1 / (drawn.get(`${job.host}/${job.job_id}`) ?? 1),
    0,
  );
  if (all === 0) return null;
  return {
    text:
      `Green logs are a sample: the ${plural(built.length, 'build')} whose logs were read stand for about ` +
      `${Math.round(all)}, of which ${percent(failed / all)} failed. Rates below count what was read ` +
      `(${percent(failed / built.length)}); compare only groups that were drawn alike.`,
    more: null,
  };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
