/** What jobs did to each other does not depend on the order in which they are looked at. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { findCollisions } from '../../src/analysis/collisions.ts';
import type { Neighbour } from '../../src/analysis/neighbour.ts';
import type { Collision } from '../../src/model/verdict.ts';
import { at, builderA, builderB } from '../support/race-logs.ts';
import { culpritOf, jobNear, removal, victimAt } from '../support/neighbours.ts';

const builder = fc.constantFrom(builderA, builderB, 'team-builder', 'default');
// Whole seconds, so that equal moments are common.
const moment = fc.integer({ min: 0, max: 40 }).map(at);
const few = { maxLength: 2 };

const job: fc.Arbitrary<Omit<Neighbour, 'key' | 'label'>> = fc.record({
  machine: fc.constantFrom('ci-1', 'ci-2', null),
  engineId: fc.constantFrom('ABCD', 'WXYZ', null),
  startedAt: fc.option(moment, { nil: null }),
  cause: fc.constantFrom(
    'builder-stopped',
    'builder-missing',
    'daemon-unreachable',
    'registry-auth',
  ),
  failure: fc.option(
    fc.record({
      at: moment,
      line: fc.integer({ min: 1, max: 900 }),
      face: fc.constantFrom('stopped' as const, 'vanished' as const, 'pointer' as const, null),
      builder: fc.option(builder, { nil: null }),
      builderSeen: fc.boolean(),
      driver: fc.constantFrom('docker-container', 'remote', null),
      buildBeganAt: fc.option(moment, { nil: null }),
      afterGrace: fc.constantFrom(true, false, null),
    }),
    { nil: null },
  ),
  pointerReset: fc.boolean(),
  current: fc.option(builder, { nil: null }),
  created: fc.array(fc.record({ name: builder, at: moment }), few),
  removals: fc.array(
    fc.record({
      builder,
      startedAt: moment,
      startSeen: fc.boolean(),
      line: fc.integer({ min: 1, max: 900 }),
      endedAt: fc.option(moment, { nil: null }),
    }),
    few,
  ),
  daemonGone: fc.array(
    fc.record({ at: moment, endpoint: fc.constantFrom(null, 'tcp://docker:2375') }),
    few,
  ),
  dockerWorked: fc.boolean(),
});

const jobs = fc
  .array(job, { maxLength: 8 })
  .map((all) => all.map((known, index) => jobNear(index + 1, known)));

function byVictim(found: readonly Collision[]): Collision[] {
  return found.toSorted((a, b) => a.victim.jobId - b.victim.jobId);
}

describe('findings among jobs in any order', () => {
  it('name the same victims, culprits and causes', () => {
    const essence = (found: readonly Collision[]): unknown =>
      byVictim(found).map((collision) => ({ ...collision, reason: '' }));
    fc.assert(
      fc.property(
        jobs.chain((all) =>
          fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
        ),
        ([all, shuffled]) => {
          expect(essence(findCollisions(shuffled))).toEqual(essence(findCollisions(all)));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('name the same culprit of two that began to remove the builder at the same moment', () => {
    const twins = [2, 3].map((jobId) =>
      culpritOf(removal(40, 50.2), { key: { host: 'github.com', jobId }, label: `job ${jobId}` }),
    );
    const [one, other] = [twins, twins.toReversed()].map((order) =>
      findCollisions([victimAt(50), ...order]),
    );
    expect(other).toEqual(one);
  });

  it('give the same reasons', () => {
    const gone = [2, 3].map((jobId) =>
      jobNear(jobId, { daemonGone: [{ at: at(50), endpoint: null }] }),
    );
    const [one, other] = [gone, gone.toReversed()].map((order) =>
      findCollisions([victimAt(50), ...order]),
    );
    expect(other).toEqual(one);
  });

  it('accuse nobody of what he did to himself, and nobody who removed nothing', () => {
    fc.assert(
      fc.property(jobs, (all) => {
        for (const { victim, culprit, kind, builder: taken } of findCollisions(all)) {
          if (culprit === null) continue;
          expect(culprit).not.toEqual(victim);
          expect(kind).not.toBe('daemon-stopped');
          const accused = all.find(({ key }) => key.jobId === culprit.jobId);
          expect(accused?.removals.map(({ builder: removed }) => removed)).toContain(taken);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('give each failed job one finding at most, and a passed job none', () => {
    fc.assert(
      fc.property(jobs, (all) => {
        const victims = findCollisions(all).map(({ victim }) => victim.jobId);
        expect(new Set(victims).size).toBe(victims.length);
        const failed = all.filter(({ failure }) => failure !== null).map(({ key }) => key.jobId);
        expect(failed).toEqual(expect.arrayContaining(victims));
      }),
      { numRuns: 1000 },
    );
  });
});
