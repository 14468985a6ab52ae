/** All that reports ask for, read once: jobs with their load, and what happened between them. */
import { peakOverlap, type BuildWindow } from '../analysis/concurrency.ts';
import { hostedMachine } from '../model/host.ts';
import type { Instant } from '../model/time.ts';
import { readLogChoices } from '../store/fetch-states.ts';
import { readCollisions, type StoredCollision } from '../store/collisions.ts';
import {
  readBuilds,
  readOverview,
  type JobOverview,
  type StoredBuild,
} from '../store/read-jobs.ts';
import type { Db } from '../store/store.ts';
import type { Scope } from './report.ts';

/** The founding case, by its id in the public contract. */
export const removedByOther = 'builder-removed-by-other-job';
const canceledCause = 'job-canceled';

export interface HistoryJob extends JobOverview {
  /** Most builds that its host ran at one moment of its build, its own included; null if not known. */
  readonly overlap: number | null;
  readonly failed: boolean;
  readonly canceled: boolean;
}

export interface History {
  readonly jobs: readonly HistoryJob[];
  /** Jobs that built and were not canceled: the denominator of every rate. */
  readonly built: readonly HistoryJob[];
  readonly collisions: readonly StoredCollision[];
  readonly scope: Scope;
}

export function readHistory(db: Db): History {
  // A job that a re-run only copied did not run: counting it would make failures look rarer.
  const copies = new Set(
    readLogChoices(db).flatMap((job) => (job.copied === 1 ? [`${job.host}/${job.jobId}`] : [])),
  );
  const overview = readOverview(db).filter((job) => !copies.has(keyOf(job)));
  const overlaps = overlapsOf(overview, readBuilds(db));
  const jobs = overview.map((job): HistoryJob => {
    const canceled =
      job.cause === canceledCause || (job.conclusion === 'cancelled' && job.cause === null);
    const failed = job.status !== null && job.status !== 'passed' && !canceled;
    return { ...job, overlap: overlaps.get(keyOf(job)) ?? null, failed, canceled };
  });
  const built = jobs.filter((job) => job.built === 1 && !job.canceled);
  return { jobs, built, collisions: readCollisions(db), scope: scopeOf(jobs) };
}

function overlapsOf(
  jobs: readonly JobOverview[],
  builds: readonly StoredBuild[],
): Map<string, number> {
  const windows = new Map<string, { startedAt: Instant; endedAt: Instant }>();
  for (const { host, job_id: id, started_at: start, ended_at: end } of builds) {
    if (start === null || end === null) continue;
    const window = windows.get(`${host}/${id}`);
    const startedAt = window === undefined || start < window.startedAt ? start : window.startedAt;
    const endedAt = window === undefined || end > window.endedAt ? end : window.endedAt;
    windows.set(`${host}/${id}`, { startedAt, endedAt });
  }
  const placed = jobs.flatMap((job): (BuildWindow & { key: string })[] => {
    const window = windows.get(keyOf(job));
    const host = job.engine_id ?? job.machine;
    if (window === undefined || host === null) return [];
    // Hosted machines share a label, not a host: without an engine id each job is alone.
    const machine = host === hostedMachine ? keyOf(job) : host;
    return [{ key: keyOf(job), machine, ...window }];
  });
  const peaks = peakOverlap(placed);
  return new Map(placed.map(({ key }, index) => [key, peaks[index] ?? 1]));
}

function scopeOf(jobs: readonly HistoryJob[]): Scope {
  const built = jobs.filter((job) => job.built === 1);
  const failed = jobs.filter((job) => job.failed);
  const withStatus = (status: string): number =>
    failed.filter((job) => job.status === status).length;
  const times = jobs.flatMap((job) => job.started_at ?? []).toSorted();
  const ends = jobs.flatMap((job) => job.completed_at ?? []).toSorted();
  return {
    jobs: jobs.length,
    built: built.length,
    failed: failed.length,
    canceled: jobs.filter((job) => job.canceled).length,
    explained: withStatus('explained'),
    unexplained: withStatus('unexplained'),
    withoutLog: withStatus('no-log'),
    partial: withStatus('partial'),
    hosts: new Set(jobs.flatMap((job) => job.machine ?? [])).size,
    from: times[0] ?? null,
    to: ends.at(-1) ?? null,
  };
}

function keyOf({ host, job_id: id }: { readonly host: string; readonly job_id: number }): string {
  return `${host}/${id}`;
}

/** Jobs in groups, in the order in which the groups first appear. */
export function groupBy<T>(items: readonly T[], keyOfItem: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOfItem(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

/** `1 job`, `3 jobs`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
