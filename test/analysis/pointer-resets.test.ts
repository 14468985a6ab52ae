/** The pointer form: a neighbour removed the builder that was current, and the build fell to the engine's own. */
import { describe, expect, it } from 'vitest';

import { findCollisions } from '../../src/analysis/collisions.ts';
import type { Neighbour } from '../../src/analysis/neighbour.ts';
import { at, builderA, builderB } from '../support/race-logs.ts';
import { culpritOf, death, jobNear, removal } from '../support/neighbours.ts';

const builderC = 'builder-cccccccc-0000-4000-8000-00000000000c';

/** Made builder A at 2 s, built on `default`, and failed there at 50 s. */
function misled(current: string | null): Neighbour {
  return jobNear(1, {
    cause: 'builder-unsuitable',
    failure: death(50, { face: 'pointer', builder: 'default' }),
    pointerReset: true,
    current,
    created: [{ name: builderA, at: at(2) }],
  });
}

describe('a build on the default builder of a job that had made its own', () => {
  it('was misled by the neighbour that removed the builder just seen as current', () => {
    const found = findCollisions([misled(builderB), culpritOf(removal(48, 49))]);
    expect(found).toMatchObject([
      {
        kind: 'pointer-reset',
        culprit: { jobId: 2 },
        builder: builderB,
        delay: 2,
        strength: 'strong',
        cause: 'builder-removed-by-other-job',
      },
    ]);
  });

  it.each([null, 'default'])('was perhaps misled by the only suspect (current: %s)', (current) => {
    expect(findCollisions([misled(current), culpritOf(removal(30, 31))])).toMatchObject([
      { kind: 'pointer-reset', culprit: { jobId: 2 }, strength: 'weak', delay: 20 },
    ]);
  });

  it('names nobody when two may have done it', () => {
    const other = culpritOf(removal(35, 36, builderC), { key: { host: 'github.com', jobId: 3 } });
    expect(findCollisions([misled(null), culpritOf(removal(30, 31)), other])).toMatchObject([
      { kind: 'pointer-reset', culprit: null, delay: null, strength: 'weak' },
    ]);
  });

  it('names the one of two that removed the builder seen as current', () => {
    const other = culpritOf(removal(35, 36, builderC), { key: { host: 'github.com', jobId: 3 } });
    expect(findCollisions([misled(builderC), culpritOf(removal(30, 31)), other])).toMatchObject([
      { culprit: { jobId: 3 }, builder: builderC, strength: 'strong' },
    ]);
  });

  it('names nobody when nobody removed anything', () => {
    expect(findCollisions([misled(null), jobNear(2)])).toMatchObject([
      { kind: 'pointer-reset', culprit: null, cause: 'builder-removed-by-other-job' },
    ]);
  });
});

describe('a removal that cannot have reset the pointer', () => {
  it.each([
    ['came after the failure', culpritOf(removal(51, 52))],
    ['came before the job made its builder current', culpritOf(removal(1, 1.5))],
    [
      'took a builder that had been current before',
      culpritOf(removal(30, 31), { created: [{ name: builderB, at: at(1) }] }),
    ],
    ['took a builder that another job had made', culpritOf(removal(30, 31), { created: [] })],
    ['was on another host', culpritOf(removal(30, 31), { machine: 'ci-2' })],
  ])('%s', (_, other) => {
    expect(findCollisions([misled(null), other])).toMatchObject([{ culprit: null }]);
  });

  it('is one that a job did not suffer from: it built where it meant to', () => {
    const content = { ...misled(builderB), pointerReset: false };
    expect(findCollisions([content, culpritOf(removal(48, 49))])).toEqual([]);
  });
});
