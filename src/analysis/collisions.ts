/**
 * The evidence that no single log holds: who removed whose builder, and what died together. Works on
 * plain values of all jobs; the rules and their delays were reproduced with the real tools.
 *
 * `buildx rm` stops the container before it removes it: SIGTERM at once, SIGKILL after ten seconds. So a
 * victim dies between the begin and the end of the culprit's removal: about one second after its begin
 * with BuildKit <= 0.13, which cancels running builds, about ten with later ones, which do not.
 */
import { secondsBetween, toMillis, type Instant } from '../model/time.ts';
import type { Collision } from '../model/verdict.ts';
import { daemonStopOf } from './daemon-stops.ts';
import { HostIndex, sameHost, type Neighbour, type Removal } from './neighbour.ts';

/** The engine's grace is 10 s (docker/cli, container_stop); busy hosts were seen to add up to 1.3 s. */
const longestStop = 15;
const clockSlack = 0.5;
const afterEnd = 3;
/** That grace less what two clocks were seen to differ: nothing that outlives its stop dies earlier. */
const shortestGrace = 6;
/** A build that finds no builder ends at once; one that went on for longer had one. */
const longestSearch = 10;
/** Names that setup-buildx-action makes up are unique in the world; others only on their host. */
export const uniqueName = /^builder-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** At most one finding for each failed job. The order of the jobs does not matter. */
export function findCollisions(unordered: readonly Neighbour[]): Collision[] {
  const jobs = unordered.toSorted(byKey);
  const removals = new Map<string, By<Removal>[]>();
  for (const job of jobs) {
    for (const removal of job.removals) {
      const others = removals.get(removal.builder) ?? [];
      others.push({ job, what: removal });
      removals.set(removal.builder, others);
    }
  }
  const hosts = new HostIndex(jobs);
  const victims = jobs.filter(({ failure }) => failure !== null);
  const removed = new Map<Neighbour, Collision>();
  for (const victim of victims) {
    const found = removalOf(victim, removals, 'fits') ?? pointerResetOf(victim, jobs, hosts);
    if (found !== null) removed.set(victim, found);
  }
  return victims.flatMap((victim) => {
    const found =
      removed.get(victim) ??
      daemonStopOf(victim, hosts, removed) ??
      removalOf(victim, removals, 'is odd');
    return found === null ? [] : [found];
  });
}

interface By<T> {
  readonly job: Neighbour;
  readonly what: T;
}

/** `when`: whether the death came when it should have after a removal, or is odd but not impossible. */
function removalOf(
  victim: Neighbour,
  removals: ReadonlyMap<string, By<Removal>[]>,
  when: 'fits' | 'is odd',
): Collision | null {
  const { failure } = victim;
  const builder = failure?.builder ?? null;
  if (failure === null || builder === null) return null;
  if (failure.face !== 'stopped' && failure.face !== 'vanished') return null;
  const fitting = (removals.get(builder) ?? []).filter(
    ({ job, what }) =>
      job !== victim &&
      (uniqueName.test(builder) || sameHost(job, victim)) &&
      !wasUndone(what, victim) &&
      couldKill(what, victim, failure) &&
      tooEarly(what, failure) === (when === 'is odd'),
  );
  const inOrder = fitting.toSorted((a, b) => byTime(a.what.startedAt, b.what.startedAt));
  // The first signal starts the engine's clock; of those that left nothing there, the last one counts.
  const culprit = failure.face === 'stopped' ? inOrder[0] : inOrder.at(-1);
  if (culprit === undefined) return null;
  const { startedAt, startSeen } = culprit.what;
  const delay = secondsBetween(startedAt, failure.at);
  return {
    ...accuse(victim, culprit),
    kind: 'builder-removed',
    builder,
    delay: startSeen ? delay : null,
    strength: failure.builderSeen && when === 'fits' ? 'strong' : 'weak',
    reason: startSeen
      ? `${culprit.job.label} began to remove ${builder} ${seconds(delay)} before this build on it died`
      : `${culprit.job.label} stopped or removed ${builder} when this build on it died`,
  };
}

/** The victim itself made the builder anew after this removal, or removed it again. */
function wasUndone(
  { builder, startedAt }: Removal,
  { failure, created, removals }: Neighbour,
): boolean {
  const isBetween = (at: Instant): boolean =>
    failure !== null && byTime(at, startedAt) > 0 && byTime(at, failure.at) <= 0;
  return (
    created.some(({ name, at }) => name === builder && isBetween(at)) ||
    removals.some((own) => own.builder === builder && isBetween(own.startedAt))
  );
}

