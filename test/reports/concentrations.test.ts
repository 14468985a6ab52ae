/** Where failures gather when neither version nor load is to blame: said of the one circumstance that makes them. */
import { describe, expect, it } from 'vitest';

import { versionsReport } from '../../src/reports/versions.ts';
import type { CountedJob } from '../../src/store/counted-jobs.ts';
import type { Setup } from '../../src/store/roll-up-rows.ts';
import { fillStore } from '../bench/big-store.ts';
import { randomFrom } from '../simulation/world.ts';
import { countedJobs, historyOfJobs } from '../support/counted-jobs.ts';
import { openStore } from '../support/judged-jobs.ts';

interface Drawn {
  readonly repository: string;
  readonly machine: string;
  readonly os: string;
  readonly driver: string;
  readonly hour: number;
}

function template(): CountedJob {
  const store = openStore();
  fillStore(store.db, 1, 6);
  const [job] = countedJobs(store);
  if (job === undefined) throw new Error('there is no job');
  return job;
}

/** 3,000 builds, far apart: each circumstance is drawn by itself, and `hazard` says how likely a minute is to fail. */
function noteOn(hazard: (drawn: Drawn) => number, minutes: (drawn: Drawn) => number): string {
  const { setup, work, traits } = template();
  const random = randomFrom(5);
  const oneOf = (...values: readonly string[]): string =>
    values[Math.floor(random() * values.length)] ?? '';
  const jobs = Array.from({ length: 3000 }, (_, i): CountedJob => {
    const start = i * 97;
    const drawn: Drawn = {
      repository: oneOf('acme/a', 'acme/b', 'acme/c'),
      machine: oneOf('ci-1', 'ci-2', 'ci-3', 'ci-4'),
      os: oneOf('ubuntu-22.04', 'ubuntu-24.04'),
      driver: oneOf('docker', 'docker-container'),
      hour: Math.floor(start / 60) % 24,
    };
    const length = minutes(drawn);
    const failed = random() < hazard(drawn) * length;
    const versions: Partial<Setup> = { buildkit: oneOf('v0.13.2', 'v0.14.0') };
    return {
      setup: { ...setup, ...versions, os_image: drawn.os, driver: drawn.driver },
      work: { ...work, repository: drawn.repository },
      place: { engine: drawn.machine, machine: drawn.machine },
      traits: {
        ...traits,
        attempt: 1,
        canceled: 0,
        failed: Number(failed),
        status: failed ? 'explained' : 'passed',
        cause: failed ? 'disk-full' : null,
        blame: failed ? 'infra' : null,
        failed_at: failed ? start + length - 1 : null,
        window_start: start,
        window_end: start + length,
      },
    };
  });
  return versionsReport(historyOfJobs(jobs)).sections[0]?.note ?? '';
}

const tenMinutes = (): number => 10;
const gathering = /disk-full: (\d+) of (\d+) failures are ([^,]+), ([\d.]+) \(([\d.]+)–/;

describe('failures that gather', () => {
  it.each([
    ['in acme/b', ({ repository }: Drawn) => repository === 'acme/b'],
    ['on host ci-3', ({ machine }: Drawn) => machine === 'ci-3'],
    ['on runner image ubuntu-24.04', ({ os }: Drawn) => os === 'ubuntu-24.04'],
    ['with driver docker', ({ driver }: Drawn) => driver === 'docker'],
    ['of builds that started from 14:00 to 14:59 UTC', ({ hour }: Drawn): boolean => hour === 14],
  ])('%s are said to, with how many of how many and an interval', (place, isBad) => {
    const note = noteOn((drawn) => (isBad(drawn) ? 0.02 : 0.0005), tenMinutes);
    const [, own, all, where, ratio, low] = gathering.exec(note) ?? [];
    expect(where).toBe(place);
    expect(Number(own)).toBeLessThan(Number(all));
    expect(Number(ratio)).toBeGreaterThan(10);
    expect(Number(low)).toBeGreaterThan(1.5);
  });
});

describe('nothing is said to gather', () => {
  it('where all fail alike', () => {
    expect(noteOn(() => 0.004, tenMinutes)).not.toMatch(/failures are/);
  });

  it('where builds fail more because they take longer', () => {
    const minutes = ({ repository }: Drawn): number => (repository === 'acme/b' ? 60 : 6);
    expect(noteOn(() => 0.002, minutes)).not.toMatch(/failures are/);
  });

  it('where they fail as often in less time', () => {
    const minutes = ({ machine }: Drawn): number => (machine === 'ci-3' ? 6 : 60);
    expect(noteOn((drawn) => 0.06 / minutes(drawn), minutes)).not.toMatch(/failures are/);
  });
});
