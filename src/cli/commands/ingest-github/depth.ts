/**
 * How far the list of runs is to be read: back to the begin of the last finished reading, two days each
 * night, and once a week over all runs that can have been run again since.
 */
import type { Since } from './context.ts';
import { day, hour } from './context.ts';
import type { Instant } from '../../../model/time.ts';
import type { Scan } from '../../../store/scans.ts';

const firstLook = 14 * day;
const overlap = 2 * hour;
const deepLook = 2 * day;
const deepEvery = 12 * hour;
const week = 7;
/** A sweep whose night was missed is made a day later. */
const sweepAtLatest = (week + 1) * day;
/** GitHub lets a run be run again for 30 days, and that may have been just after the last sweep. */
export const sweepLook = 31 * day + sweepAtLatest;
const slack = 60_000;

export interface Depth {
  /** Runs before this are of no interest. */
  readonly floor: number;
  /** A page of nothing but older runs is the last. */
  boundary: number;
  /** A page of nothing but known runs is the last. */
  stopsAtKnown: boolean;
  readonly isDeep: boolean;
  readonly isSweep: boolean;
}

/** The depth of a reading that begins now. */
export function depthOf(scan: Scan, since: Since | null, now: number): Depth {
  const covered = scan.coveredFrom === null ? now - firstLook : Date.parse(scan.coveredFrom);
  const asked = since === null ? covered : since(now);
  const isMore = scan.completeAt === null || reachesBeyond(asked, scan);
  const floor = isMore ? asked : covered;
  if (isMore) {
    return { floor, boundary: floor, stopsAtKnown: false, isDeep: true, isSweep: true };
  }
  const isSweep = isSweepDue(scan, now);
  const isDeep = isSweep || past(scan.deepAt) < now - deepEvery;
  const back = isSweep ? sweepLook : isDeep ? deepLook : 0;
  const boundary = Math.max(Math.min(past(scan.completeAt) - overlap, now - back), floor);
  return { floor, boundary, stopsAtKnown: scan.begunAt === null && !isDeep, isDeep, isSweep };
}

/** Each repository has its night of the week, so that those of an organization are not all swept in one. */
function isSweepDue({ sweptAt, repositoryId }: Scan, now: number): boolean {
  const age = now - past(sweptAt);
  const isItsNight = Math.floor(now / day) % week === (repositoryId ?? 0) % week;
  return age > sweepAtLatest || (isItsNight && age > day);
}

/** Whether more is asked for than was read. The server tells its time in whole seconds, so a little is nothing. */
export function reachesBeyond(asked: number, { coveredFrom }: Scan): boolean {
  return coveredFrom !== null && asked < Date.parse(coveredFrom) - slack;
}

function past(at: Instant | null): number {
  return at === null ? Number.NEGATIVE_INFINITY : Date.parse(at);
}
