/** Sentences about small made histories: each claim is one that the numbers carry, and each number says what it counts. */
import { describe, expect, it } from 'vitest';

import { associate, type Association } from '../../src/analysis/association.ts';
import type { Build } from '../../src/analysis/exposure.ts';
import { rollOuts } from '../../src/analysis/roll-outs.ts';
import {
  concurrencySentence,
  remedySentence,
  togetherSentence,
  versionSentence,
} from '../../src/analysis/sentences.ts';
import { studyOf } from '../../src/analysis/study.ts';
import { versionVerdict } from '../../src/analysis/verdict.ts';
import { simulate } from '../simulation/simulate.ts';

const names = { cause: 'reset', component: 'BuildKit' };

/** One build an hour, ten minutes long, on each of four hosts. */
function hourly(count: number, each: (index: number) => Partial<Build>): Build[] {
  return Array.from({ length: count }, (_, index) => {
    const start = index * 60;
    const common = { job: 'j', repository: 'r', version: '1.0', engine: `h${index % 4}` };
    const rest = { start, end: start + 10, first: true, weight: 1, failedAt: null, origin: null };
    return { ...common, ...rest, ...each(index) };
  });
}

const failedAt = (index: number): { failedAt: number } => ({ failedAt: index * 60 + 5 });

describe('too few failures', () => {
  it('are counted in the singular where there is one', () => {
    const found = associate(studyOf(hourly(1, failedAt)));
    expect(versionSentence(found, names)).toContain('1 in 1 build (');
  });

  it('are missing one more build, not one more builds', () => {
    const found = associate(studyOf(hourly(4, failedAt)));
    expect(versionSentence(found, names)).toContain('about 1 more build at this rate');
  });
});

describe('versions that never did the same job, alone on their hosts', () => {
  const found = associate(
    studyOf(
      hourly(400, (index) => ({
        job: `j${index % 2}`,
        version: index % 2 === 0 ? '1.0' : '2.0',
        ...(index % 20 < 3 ? failedAt(index) : {}),
      })),
    ),
  );

  it('are not comparable, whatever the number of failures: more builds would not help', () => {
    expect(found.version).toBe('not-detected');
    expect(versionSentence(found, names)).toBe(
      'reset: no association with the BuildKit version was found, but these data could not have shown one: what differs never did the same job.',
    );
  });

  it('leave nothing to say on the load either', () => {
    expect(found.concurrency).toBe('never-shared');
  });
});

describe('what could not have been seen', () => {
  it('is not called visible from a hundredfold on when it is not', () => {
    const found = associate(studyOf(simulate('D_null', 10_000, 1)));
    const blind: Association = { ...found, detectable: { version: 5000, perBuild: 250 } };
    expect(versionSentence(blind, names)).toContain(
      ', but not even a ratio of 100 could have been seen.',
    );
  });

  it('is told for each further build where the load is asked for', () => {
    const found = associate(studyOf(simulate('D_null', 10_000, 1)));
    expect(concurrencySentence(found, names)).toMatch(
      /a ratio of [\d.]+ or more for each further build would probably have been seen/,
    );
  });
});

describe('load that matters', () => {
  const found = associate(studyOf(simulate('B_concurrency_confounded', 10_000, 1)));

  it('is told with the rates alone and beside others, their failures, and that it is no proof', () => {
    expect(concurrencySentence(found, names)).toMatch(
      /; alone [\d.]+ \(\d+ failures?\), beside [1-4](?: or more)? others? [\d.]+ \(\d+ failures?\) per 1,000 minutes\. An association, not proof\.$/,
    );
  });

  it('is only said to be compared on equal hosts where that comparison was made', () => {
    expect(found.loadWithinHosts).toBe(true);
    expect(concurrencySentence(found, names)).toContain('age of the build and host');
    expect(concurrencySentence({ ...found, loadWithinHosts: false }, names)).toContain(
      'job and age of the build',
    );
  });
});

describe('failures that come together', () => {
  it('are told by how many of them came with another', () => {
    const found = associate(studyOf(simulate('H_engine_crash', 10_000, 1)));
    const { incidents, failures } = found.basis;
    const together = incidents.flatMap((each) => (each.length > 1 ? each : [])).length;
    expect(concurrencySentence({ ...found, concurrency: 'unclear-clustered' }, names)).toContain(
      `(${together} of ${failures} within a minute of another; ${incidents.length} incidents)`,
    );
  });
});

