/**
 * A stopping engine sends its containers the same SIGTERM as `buildx rm` does. It gives itself away by
 * jobs that find the daemon gone, or by builds on different builders that die in the same second.
 */
import { secondsBetween, type Instant } from '../model/time.ts';
import type { Collision } from '../model/verdict.ts';
import type { HostIndex, Neighbour } from './neighbour.ts';

/** As long as a stopped container may live on; a daemon that was gone for longer was not this build's. */
const daemonBefore = 12;
const daemonAfter = 20;
const together = 1.5;
/** Where engines listen unless told otherwise. */
const usualEndpoint = /^(?:unix:\/\/)?\/(?:var\/)?run\/docker\.sock$|^npipe:/;
/** Builders of these drivers do not live on the machine's engine. */
const drivesElsewhere: ReadonlySet<string | null> = new Set(['remote', 'kubernetes']);
/** Causes that a stopping engine can look like, from inside one job. */
export const engineFaces: ReadonlySet<string> = new Set([
  'builder-stopped',
  'builder-died',
  'daemon-unreachable',
  'daemon-stopped',
]);

/** The finding for one victim; `explained` are the jobs whose end has another explanation already. */
export function daemonStopOf(
  victim: Neighbour,
  hosts: HostIndex,
  explained: ReadonlyMap<Neighbour, Collision>,
): Collision | null {
  const { failure, cause } = victim;
  if (failure === null || cause === null) return null;
  if (!engineFaces.has(cause) && failure.face !== 'stopped') return null;
  if (drivesElsewhere.has(failure.driver)) return null;
  const neighbours = hosts.neighboursOf(victim).filter((job) => !explained.has(job));
  const near = (at: Instant): boolean => {
    const after = secondsBetween(failure.at, at);
    return after >= -daemonBefore && after <= daemonAfter;
  };
  const gone = [victim, ...neighbours].find((job) =>
    job.daemonGone.some(
      ({ at, endpoint }) => near(at) && (job === victim || isEngineOf(victim, endpoint)),
    ),
  );
  const others = neighbours.filter(
    (job) =>
      job.failure?.face === 'stopped' &&
      !drivesElsewhere.has(job.failure.driver) &&
      job.failure.builder !== failure.builder &&
      Math.abs(secondsBetween(job.failure.at, failure.at)) <= together,
  );
  const stopped = {
    kind: 'daemon-stopped' as const,
    victim: victim.key,
    culprit: null,
    removedAt: null,
    removedLine: null,
    failedAt: failure.at,
    failedLine: failure.line,
    builder: failure.builder,
    delay: null,
    strength: 'strong' as const,
    cause: 'daemon-stopped',
  };
  if (gone !== undefined && (gone !== victim || failure.face !== null)) {
    // A daemon that nobody ever saw working on this host was not stopped; it was never there.
    if (![victim, ...neighbours].some(({ dockerWorked }) => dockerWorked)) return null;
    const who = gone === victim ? 'this job' : gone.label;
    return {
      ...stopped,
      reason: `${who} found the Docker daemon gone within ${daemonBefore} s of it`,
    };
  }
  if (others.length === 0) return null;
  const labels = others.map(({ label }) => label).join(', ');
  return {
    ...stopped,
    reason: `${labels} died in the same second, on another builder of this engine`,
  };
}

/** Whether the engine at an address is the victim's: at the usual one, or where the victim looked for it too. */
function isEngineOf({ daemonGone }: Neighbour, endpoint: string | null): boolean {
  if (daemonGone.length > 0) return daemonGone.some((own) => own.endpoint === endpoint);
  return endpoint === null || usualEndpoint.test(endpoint);
}
