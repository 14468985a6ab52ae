/** From a stored job to what its neighbours' jobs are compared with. */
import type { Neighbour, Removal } from '../analysis/neighbour.ts';
import type { CompiledPatterns } from '../matching/compiled-patterns.ts';
import { hostedMachine } from '../model/host.ts';
import { secondsBetween, toMillis } from '../model/time.ts';
import { satisfies } from '../model/version.ts';
import type { JobWithAll, LinkedEvent, LinkedJob } from '../store/linked-jobs.ts';

/** No removal was seen to take longer from its begin to its answer, but by a stuck engine. */
const longestSilence = 15;

export function neighbourOf(linked: JobWithAll, patterns: CompiledPatterns): Neighbour {
  const { job, events, verdict, sightings } = linked;
  // Every hosted job has a machine of its own, and the engine's id may be baked into all of their images.
  const isHosted = job.machine === hostedMachine;
  return {
    key: { host: job.host, jobId: job.job_id },
    label: labelOf(job),
    machine: isHosted ? null : job.machine,
    engineId: isHosted ? null : job.engine_id,
    startedAt: job.started_at,
    cause: verdict?.log_cause ?? null,
    failure: failureOf(linked, patterns),
    pointerReset: job.pointer_reset === 1,
    current: events.findLast(({ event }) => event === 'current')?.name ?? null,
    created: events.flatMap(({ event, name, at }) =>
      event === 'created' && at !== null ? [{ name, at }] : [],
    ),
    removals: removalsIn(events),
    daemonGone: sightings.flatMap(({ at, position, endpoint }) =>
      at === null || position === 'post' ? [] : [{ at, endpoint: addressIn(endpoint) }],
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
  const { removalFace: face = null, afterGrace = false } =
    patterns.signatures.get(signature ?? '') ?? {};
  const missing = events.find((event) => event.event === 'missing' && event.line === line);
  const build = builds.findLast((candidate) => candidate.line <= line);
  const named = missing?.name ?? build?.builder ?? null;
  return {
    at,
    line,
    face,
    builder: named ?? job.builder_used,
    builderSeen: named !== null,
    driver: build?.driver ?? job.driver,
    buildBeganAt: missing === undefined ? (build?.started_at ?? null) : null,
    afterGrace: afterGrace && outlivesStops(job.buildkit),
  };
}

/** BuildKit cancelled its builds when told to stop, up to 0.13; null for an unknown version. */
function outlivesStops(buildkit: string | null): boolean | null {
  return buildkit === null ? null : !satisfies(buildkit, '<0.14.0');
}

/** A removal begins with its command and ends with the tool's answer; one that found nothing is none. */
function removalsIn(events: readonly LinkedEvent[]): Removal[] {
  return events.flatMap((begin): Removal[] => {
    const { event, name, at, line } = begin;
    if (at === null) return [];
    if (event === 'stopped')
      return [{ builder: name, startedAt: at, startSeen: false, line, endedAt: null }];
    if (event !== 'removing') return [];
    const end = events.find(
      (other) => other.name === name && other.line > line && removalAnswers.has(other.event),
    );
    if (end !== undefined && end.event !== 'removed') return [];
    const endedAt = end?.at ?? null;
    if (begin.explicit === 1)
      return [{ builder: name, startedAt: at, startSeen: true, line, endedAt }];
    if (end === undefined || endedAt === null) return [];
    // A script's own command is not printed; its answer is all there is.
    const earliest =
      secondsBetween(at, endedAt) <= longestSilence
        ? at
        : new Date(toMillis(endedAt) - longestSilence * 1000).toISOString();
    return [{ builder: name, startedAt: earliest, startSeen: false, line: end.line, endedAt }];
  });
}

const removalAnswers = new Set(['removed', 'removal-failed', 'missing']);

/** The address as a client names it, without the full stop of its sentence. */
function addressIn(captured: string | null): string | null {
  return captured === null ? null : captured.replace(/\.$/, '');
}

function labelOf(job: LinkedJob): string {
  const name = job.job === null ? '' : ` "${job.job}"`;
  const runner = job.runner === null ? '' : ` on ${job.runner}`;
  return `job ${job.job_id}${name}${runner}`;
}