describe('version and load', () => {
  it('are said to be independent of each other where both stand out', () => {
    const both = associate(studyOf(simulate('C_both_interaction', 10_000, 1)));
    expect(togetherSentence(both, 'BuildKit')).toMatch(
      /^Version and load go with it independently of each other/,
    );
  });

  it('leave no sign of the one once the other is held equal', () => {
    const version = associate(studyOf(simulate('A_version', 10_000, 1)));
    expect(togetherSentence(version, 'BuildKit')).toMatch(
      /^At equal BuildKit version there is no sign of the load/,
    );
    const load = associate(studyOf(simulate('B_concurrency_confounded', 10_000, 1)));
    expect(togetherSentence(load, 'BuildKit')).toMatch(
      /^At equal load there is no sign of the BuildKit version/,
    );
    const neither = associate(studyOf(simulate('D_null', 10_000, 1)));
    expect(togetherSentence(neither, 'BuildKit')).toBeNull();
  });

  it('only share a stronger effect where the interaction says so, and in its direction', () => {
    const both = associate(studyOf(simulate('C_both_interaction', 10_000, 1)));
    const said = (p: number, ratio: number): string | null =>
      togetherSentence({ ...both, interaction: { p, ratio } }, 'BuildKit');
    expect(said(0.01, 2)).toContain('stronger under load');
    expect(said(0.01, 0.5)).toContain('weaker under load');
    expect(said(0.2, 2)).not.toContain('under load');
  });
});

describe('a version that is held against weeks and hosts', () => {
  const found = associate(studyOf(simulate('A_version', 10_000, 1)));

  it('is explained by them with both ratios, not by a bare word', () => {
    for (const version of ['explained-by-host', 'explained-by-time'] as const) {
      expect(versionSentence({ ...found, version }, names)).toMatch(
        /versions do not differ: 0\.13\.2 has [\d.]+ \([\d.]+–[\d.]+\) times the rate of the others there, [\d.]+ \([\d.]+–[\d.]+\) overall/,
      );
    }
  });

  it('is told with its failures of all, and what leaving it would avoid stands for itself', () => {
    const { cells, failures } = found.basis;
    const own = cells.filter(({ version }) => version === '0.13.2');
    const hit = own.reduce((sum, cell) => sum + cell.failures, 0);
    expect(versionSentence(found, names)).toContain(
      `times the rate of the others; ${hit} of ${failures} failures)`,
    );
    expect(remedySentence(found)).not.toContain('added up');
    const both = associate(studyOf(simulate('C_both_interaction', 10_000, 1)));
    expect(remedySentence(both)).toMatch(/ \(not to be added up\)\.$/);
  });

  it('is asked to be tried on half of the hosts where all changed at once', () => {
    expect(versionSentence({ ...found, version: 'before-after' }, names)).toMatch(
      /Half of the hosts for a week would tell\.$/,
    );
  });

  it('is small where its interval says so, before and after a roll-out too', () => {
    const { ladder, basis } = associate(studyOf(simulate('E_changepoint_rollout', 10_000, 1)));
    const estimate = ladder?.withinJobs.estimate ?? null;
    if (ladder === null || estimate === null) throw new Error('the version was not found');
    const small = { ...ladder, withinJobs: { kept: 1, estimate: { ...estimate, high: 1.4 } } };
    const evidence = { basis, versions: 2, p: 0.001, ladder: small };
    const unsure = { kept: 0.1, estimate: null };
    const changes = associate(studyOf(simulate('E_changepoint_rollout', 10_000, 1))).changes;
    const alone = { ...small, withinWeeks: unsure };
    expect(versionVerdict({ ...evidence, ladder: alone, changes })).toBe('small');
  });
});

describe('failures that rose when no version came', () => {
  it('are told with the day', () => {
    const found = associate(studyOf(simulate('E2_changepoint_external', 10_000, 1)));
    const said = versionSentence({ ...found, version: 'time-not-aligned' }, names);
    expect(said).toMatch(/failures rose on \d{4}-\d\d-\d\d \(between \d{4}-\d\d-\d\d and \d{4}-/);
  });
});

describe('a roll-out', () => {
  const rolledOut = (hosts: number): number => {
    const arrivals = Array.from({ length: hosts }, (_, index) => ({
      version: '2.0',
      engine: `h${index}`,
      start: index + 1,
    }));
    return rollOuts(arrivals)[0]?.to ?? 0;
  };

  it.each([
    [1, 1],
    [2, 2],
    [5, 5],
    [10, 9],
    [11, 10],
    [40, 36],
  ])('to %i hosts is over when %i have it: nine of ten', (hosts, reached) => {
    expect(rolledOut(hosts)).toBe(reached);
  });
});
