/** A version stands apart only where its interval leaves that of all the others, and where it is known. */
import { describe, expect, it } from 'vitest';

import type { HistoryJob } from '../../src/reports/history.ts';
import { readHistory } from '../../src/reports/history.ts';
import { versionSentence, versionsApart } from '../../src/reports/versions.ts';
import { writeJob } from '../../src/store/write-jobs.ts';
import { jobWith, judgedLog, openStore } from '../support/judged-jobs.ts';
import { allReports, sectionOf, sharesIn } from '../support/made-reports.ts';
import { raceLog, smallJob, victim } from '../support/race-logs.ts';

const cause = 'builder-stopped';

function someJob(): HistoryJob {
  const store = openStore();
  writeJob(store.db, judgedLog(jobWith({}), raceLog(smallJob)));
  const [job] = readHistory(store.db).jobs;
  if (job === undefined) throw new Error('the job is not there');
  return job;
}

/** `hit` of `total` builds with one version failed of the cause. */
function builds(buildkit: string | null, hit: number, total: number): HistoryJob[] {
  const job = { ...someJob(), buildkit };
  return Array.from({ length: total }, (_, index) =>
    index < hit ? { ...job, failed: true, status: 'explained' as const, cause } : job,
  );
}

function apart(...versions: readonly (readonly [string, number, number])[]): unknown {
  return versionsApart(
    cause,
    new Map(versions.map(([version, hit, total]) => [version, builds(version, hit, total)])),
  );
}

describe('a version', () => {
  it('stands apart when its rate and that of the others can hardly be one', () => {
    expect(apart(['v1.0.0', 1, 100], ['v2.0.0', 30, 100])).toEqual([
      { version: 'v1.0.0', direction: 'lower' },
      { version: 'v2.0.0', direction: 'higher' },
    ]);
  });

  it('is compared with all the others together', () => {
    expect(apart(['v1.0.0', 2, 100], ['v2.0.0', 3, 100], ['v3.0.0', 30, 100])).toContainEqual({
      version: 'v3.0.0',
      direction: 'higher',
    });
  });

  it('does not stand apart when chance would do', () => {
    expect(apart(['v1.0.0', 5, 100], ['v2.0.0', 9, 100])).toEqual([]);
  });

  it('of a few builds is not blamed, however bad they were', () => {
    expect(apart(['v1.0.0', 5, 100], ['v2.0.0', 10, 19])).toEqual([]);
  });

  it('is not blamed for one or two cases', () => {
    expect(apart(['v1.0.0', 0, 1000], ['v2.0.0', 2, 20])).toEqual([]);
  });

  it('that is not known is not blamed, and blames no other', () => {
    expect(apart(['unknown', 60, 100], ['v2.0.0', 1, 100])).toEqual([]);
  });

  it('has nothing to be compared with when it is the only one', () => {
    expect(apart(['v1.0.0', 50, 100])).toEqual([]);
  });
});

describe('the sentence on the founding case', () => {
  const sentence = (
    ...versions: readonly (readonly [string | null, number, number])[]
  ): unknown => {
    const built = versions.flatMap(([version, hit, total]) => builds(version, hit, total));
    const empty = readHistory(openStore().db);
    return versionSentence({ ...empty, jobs: built, built }, cause);
  };

  it('acquits with the counts of each version', () => {
    expect(sentence(['v0.13.2', 5, 100], ['v0.9.1', 4, 100])).toBe(
      'Not the BuildKit version: 2 of 2 versions lost builders so, and none stands apart ' +
        '(v0.9.1 4/100, v0.13.2 5/100).',
    );
  });

  it('says "associated", never "caused"', () => {
    expect(sentence(['v0.13.2', 1, 100], ['v0.14.0', 40, 100])).toMatch(
      /^The BuildKit version is associated with it: .*v0\.14\.0 \(higher\)/,
    );
  });

  it('is not said where there is no case or nothing to compare', () => {
    expect(sentence(['v0.13.2', 0, 100], ['v0.14.0', 0, 100])).toBeNull();
    expect(sentence(['v0.13.2', 5, 100], [null, 5, 100])).toBeNull();
  });
});

describe('builds of which no version is known', () => {
  it('are a row of their own, never left out', () => {
    const store = openStore();
    writeJob(store.db, judgedLog(jobWith({ jobId: 1 }), raceLog(smallJob)));
    writeJob(store.db, judgedLog(jobWith({ jobId: 2 }), raceLog(victim)));
    const section = sectionOf(allReports(store).get('versions'), 'buildkit');
    expect(section.rows.map(({ version }) => version)).toEqual(['unknown']);
    expect(sharesIn(section, 'failures')).toMatchObject([{ count: 1, total: 2 }]);
  });
});
