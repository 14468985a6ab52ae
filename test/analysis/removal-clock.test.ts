/** Which of several removals a build died of, and which cannot have been it: the engine's clock decides. */
import { describe, expect, it } from 'vitest';

import { findCollisions } from '../../src/analysis/collisions.ts';
import type { Neighbour } from '../../src/analysis/neighbour.ts';
import { at, builderA, builderB } from '../support/race-logs.ts';
import { culpritOf, death, jobNear, removal, victimAt } from '../support/neighbours.ts';

const third = { key: { host: 'github.com', jobId: 3 } };

/** Died at 50 s with the words of a builder that lived on for the engine's grace. */
function outlived(afterGrace: boolean | null): Neighbour {
  return victimAt(50, { failure: death(50, { afterGrace }) });
}

/** Found at `seconds` that there was no builder any more, or that it went away. */
function lost(seconds: number, buildBeganAt: number, known: Partial<Neighbour> = {}): Neighbour {
  const failure = death(seconds, { face: 'vanished', buildBeganAt: at(buildBeganAt) });
  return victimAt(seconds, { cause: 'builder-died', failure, ...known });
}

describe('of two removals', () => {
  it('the first one stopped a running build: its signal started the clock', () => {
    const later = culpritOf(removal(46, 50.4), third);
    expect(findCollisions([victimAt(50), culpritOf(removal(40, 50.2)), later])).toMatchObject([
      { culprit: { jobId: 2 }, delay: 10 },
    ]);
  });

  it('the last one left nothing for a build that began later', () => {
    const later = culpritOf(removal(46, 46.4), third);
    expect(findCollisions([lost(60, 59), culpritOf(removal(40, 40.2)), later])).toMatchObject([
      { culprit: { jobId: 3 } },
    ]);
  });
});

describe('a build on a builder that outlives its stop', () => {
  it('is not killed by a removal that began a second before', () => {
    expect(findCollisions([outlived(true), culpritOf(removal(49, 50.4))])).toEqual([]);
  });

  it.each([40, 43])('is killed by one that began at %i s, for clocks differ', (from) => {
    expect(findCollisions([outlived(true), culpritOf(removal(from, 50.4))])).toMatchObject([
      { strength: 'strong', culprit: { jobId: 2 } },
    ]);
  });

  it('may have been killed so where its version is unknown, which is a weak proof', () => {
    expect(findCollisions([outlived(null), culpritOf(removal(49, 50.4))])).toMatchObject([
      { strength: 'weak', culprit: { jobId: 2 } },
    ]);
  });

  it('died with its engine rather, where a neighbour found that gone', () => {
    const finder = jobNear(3, { daemonGone: [{ at: at(51), endpoint: null }] });
    const found = findCollisions([outlived(null), culpritOf(removal(49, 50.4)), finder]);
    expect(found).toMatchObject([{ kind: 'daemon-stopped', culprit: null }]);
  });
});

describe('a builder that is gone', () => {
  it('was not taken by a removal before the job made it anew', () => {
    const anew = { created: [{ name: builderB, at: at(45) }] };
    expect(findCollisions([lost(60, 59, anew), culpritOf(removal(40, 41))])).toEqual([]);
  });

  it('was not taken by another job when the job removed it itself', () => {
    const own = { removals: [removal(55, 56)] };
    expect(findCollisions([lost(60, 59, own), culpritOf(removal(40, 41))])).toEqual([]);
  });

  it('was not taken by a removal long before, when the build got on with it', () => {
    expect(findCollisions([lost(90, 50), culpritOf(removal(40, 41))])).toEqual([]);
    expect(findCollisions([lost(90, 50), culpritOf(removal(60, 61))])).toEqual([]);
  });

  it('was taken by a removal at the time of its death', () => {
    expect(findCollisions([lost(90, 50), culpritOf(removal(89.5, 90.1))])).toHaveLength(1);
  });
});

describe('a removal of which only the end is known', () => {
  const silent = { ...removal(40, 51), startSeen: false };

  it('is proven without a delay', () => {
    expect(findCollisions([outlived(true), culpritOf(silent)])).toMatchObject([
      { culprit: { jobId: 2 }, delay: null, reason: expect.stringContaining('stopped or removed') },
    ]);
  });

  it('does not reach back before its script began', () => {
    const late = { ...removal(50.8, 51), startSeen: false };
    expect(findCollisions([victimAt(50), culpritOf(late)])).toEqual([]);
  });
});

it('a builder that is not the machine’s own engine’s tells nothing about that engine', () => {
  const on = (jobId: number, builder: string, driver: string): Neighbour =>
    jobNear(jobId, { cause: 'builder-stopped', failure: death(50, { builder, driver }) });
  const finder = jobNear(3, { daemonGone: [{ at: at(51), endpoint: null }] });
  expect(findCollisions([on(1, builderA, 'remote'), on(2, builderB, 'remote')])).toEqual([]);
  expect(findCollisions([on(1, builderA, 'kubernetes'), on(2, builderB, 'x')])).toEqual([]);
  expect(findCollisions([on(1, builderA, 'remote'), finder])).toEqual([]);
});
