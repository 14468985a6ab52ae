/** Jobs as the cross-job step sees them, made by hand: what the test is about is all that is given. */
import type { Neighbour, Removal } from '../../src/analysis/neighbour.ts';
import { at, builderA, builderB } from './race-logs.ts';

/** A job on host `ci-1` of which nothing else is known. */
export function jobNear(jobId: number, known: Partial<Neighbour> = {}): Neighbour {
  return {
    key: { host: 'github.com', jobId },
    label: `job ${jobId}`,
    machine: 'ci-1',
    engineId: null,
    startedAt: at(0),
    cause: null,
    failure: null,
    pointerReset: false,
    current: null,
    created: [],
    removals: [],
    daemonGone: [],
    dockerWorked: true,
    ...known,
  };
}

/** How a build ended; unless told otherwise on builder B, stopped, as its own header tells. */
export function death(
  seconds: number,
  known: Partial<NonNullable<Neighbour['failure']>> = {},
): NonNullable<Neighbour['failure']> {
  return {
    at: at(seconds),
    line: 500,
    face: 'stopped',
    builder: builderB,
    builderSeen: true,
    driver: 'docker-container',
    buildBeganAt: null,
    afterGrace: false,
    ...known,
  };
}

/** A removal that the engine finished at `until`. */
export function removal(from: number, until: number | null, builder = builderB): Removal {
  return {
    builder,
    startedAt: at(from),
    startSeen: true,
    line: 600,
    endedAt: until === null ? null : at(until),
  };
}

/** The job that made builder A, built on B and died at `seconds`. */
export function victimAt(seconds: number, known: Partial<Neighbour> = {}): Neighbour {
  return jobNear(1, {
    cause: 'builder-stopped',
    failure: death(seconds),
    created: [{ name: builderA, at: at(2) }],
    ...known,
  });
}

/** The job that made builder B and removed it. */
export function culpritOf(what: Removal, known: Partial<Neighbour> = {}): Neighbour {
  return jobNear(2, {
    created: [{ name: what.builder, at: at(5) }],
    removals: [what],
    ...known,
  });
}
