/** A version is spoken of only as far as the numbers go, and only where it is known. */
import { describe, expect, it } from 'vitest';

import { buildkitSentence, versionsReport } from '../../src/reports/versions.ts';
import type { CountedJob, CountedTraits } from '../../src/store/counted-jobs.ts';
import { writeJob } from '../../src/store/write-jobs.ts';
import { countedJobs, historyOfJobs } from '../support/counted-jobs.ts';
import { jobWith, judgedLog, openStore } from '../support/judged-jobs.ts';
import { allReports, sectionOf, sharesIn } from '../support/made-reports.ts';
import { raceLog, smallJob, victim } from '../support/race-logs.ts';

const cause = 'builder-stopped';

function someJob(): CountedJob {
  const store = openStore();
  writeJob(store.db, judgedLog(jobWith({}), raceLog(smallJob)));
  const [job] = countedJobs(store);
  if (job === undefined) throw new Error('the job is not there');
  return job;
}

/** `hit` of `total` builds with one version failed of the cause, one build an hour on each of ten hosts. */
function builds(buildkit: string | null, hit: number, total: number): CountedJob[] {
  const job = someJob();
  return Array.from({ length: total }, (_, index): CountedJob => {
    // Not beside builds of another version: those would be load, and their failures one incident.
    const start = 60 * index + (buildkit === 'v0.13.2' ? 0 : 30);
    const host = `ci-${index % 10}`;
    const outcome: Partial<CountedTraits> =
      index < hit
        ? { failed: 1, status: 'explained', cause, blame: 'infra', failed_at: start + 5 }
        : { failed: 0, status: 'passed', cause: null };
    return {
      setup: { ...job.setup, buildkit },
      work: job.work,
      place: { engine: host, machine: host },
      traits: { ...job.traits, ...outcome, window_start: start, window_end: start + 10 },
    };
  });
}

function sentence(...versions: readonly (readonly [string | null, number, number])[]): unknown {
  const built = versions.flatMap(([version, hit, total]) => builds(version, hit, total));
  return buildkitSentence(historyOfJobs(built), cause);
}

describe('the sentence on a cause', () => {
  it('acquits with the counts of each version, and says what could have been seen', () => {
    expect(sentence(['v0.13.2', 25, 400], ['v0.9.1', 24, 400])).toMatch(
      /^Nothing points at the BuildKit version: 2 of 2 versions saw it \(v0\.9\.1 24\/400, v0\.13\.2 25\/400\)\. .*a ratio of [\d.]+ or more would probably have been seen/,
    );
  });

  it('says "associated", never "caused", of a version that fails far more often', () => {
    const text = sentence(['v0.13.2', 4, 400], ['v0.14.0', 60, 400]);
    expect(text).toMatch(/associated with BuildKit v0\.14\.0 /);
    expect(text).toMatch(/An association, not proof/);
    expect(text).not.toMatch(/caused|because|proves/);
  });

  it('asks for more builds where there are too few failures', () => {
    expect(sentence(['v0.13.2', 1, 100], ['v0.14.0', 2, 100])).toMatch(
      /Not enough data: 3 in 200 builds .* about \d+ more builds/,
    );
  });

  it('has nothing to compare where one version is known', () => {
    expect(sentence(['v0.13.2', 20, 100])).toMatch(/one BuildKit version in use/);
    expect(sentence(['v0.13.2', 5, 100], [null, 60, 100])).toMatch(/one BuildKit version in use/);
  });

  it('is not said where there is no case', () => {
    expect(sentence(['v0.13.2', 0, 100], ['v0.14.0', 0, 100])).toBeNull();
  });
});

describe('the note on a version that fails far more often', () => {
  it('says what would change the verdict, right after it', () => {
    const built = [...builds('v0.13.2', 4, 400), ...builds('v0.14.0', 60, 400)];
    const { note } = sectionOf(versionsReport(historyOfJobs(built)), 'buildkit');
    expect(note).toMatch(
      /An association, not proof\. .*What would change this: half of the hosts /,
    );
  });
});

describe('the note on a cause', () => {
  const noteOn = (hit: number): string => {
    const built = [...builds('v0.13.2', hit, 100), ...builds('v0.14.0', hit, 100)];
    return sectionOf(versionsReport(historyOfJobs(built)), 'buildkit').note ?? '';
  };

  it('says that ratios are of rates where more than every tenth build fails of it', () => {
    expect(noteOn(11)).toContain(
      'builder-stopped is common (22 of 200 builds): ratios are of rates, not of shares or odds.',
    );
  });

  it('says nothing of it where the three are alike', () => {
    expect(noteOn(10)).not.toContain('is common');
  });
});

describe('a version', () => {
  it('is seen from its first build to the start of its last', () => {
    const jobs = builds('v0.13.2', 1, 3).map((job, index): CountedJob => {
      const traits = { ...job.traits, started_at: `2026-03-0${[4, 2, 9][index]}T10:00:00Z` };
      return { ...job, traits };
    });
    const { rows, columns } = sectionOf(versionsReport(historyOfJobs(jobs)), 'buildkit');
    expect(columns.map(({ title }) => title).slice(2, 4)).toEqual(['first seen', 'last seen']);
    expect(rows[0]).toMatchObject({ first: '2026-03-02T10:00:00Z', last: '2026-03-09T10:00:00Z' });
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
