/** Versions in the forms in which tools, packages and builds from source print them. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { compareVersions, isOrdered } from '../../src/model/version.ts';

describe('versions in order', () => {
  it.each([
    ['by numbers, not by text', ['v0.9.1', 'v0.13.2', 'v0.100.0']],
    ['a candidate before what it became', ['v0.12.5', 'v0.13.0-beta1', 'v0.13.0-rc2', 'v0.13.0']],
    ['candidates by their numbers', ['v0.13.0-rc2', 'v0.13.0-rc10', 'v0.13.0']],
    [
      'a build from source before the version that it leads to',
      ['v0.11.6', 'v0.11.7-0.20230525183624-798ad6b0ce9f', 'v0.11.7'],
    ],
    [
      'a package by the version in it, whatever its epoch',
      ['24.0.6', '5:24.0.7-1~ubuntu.22.04~jammy', '24.0.9'],
    ],
    [
      "an edition or a distribution's own number after the version itself",
      ['25.0.4', '25.0.5', '25.0.5-ce', '25.0.6'],
    ],
    ['what has no number last, by its text', ['v0.9.1', 'd30d8e22c', 'master']],
  ])('%s', (_, wanted) => {
    expect(wanted.toReversed().toSorted(compareVersions)).toEqual(wanted);
    expect(wanted.toSorted(compareVersions)).toEqual(wanted);
  });

  it('is one order for whatever a log calls a version', () => {
    const part = fc.constantFrom(
      'v',
      '5:',
      '0',
      '1',
      '12',
      '007',
      '.',
      '-',
      'rc',
      'beta',
      '+',
      '~',
      'x',
    );
    const printed = fc.array(part, { maxLength: 12 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(printed, printed, printed, (a, b, c) => {
        expect(Math.sign(compareVersions(a, b))).toBe(0 - Math.sign(compareVersions(b, a)));
        const sorted = [a, b, c].toSorted(compareVersions);
        expect([c, a, b].toSorted(compareVersions)).toEqual(sorted);
      }),
      { numRuns: 3000 },
    );
  });

  it('has no place for what has no number: it can’t be said to be later', () => {
    expect(['v0.13.2', '5:24.0.7-1~x', 'master', 'd30d8e22c'].map(isOrdered)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});
