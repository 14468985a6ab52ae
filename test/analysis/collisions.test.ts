/** Who removed whose builder: the name and the clock decide, and nobody is accused without both. */
import { describe, expect, it } from 'vitest';

import { findCollisions } from '../../src/analysis/collisions.ts';
import { at, builderA, builderB } from '../support/race-logs.ts';
import { culpritOf, death, jobNear, removal, victimAt } from '../support/neighbours.ts';

describe('a builder removed under a running build', () => {
  it('ten seconds after the rm began (BuildKit >= 0.14) is proven, with both lines', () => {
    const found = findCollisions([victimAt(50), culpritOf(removal(40, 50.2))]);
    expect(found).toEqual([
      {
        kind: 'builder-removed',
        victim: { host: 'github.com', jobId: 1 },
        culprit: { host: 'github.com', jobId: 2 },
        builder: builderB,
        removedAt: at(40),
        removedLine: 600,
        failedAt: at(50),
        failedLine: 500,
        delay: 10,
        strength: 'strong',
        cause: 'builder-removed-by-other-job',
        reason: `job 2 began to remove ${builderB} 10.0 s before this build on it died`,
      },
    ]);
  });

  it('one second after the rm began (BuildKit <= 0.13) is proven too', () => {
    const found = findCollisions([victimAt(41.1), culpritOf(removal(40, 41.4))]);
    expect(found).toMatchObject([{ kind: 'builder-removed', strength: 'strong' }]);
    expect(found[0]?.delay).toBeCloseTo(1.1, 6);
  });

  it('is proven by a removal whose end was never printed', () => {
    const found = findCollisions([victimAt(50), culpritOf(removal(40, null))]);
    expect(found).toMatchObject([{ culprit: { jobId: 2 } }]);
  });

  it('may take as long as the removal itself took', () => {
    const slow = culpritOf(removal(40, 80));
    expect(findCollisions([victimAt(82), slow])).toHaveLength(1);
    expect(findCollisions([victimAt(84), slow])).toEqual([]);
  });

  it('is only weakly proven where the build never named its builder', () => {
    const victim = victimAt(50, { failure: death(50, { builderSeen: false }) });
    expect(findCollisions([victim, culpritOf(removal(40, 50.2))])).toMatchObject([
      { strength: 'weak', culprit: { jobId: 2 } },
    ]);
  });

  it('has two victims where two jobs were building on it', () => {
    const other = { ...victimAt(50.1), key: { host: 'github.com', jobId: 3 } };
    const found = findCollisions([victimAt(50), other, culpritOf(removal(40, 50.2))]);
    expect(found.map(({ victim, culprit }) => [victim.jobId, culprit?.jobId])).toEqual([
      [1, 2],
      [3, 2],
    ]);
  });

  it('is the deed of the last of two that removed it', () => {
    const earlier = culpritOf(removal(36, 36.5), { key: { host: 'github.com', jobId: 3 } });
    const found = findCollisions([victimAt(50), culpritOf(removal(40, 50.2)), earlier]);
    expect(found).toMatchObject([{ culprit: { jobId: 2 } }]);
  });
});

describe('a builder that is found gone', () => {
  const gone = (seconds: number): ReturnType<typeof victimAt> =>
    victimAt(seconds, {
      cause: 'builder-missing',
      failure: death(seconds, { face: 'vanished', builder: builderA }),
    });
  const cleaner = (seconds: number): ReturnType<typeof culpritOf> =>
    culpritOf(removal(seconds, seconds + 10, builderA));

  it('was removed while this job was running, however long before its build', () => {
    expect(findCollisions([gone(120), cleaner(40)])).toMatchObject([
      { kind: 'builder-removed', culprit: { jobId: 2 }, delay: 80 },
    ]);
  });

  it('was not taken from this job if it was removed long before the job began', () => {
    expect(findCollisions([gone(120), cleaner(-60)])).toEqual([]);
  });
});

describe('no collision', () => {
  it('is a removal after the death', () => {
    expect(findCollisions([victimAt(50), culpritOf(removal(52, 62))])).toEqual([]);
  });

  it('is a removal long before it', () => {
    expect(findCollisions([victimAt(50), culpritOf(removal(20, 30))])).toEqual([]);
  });

  it('is a removal that was over seconds before: the name may have been made anew', () => {
    const victim = victimAt(50, { failure: death(50, { builder: 'team-builder' }) });
    expect(findCollisions([victim, culpritOf(removal(40, 41.4, 'team-builder'))])).toEqual([]);
  });

  it('is a removal of another builder', () => {
    expect(findCollisions([victimAt(50), culpritOf(removal(40, 50.2, builderA))])).toEqual([]);
  });

  it("is the job's own removal", () => {
    const own = victimAt(50, { removals: [removal(40, 50.2)] });
    expect(findCollisions([own])).toEqual([]);
  });

  it('is a death with another face: a registry that refuses has nothing to do with a builder', () => {
    const failure = death(50, { face: null });
    const victim = victimAt(50, { cause: 'registry-auth', failure });
    expect(findCollisions([victim, culpritOf(removal(40, 50.2))])).toEqual([]);
  });

  it('is a build of which nobody knows the builder', () => {
    const victim = victimAt(50, { failure: death(50, { builder: null }) });
    expect(findCollisions([victim, culpritOf(removal(40, 50.2))])).toEqual([]);
  });

  it('is a job that did not fail, on a builder that was removed', () => {
    expect(findCollisions([jobNear(1), culpritOf(removal(40, 50.2))])).toEqual([]);
  });

  it('is an operator who stops a builder: nobody in the logs did it', () => {
    expect(findCollisions([victimAt(50), jobNear(2), jobNear(3)])).toEqual([]);
  });

  it('is found among no jobs', () => {
    expect(findCollisions([])).toEqual([]);
  });
});

describe('the host of victim and culprit', () => {
  const fixed = 'team-builder';
  const victim = victimAt(50, { failure: death(50, { builder: fixed }) });
  const culprit = culpritOf(removal(40, 50.2, fixed));

  it('must be one for a name that many hosts may use', () => {
    expect(findCollisions([victim, culprit])).toHaveLength(1);
    expect(findCollisions([victim, { ...culprit, machine: 'ci-2' }])).toEqual([]);
  });

  it('must be known for such a name', () => {
    const nowhere = { machine: null, engineId: null };
    expect(
      findCollisions([
        { ...victim, ...nowhere },
        { ...culprit, ...nowhere },
      ]),
    ).toEqual([]);
  });

  it('does not matter for a name that was made up once in the world', () => {
    const elsewhere = culpritOf(removal(40, 50.2), { machine: null });
    expect(findCollisions([victimAt(50), elsewhere])).toHaveLength(1);
  });

  it('is one where the engine is one, whatever the machines call themselves', () => {
    const pods = [
      { ...victim, machine: 'pod-1', engineId: 'ABCD' },
      { ...culprit, machine: 'pod-2', engineId: 'ABCD' },
    ];
    expect(findCollisions(pods)).toHaveLength(1);
  });

  it('is not one where two engines bear the same name', () => {
    const twins = [
      { ...victim, machine: 'runner', engineId: 'ABCD' },
      { ...culprit, machine: 'runner', engineId: 'WXYZ' },
    ];
    expect(findCollisions(twins)).toEqual([]);
  });
});
