/** All that reports ask for, read once: jobs with their times and engines, and what happened between them. */
import { hostedMachine } from '../model/host.ts';
import { toMillis, type Instant } from '../model/time.ts';
import { readLogChoices } from '../store/fetch-states.ts';
import { readCollisions, type StoredCollision } from '../store/collisions.ts';
import {
  readBuilds,
  readMoments,
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
  /** What shares its load: the engine, else the machine; a hosted machine is the job's own. Null if not known. */
  readonly engine: string | null;
  /** From the first build's start to the last one's end, or the job's own times; minutes. Null if not known. */
  readonly window: { readonly start: number; readonly end: number } | null;
  /** When it failed; minutes. */
  readonly failedAt: number | null;
  readonly commit: string | null;
  readonly failed: boolean;
  readonly canceled: boolean;
}

export interface History {
  readonly jobs: readonly HistoryJob[];
  /** Jobs that built and were not canceled: the denominator of every rate. */
  readonly built: readonly HistoryJob[];
  readonly collisions: readonly StoredCollision[];
  /** Green jobs whose logs were drawn with a probability below 1, by their keys: one stands for 1 / probability. */
  readonly drawn: ReadonlyMap<string, number>;
  /** Jobs that a partial re-run copied from an earlier attempt: in no count. */
  readonly carriedOver: number;
  readonly scope: Scope;
}

export function readHistory(db: Db): History {
  const overview = readOverview(db);
  const windows = windowsOf(readBuilds(db));
  const moments = new Map(readMoments(db).map((moment) => [keyOf(moment), moment]));
  // What ingest knows to be a copy, and what looks like one in metadata from files.
  const choices = readLogChoices(db).map((job) => ({ ...job, key: `${job.host}/${job.jobId}` }));
  const copies = new Set([
    ...carriedOver(overview),
    ...choices.filter(({ copied }) => copied === 1).map(({ key }) => key),
  ]);
  const jobs = overview
    .filter((job) => !copies.has(keyOf(job)))
    .map((job): HistoryJob => {
      const canceled =
        job.cause === canceledCause || (job.conclusion === 'cancelled' && job.cause === null);
      const failed = job.status !== null && job.status !== 'passed' && !canceled;
      const moment = moments.get(keyOf(job));
      const failedAt = moment?.failed_at ?? null;
      const commit = moment?.head_sha ?? null;
      return {
        ...job,
        engine: engineOf(job),
        window: windows.get(keyOf(job)) ?? ownTimes(job),
        failedAt: failedAt === null ? null : toMinutes(failedAt),
        commit,
        failed,
        canceled,
      };
    });
  const built = jobs.filter((job) => job.built === 1 && !job.canceled);
  return {
    jobs,
    built,
    collisions: readCollisions(db),
    drawn: new Map(
      choices.flatMap(({ key, probability }) => (probability === null ? [] : [[key, probability]])),
    ),
    carriedOver: copies.size,
    scope: scopeOf(jobs),
  };
}

function windowsOf(builds: readonly StoredBuild[]): Map<string, { start: number; end: number }> {
  const windows = new Map<string, { start: number; end: number }>();
  for (const build of builds) {
    if (build.started_at === null || build.ended_at === null) continue;
    const [start, end] = [toMinutes(build.started_at), toMinutes(build.ended_at)];
    const window = windows.get(keyOf(build));
    windows.set(keyOf(build), {
      start: Math.min(start, window?.start ?? Infinity),
      end: Math.max(end, window?.end ?? -Infinity),
    });
  }
  return windows;
}

function ownTimes({ started_at: start, completed_at: end }: JobOverview): HistoryJob['window'] {
  return start === null || end === null ? null : { start: toMinutes(start), end: toMinutes(end) };
}

function engineOf(job: JobOverview): string | null {
  const host = job.engine_id ?? job.machine;
  // Hosted machines share a label, not a host: without an engine id each job is alone.
  return host === hostedMachine ? keyOf(job) : host;
}

/**
 * Copies: after a partial re-run the passed jobs are in the new attempt again, with new ids and the old times. Counting them
 * would double passes and load.
 */
function carriedOver(jobs: readonly JobOverview[]): Set<string> {
  const earliest = new Map<string, number>();
  const attempts = jobs.filter(
    (job) => job.run_id !== null && job.attempt !== null && job.started_at !== null,
  );
  for (const job of attempts) {
    earliest.set(timesOf(job), Math.min(job.attempt ?? 1, earliest.get(timesOf(job)) ?? Infinity));
  }
  const copies = attempts.filter((job) => (job.attempt ?? 1) > (earliest.get(timesOf(job)) ?? 1));
  return new Set(copies.map(keyOf));
}

function timesOf(job: JobOverview): string {
  const { host, run_id: run, job: name, started_at: start, completed_at: end, runner } = job;
  return JSON.stringify([host, run, name, start, end, runner]);
}

const toMinutes = (at: Instant): number => toMillis(at) / 60_000;

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
