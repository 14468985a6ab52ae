/** The cross-job step after an ingest: from the store to plain values, through the analysis, and back. */
import { findCollisions } from '../analysis/collisions.ts';
import type { Neighbour, Removal } from '../analysis/neighbour.ts';
import type { CompiledPatterns } from '../matching/compiled-patterns.ts';
import type { Collision } from '../model/verdict.ts';
import { replaceCollisions } from '../store/collisions.ts';
import {
  readBuilderEvents,
  readBuilds,
  readOccurrences,
  readOverview,
  readVerdicts,
  type JobOverview,
  type StoredBuild,
  type StoredEvent,
  type StoredVerdict,
} from '../store/read-jobs.ts';
import type { Store } from '../store/store.ts';

/** Finds all collisions among all stored jobs anew and refines the verdicts. */
export function linkJobs(store: Store, patterns: CompiledPatterns): Collision[] {
  return store.transaction(() => {
    const collisions = findCollisions(neighbours(store, patterns));
    replaceCollisions(store.db, collisions, patterns.set.causes);
    return collisions;
  });
}

function neighbours({ db }: Store, patterns: CompiledPatterns): Neighbour[] {
  const events = groupByJob(readBuilderEvents(db));
  const builds = groupByJob(readBuilds(db));
  const verdicts = groupByJob(readVerdicts(db));
  const gone = groupByJob(readOccurrences(db, { signature: 'dockerd-unreachable' }));
  return readOverview(db).map((job): Neighbour => {
    const own = events.get(keyOf(job)) ?? [];
    const verdict = verdicts.get(keyOf(job))?.[0];
    return {
      key: { host: job.host, jobId: job.job_id },
      label: labelOf(job),
      machine: job.machine,
      engineId: job.engine_id,
      startedAt: job.started_at,
      cause: verdict?.log_cause ?? null,
      failure: failureOf(verdict, own, builds.get(keyOf(job)) ?? [], job, patterns),
      pointerReset: job.pointer_reset === 1,
      current: own.findLast(({ event }) => event === 'current')?.name ?? null,
      created: own.flatMap(({ event, name, at }) =>
        event === 'created' && at !== null ? [{ name, at }] : [],
      ),
      removals: removalsIn(own),
      daemonGoneAt: (gone.get(keyOf(job)) ?? []).flatMap(({ at, position }) =>
        at === null || position === 'post' ? [] : [at],
      ),
      dockerWorked: job.engine_id !== null || own.some(({ event }) => event === 'booted'),
    };
  });
}

function failureOf(
  verdict: StoredVerdict | undefined,
  events: readonly StoredEvent[],
  builds: readonly StoredBuild[],
  job: JobOverview,
  patterns: CompiledPatterns,
): Neighbour['failure'] {
  const root = verdict?.evidence[0];
  if (verdict?.log_status !== 'explained' || !root || root.at === null) return null;
  const face = patterns.signatures.get(root.signature)?.removalFace ?? null;
  const missing = events.find(({ event, line }) => event === 'missing' && line <= root.line);
  const build = builds.findLast(({ line }) => line <= root.line);
  const named = missing?.name ?? build?.builder ?? null;
  return {
    at: root.at,
    line: root.line,
    face,
    builder: named ?? job.builder_used,
    builderSeen: named !== null,
  };
}

/** A removal begins with its command and ends with the tool's answer; a refused one is none. */
function removalsIn(events: readonly StoredEvent[]): Removal[] {
  return events.flatMap((begin): Removal[] => {
    const { event, name, at, line } = begin;
    if (at === null) return [];
    if (event === 'stopped') return [{ builder: name, startedAt: at, line, endedAt: null }];
    const answers = events.filter((other) => other.name === name && other.line > line);
    if (event === 'removing') {
      const end = answers.find(
        (other) => other.event === 'removed' || other.event === 'removal-failed',
      );
      if (end?.event === 'removal-failed') return [];
      return [{ builder: name, startedAt: at, line, endedAt: end?.at ?? null }];
    }
    // A script's own command is not printed; its answer is all there is.
    const wasAnnounced = events.some((other) => other.event === 'removing' && other.name === name);
    if (event !== 'removed' || wasAnnounced) return [];
    return [{ builder: name, startedAt: at, line, endedAt: at }];
  });
}

function labelOf(job: JobOverview): string {
  const name = job.job === null ? '' : ` "${job.job}"`;
  const runner = job.runner === null ? '' : ` on ${job.runner}`;
  return `job ${job.job_id}${name}${runner}`;
}

function keyOf({ host, job_id: id }: { readonly host: string; readonly job_id: number }): string {
  return `${host}/${id}`;
}

function groupByJob<T extends { readonly host: string; readonly job_id: number }>(
  rows: readonly T[],
): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group === undefined) groups.set(keyOf(row), [row]);
    else group.push(row);
  }
  return groups;
}
