/** A stopping engine looks like a removed builder from inside one job; its neighbours give it away. */
import { describe, expect, it } from 'vitest';

import { findCollisions } from '../../src/analysis/collisions.ts';
import type { Neighbour } from '../../src/analysis/neighbour.ts';
import { at, builderA, builderB } from '../support/race-logs.ts';
import { culpritOf, death, jobNear, removal, victimAt } from '../support/neighbours.ts';

function stoppedOn(jobId: number, builder: string, seconds: number): Neighbour {
  return jobNear(jobId, { cause: 'builder-stopped', failure: death(seconds, { builder }) });
}

describe('builds on different builders that die in the same second', () => {
  const pair = [stoppedOn(1, builderA, 50), stoppedOn(2, builderB, 50.4)];

  it('died with their engine', () => {
    expect(findCollisions(pair)).toMatchObject([
      { kind: 'daemon-stopped', victim: { jobId: 1 }, culprit: null, cause: 'daemon-stopped' },
      { kind: 'daemon-stopped', victim: { jobId: 2 }, culprit: null, cause: 'daemon-stopped' },
    ]);
  });

  it('did not if they ran on different hosts', () => {
    const [one, other] = pair;
    expect(
      findCollisions([one, { ...other, machine: 'ci-2' } as Neighbour] as Neighbour[]),
    ).toEqual([]);
  });

  it('did not if seconds lay between their deaths', () => {
    expect(findCollisions([stoppedOn(1, builderA, 50), stoppedOn(2, builderB, 53)])).toEqual([]);
  });

  it('on one and the same builder tell only of that builder', () => {
    expect(findCollisions([stoppedOn(1, builderB, 50), stoppedOn(2, builderB, 50.2)])).toEqual([]);
  });

  it('do not count where a removal explains one of them already', () => {
    const removed = victimAt(50, { key: { host: 'github.com', jobId: 9 } });
    const found = findCollisions([
      stoppedOn(1, builderA, 50),
      removed,
      culpritOf(removal(40, 50.2)),
    ]);
    expect(found).toMatchObject([{ kind: 'builder-removed', victim: { jobId: 9 } }]);
  });
});

describe('a job that finds the Docker daemon gone', () => {
  const finder = (seconds: number, known: Partial<Neighbour> = {}): Neighbour =>
    jobNear(2, { daemonGone: [{ at: at(seconds), endpoint: null }], ...known });

  it.each([38, 45, 50, 70])('at %i s shows what killed a build at 50 s', (seconds) => {
    expect(findCollisions([victimAt(50), finder(seconds)])).toMatchObject([
      { kind: 'daemon-stopped', victim: { jobId: 1 }, strength: 'strong' },
    ]);
  });

  it.each([37, 71])('at %i s tells nothing of a build that died at 50 s', (seconds) => {
    expect(findCollisions([victimAt(50), finder(seconds)])).toEqual([]);
  });

  it.each([
    ['unix:///var/run/docker.sock', 1],
    ['unix:///run/user/1001/docker.sock', 0],
    ['tcp://docker:2375', 0],
  ])('at %s speaks of its own engine', (endpoint, found) => {
    const daemonGone = [{ at: at(50), endpoint }];
    expect(findCollisions([victimAt(50), finder(50, { daemonGone })])).toHaveLength(found);
  });

  it('at another address tells of a build whose job looked there too', () => {
    const endpoint = 'unix:///run/user/1001/docker.sock';
    const rootless = victimAt(50, { daemonGone: [{ at: at(80), endpoint }] });
    const found = findCollisions([
      rootless,
      finder(50, { daemonGone: [{ at: at(50), endpoint }] }),
    ]);
    expect(found).toMatchObject([{ kind: 'daemon-stopped' }]);
  });

  it('on another host tells nothing', () => {
    expect(findCollisions([victimAt(50), finder(50, { machine: 'ci-2' })])).toEqual([]);
  });

  it('may be the one whose build was killed', () => {
    expect(
      findCollisions([victimAt(50, { daemonGone: [{ at: at(51), endpoint: null }] })]),
    ).toMatchObject([
      {
        kind: 'daemon-stopped',
        reason: expect.stringContaining('this job found the Docker daemon gone'),
      },
    ]);
  });

  it('where no daemon was ever seen at work shows a host without one, not a stop', () => {
    const asleep = { dockerWorked: false };
    expect(findCollisions([victimAt(50, asleep), finder(50, asleep)])).toEqual([]);
  });

  it('does not explain a failure that has nothing to do with the engine', () => {
    const failure = death(50, { face: null });
    const own = victimAt(50, { cause: 'run-step-failed', failure });
    expect(findCollisions([own, finder(50)])).toEqual([]);
  });

  it('does not acquit the neighbour whose removal was seen', () => {
    const found = findCollisions([
      victimAt(50),
      culpritOf(removal(40, 50.2)),
      finder(50, { key: { host: 'github.com', jobId: 3 } }),
    ]);
    expect(found).toMatchObject([{ kind: 'builder-removed', culprit: { jobId: 2 } }]);
  });
});
