/** Which logs are read, decided from metadata alone and the same at every time and place. */
import { createHash } from 'node:crypto';

import type { Job, JobKey } from '../../model/job.ts';
import type { Instant } from '../../model/time.ts';

const salt = 'buildlog-1';
const drawn = 2 ** 48;

/** A number from 0 to 1 that belongs to a job for ever: raising the share only adds jobs. */
export function drawOf({ host, jobId }: JobKey): number {
  return createHash('sha256').update(`${host}/${jobId}/${salt}`).digest().readUIntBE(0, 6) / drawn;
}

export interface Choice {
  readonly state: 'wanted' | 'not-sampled' | 'copied' | 'absent';
  /** With which the log was chosen; null where there was nothing to choose. */
  readonly probability: number | null;
  readonly note: string | null;
}

/** What is done about the log of a job that has ended. */
export function chooseLog(job: Job, isCopy: boolean, share: number): Choice {
  if (isCopy) return { state: 'copied', probability: null, note: null };
  if (job.conclusion === 'skipped') {
    return { state: 'absent', probability: null, note: 'skipped jobs have no log' };
  }
  if (job.conclusion !== 'success' && job.conclusion !== 'neutral') {
    return { state: 'wanted', probability: 1, note: null };
  }
  const state = drawOf(job) < share ? 'wanted' : 'not-sampled';
  return { state, probability: share, note: null };
}

/**
 * A job that ended before its attempt began did not run in it: "re-run failed jobs" copies those that had
 * passed under new ids. Counting them would make failures look rarer than they are.
 */
export function isCarriedOver(job: Job, attemptStartedAt: Instant | null): boolean {
  const { attempt, completedAt } = job;
  if (attempt === null || attempt < 2 || completedAt === null || attemptStartedAt === null)
    return false;
  return Date.parse(completedAt) <= Date.parse(attemptStartedAt);
}