/** The build died before the engine's grace was over, although its words say that it was killed then. */
function tooEarly(
  { startedAt, startSeen, endedAt }: Removal,
  { at, afterGrace }: NonNullable<Neighbour['failure']>,
): boolean {
  // Of a container that was stopped only the end is known.
  const beganThen = startSeen || endedAt !== null;
  return afterGrace !== false && beganThen && secondsBetween(startedAt, at) < shortestGrace;
}

/** A running build dies during the removal; a build that begins later finds nobody there. */
function couldKill(
  removal: Removal,
  victim: Neighbour,
  failure: NonNullable<Neighbour['failure']>,
): boolean {
  if (failure.afterGrace === true && tooEarly(removal, failure)) return false;
  const { startedAt, endedAt } = removal;
  const delay = secondsBetween(startedAt, failure.at);
  if (delay < -clockSlack) return false;
  const longest = endedAt === null ? longestStop : secondsBetween(startedAt, endedAt) + afterEnd;
  if (delay <= longest) return true;
  const whileAlive =
    victim.startedAt !== null && secondsBetween(victim.startedAt, startedAt) > -longestStop;
  const { face, buildBeganAt } = failure;
  const hadBuilder =
    buildBeganAt !== null &&
    (byTime(startedAt, buildBeganAt) > 0 ||
      secondsBetween(buildBeganAt, failure.at) > longestSearch);
  return face === 'vanished' && whileAlive && !hadBuilder;
}

/**
 * The pointer form: a neighbour made its builder current and then removed it, which left nothing current,
 * so this build ran on the engine's own builder without this job's settings.
 */
function pointerResetOf(
  victim: Neighbour,
  jobs: readonly Neighbour[],
  hosts: HostIndex,
): Collision | null {
  const { failure, pointerReset, current, created } = victim;
  if (failure === null || failure.face !== 'pointer' || !pointerReset) return null;
  const own = created.at(-1);
  // Removals that began after this job made its own builder current, of builders made current later.
  const suspects = (
    current !== null && uniqueName.test(current) ? jobs : hosts.neighboursOf(victim)
  )
    .filter((job) => job !== victim)
    .flatMap((job) =>
      job.removals
        .filter(
          ({ builder, startedAt }) =>
            own !== undefined &&
            byTime(startedAt, own.at) > 0 &&
            byTime(startedAt, failure.at) <= 0 &&
            (current === null || current === 'default' || builder === current) &&
            wasMadeAfter(job, builder, own.at),
        )
        .map((what) => ({ job, what })),
    )
    .toSorted((a, b) => byTime(b.what.startedAt, a.what.startedAt));
  const only = suspects.length === 1 ? suspects[0] : undefined;
  const found = "the build ran on the engine's own builder although this job had made one";
  if (only === undefined) {
    return {
      ...accuse(victim, null),
      kind: 'pointer-reset',
      builder: current,
      delay: null,
      strength: 'weak',
      reason: `${found}: the shared pointer to the current builder was reset, by whom is not in the logs`,
    };
  }
  const delay = secondsBetween(only.what.startedAt, failure.at);
  return {
    ...accuse(victim, only),
    kind: 'pointer-reset',
    builder: only.what.builder,
    delay,
    strength: only.what.builder === current ? 'strong' : 'weak',
    reason: `${found}: ${only.job.label} removed the current builder ${only.what.builder} ${seconds(delay)} before`,
  };
}

function wasMadeAfter(job: Neighbour, builder: string, at: Instant): boolean {
  return job.created.some(({ name, at: made }) => name === builder && byTime(made, at) > 0);
}

function accuse(
  victim: Neighbour,
  culprit: By<Removal> | null,
): Pick<
  Collision,
  'victim' | 'culprit' | 'removedAt' | 'removedLine' | 'failedAt' | 'failedLine' | 'cause'
> {
  return {
    victim: victim.key,
    culprit: culprit?.job.key ?? null,
    removedAt: culprit?.what.startedAt ?? null,
    removedLine: culprit?.what.line ?? null,
    failedAt: victim.failure?.at ?? null,
    failedLine: victim.failure?.line ?? null,
    cause: 'builder-removed-by-other-job',
  };
}

function byKey({ key: a }: Neighbour, { key: b }: Neighbour): number {
  return a.host === b.host ? a.jobId - b.jobId : a.host < b.host ? -1 : 1;
}

function byTime(a: Instant, b: Instant): number {
  return toMillis(a) - toMillis(b);
}

function seconds(value: number): string {
  return `${value.toFixed(1)} s`;
}
