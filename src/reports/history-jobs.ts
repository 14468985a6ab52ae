/** From stored rows to what is counted of each job: failed or not, when it built, and on which engine. */
import { hostedMachine } from '../model/host.ts';
import { toMillis, type Instant } from '../model/time.ts';
import { copyLines } from '../store/copy-lines.ts';
import {
  CountedJobs,
  forgetGoneJobs,
  forgetOutdatedJobs,
  type CountedJob,
} from '../store/counted-jobs.ts';
import { historyPages, type HistoryRow, type WhichHistory } from '../store/history-rows.ts';
import type { Ownership, Place } from '../store/roll-up-rows.ts';
import type { Db } from '../store/store.ts';

const canceledCause = 'job-canceled';

/** Attempts that nothing tells count as first ones. */
export function isFirst({ attempt }: { readonly attempt: number | null }): boolean {
  return attempt === null || attempt === 1;
}

export function keyOf({
  host,
  job_id: id,
}: {
  readonly host: string;
  readonly job_id: number;
}): string {
  return `${host}/${id}`;
}

/** Makes the lines of all outdated jobs anew. How many of them are not what they were. */
export function countOutdatedJobs(db: Db): number {
  const gone = forgetGoneJobs(db);
  const changed = countJobs(db, 'outdated_jobs', db);
  forgetOutdatedJobs(db);
  return gone + changed;
}

/** Writes the lines of all jobs in `from` to `into`: those that are there, and the outdated ones as they are to be. */
export function countAllJobs(from: Db, into: Db): void {
  copyLines(from, into);
  countJobs(from, 'outdated_jobs', into);
}

/** Writes the lines of jobs in `from` to `into`; how many were not there or not the same. */
function countJobs(from: Db, which: WhichHistory, into: Db): number {
  const lines = new CountedJobs(into);
  let changed = 0;
  for (const page of historyPages(from, which)) {
    for (const row of page) changed += lines.write(countedJob(row));
  }
  return changed;
}

export function countedJob(row: HistoryRow): CountedJob {
  const canceled =
    row.cause === canceledCause || (row.conclusion === 'cancelled' && row.cause === null);
  const failed = row.status !== null && row.status !== 'passed' && !canceled;
  const own = windowOf(row.built_from, row.built_to);
  const window = own ?? windowOf(row.started_at, row.completed_at);
  const { host, repository, workflow, job } = row;
  const { buildkit, buildx, docker_server: docker, runner_version: runner } = row;
  const versions = { buildkit, buildx, docker_server: docker, runner_version: runner };
  return {
    traits: {
      host,
      job_id: row.job_id,
      run_id: row.run_id,
      attempt: row.attempt,
      status: row.status,
      cause: row.cause,
      blame: row.blame,
      started_at: row.started_at,
      completed_at: row.completed_at,
      built: row.built,
      failed: Number(failed),
      canceled: Number(canceled),
      copied: row.copied,
      ownership: ownershipOf(row),
      weight: 1 / (row.probability ?? 1),
      window_start: window?.start ?? null,
      window_end: window?.end ?? null,
      timed: Number(own !== null),
      failed_at: row.failed_at === null ? null : toMinutes(row.failed_at),
      commit_sha: row.commit_sha,
      pruned: 0,
    },
    setup: { ...versions, os_image: row.os_image, driver: row.driver },
    work: { host, repository, workflow, job },
    place: placeOf(row),
  };
}

/** The engine, else the machine. All hosted machines are one place, each with a load of its own. */
function placeOf({ machine, engine_id: engine }: HistoryRow): Place {
  return { engine: machine === hostedMachine ? machine : (engine ?? machine), machine };
}

function windowOf(
  from: Instant | null,
  to: Instant | null,
): { readonly start: number; readonly end: number } | null {
  return from === null || to === null ? null : { start: toMinutes(from), end: toMinutes(to) };
}

function ownershipOf(row: HistoryRow): Ownership {
  if (row.pointer_reset === 1) return 'reset';
  if (row.foreign_builder === 1) return 'foreign';
  return row.builder_used === null ? 'unknown' : 'own';
}

const toMinutes = (at: Instant): number => toMillis(at) / 60_000;
