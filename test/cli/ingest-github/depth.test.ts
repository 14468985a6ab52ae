/** How far back the list of runs is read, night after night. */
import { describe, expect, it } from 'vitest';

import { depthOf } from '../../../src/cli/commands/ingest-github/depth.ts';
import type { Scan } from '../../../src/store/scans.ts';
import { day, hour } from '../../support/github.ts';

const begin = Date.parse('2026-09-01T03:15:00Z');
const iso = (at: number): string => new Date(at).toISOString();

/** For each of `nights` nights, which of the repositories were swept and how far back. */
function nightly(repositories: number, nights: number): { night: number; look: number }[] {
  const sweeps: { night: number; look: number }[] = [];
  for (let id = 900; id < 900 + repositories; id++) {
    const [at, early] = [iso(begin), iso(begin - 300 * day)];
    let scan: Scan = {
      host: 'github.com',
      repository: `acme/${id}`,
      repositoryId: id,
      begunAt: null,
      completeAt: at,
      deepAt: at,
      sweptAt: at,
      coveredFrom: early,
      settled: true,
      missingNights: 0,
      missingAt: null,
      goneAt: null,
    };
    for (let night = 1; night <= nights; night++) {
      const now = begin + night * day;
      const depth = depthOf(scan, null, now);
      if (depth.isSweep) sweeps.push({ night, look: now - depth.boundary });
      scan = { ...scan, completeAt: iso(now), deepAt: iso(now) };
      if (depth.isSweep) scan = { ...scan, sweptAt: iso(now) };
    }
  }
  return sweeps;
}

describe('the sweep for runs that were run again', () => {
  it('is spread over the nights of a week', () => {
    const sweeps = nightly(70, 28);
    for (let night = 8; night <= 28; night++) {
      expect(sweeps.filter((sweep) => sweep.night === night)).toHaveLength(10);
    }
  });

  it('comes to each repository every week, and reaches beyond the thirty days of a re-run since the last', () => {
    for (const { look } of nightly(7, 28)) expect(look).toBeGreaterThanOrEqual((30 + 8) * day);
    const nights = nightly(1, 29).map(({ night }) => night);
    expect(nights).toHaveLength(4);
    expect(nights.every((night, n) => n === 0 || night - (nights[n - 1] ?? 0) === 7)).toBe(true);
  });

  it('is made up for when its night was missed', () => {
    const sweptAt = iso(begin - 9 * day);
    const [completeAt, coveredFrom] = [iso(begin - hour), iso(begin - 300 * day)];
    const known = { host: 'h', repository: 'acme/shop', begunAt: null, settled: true };
    const never = { missingNights: 0, missingAt: null, goneAt: null, deepAt: completeAt };
    for (let repositoryId = 1; repositoryId <= 7; repositoryId++) {
      const scan = { ...known, ...never, repositoryId, sweptAt, completeAt, coveredFrom };
      expect(depthOf(scan, null, begin).isSweep).toBe(true);
    }
  });
});
