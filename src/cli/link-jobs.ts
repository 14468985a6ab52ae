/** The cross-job step after an ingest: from the store to plain values, through the analysis, and back. */
import { findCollisions } from '../analysis/collisions.ts';
import type { Neighbour, Removal } from '../analysis/neighbour.ts';
import type { CompiledPatterns } from '../matching/compiled-patterns.ts';
import type { Collision } from '../model/verdict.ts';
import { replaceCollisions } from '../store/collisions.ts';
import { eachJob, type JobWithAll, type LinkedEvent, type LinkedJob } from '../store/each-job.ts';
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
  const all: Neighbour[] = [];
  for (const linked of eachJob(db, 'dockerd-unreachable')) {
    all.push(neighbourOf(linked, patterns));
  }
  return all;
}

function neighbourOf(linked: JobWithAll, patterns: CompiledPatterns): Neighbour {
  const { job, events, verdict, sightings } = linked;
  return {
    key: { host: job.host, jobId: job.job_id },
    label: labelOf(job),
    machine: job.machine,
    engineId: job.engine_id,
    startedAt: job.started_at,
    cause: verdict?.log_cause ?? null,
    failure: failureOf(linked, patterns),
    pointerReset: job.pointer_reset === 1,
    current: events.findLast(({ event }) => event === 'current')?.name ?? null,
    created: events.flatMap(({ event, name, at }) =>
      event === 'created' && at !== null ? [{ name, at }] : [],
    ),
    removals: removalsIn(events),
    daemonGoneAt: sightings.flatMap(({ at, position }) =>
      at === null || position === 'post' ? [] : [at],
    ),
    dockerWorked: job.engine_id !== null || events.some(({ event }) => event === 'booted'),
  };
}

function failureOf(
  { job, events, builds, verdict }: JobWithAll,
  patterns: CompiledPatterns,
): Neighbour['failure'] {
  if (verdict?.log_status !== 'explained') return null;
  const { line, at, signature } = verdict;
  if (line === null || at === null) return null;
  const face = patterns.signatures.get(signature ?? '')?.removalFace ?? null;
  const missing = events.find((event) => event.event === 'missing' && event.line <= line);
  const build = builds.findLast((candidate) => candidate.line <= line);
  const named = missing?.name ?? build?.builder ?? null;
  return { at, line, face, builder: named ?? job.builder_used, builderSeen: named !== null };
}

/** A removal begins with its command and ends with the tool's answer; a refused one is none. */
function removalsIn(events: readonly LinkedEvent[]): Removal[] {
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

function labelOf(job: LinkedJob): string {
  const name = job.job === null ? '' : ` "${job.job}"`;
  const runner = job.runner === null ? '' : ` on ${job.runner}`;
  return `job ${job.job_id}${name}${runner}`;
}
