/**
 * Stand-ins: jobs of which nothing is known but a log, that was read before a better name for it came. One log is one
 * job, unless GitHub itself says that it is two.
 */
import { compareClaims, nameOf } from '../model/job.ts';
import type { JudgedJob } from './judged-job.ts';
import { readLogOwners, type LogOwner } from './known-jobs.ts';
import { prepared } from './prepared.ts';
import type { Db } from './store.ts';

/**
 * Forgets the stored stand-ins of jobs that are to be written. A log that one of them had is remembered by the first of its
 * places, as it would be had it been read under one name.
 */
export function replaceStandIns(db: Db, judged: readonly JudgedJob[]): JudgedJob[] {
  const digests = judged.flatMap(({ log }) => log?.sha256 ?? []);
  const owners = new Map<string, LogOwner[]>();
  for (const owner of readLogOwners(db, digests)) {
    if (owner.runId !== null) continue;
    const others = owners.get(owner.sha256) ?? [];
    owners.set(owner.sha256, [...others, owner]);
  }
  return judged.map((one) => {
    const { job, log } = one;
    const standIns = (owners.get(log?.sha256 ?? '') ?? []).filter(
      (owner) => nameOf(owner) !== nameOf(job) && compareClaims(job, owner) < 0,
    );
    for (const { host, jobId } of standIns) {
      prepared(db, 'DELETE FROM jobs WHERE host = ? AND job_id = ?').run(host, jobId);
    }
    return standIns.reduce((kept, { source }) => withSource(kept, source), one);
  });
}

/** One log in two places is remembered by one of them, whichever was read first. */
export function withSource(judged: JudgedJob, other: string): JudgedJob {
  const { log } = judged;
  return log === null || log.source <= other
    ? judged
    : { ...judged, log: { ...log, source: other } };
}
