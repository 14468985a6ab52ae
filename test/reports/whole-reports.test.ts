/** What holds for whole reports: more of the same says more, a control that fails is heeded, levels are three questions. */
import { describe, expect, it } from 'vitest';

import { concurrencyReport } from '../../src/reports/concurrency.ts';
import { flakyReport } from '../../src/reports/flaky.ts';
import { readHistory, type History } from '../../src/reports/history.ts';
import { loadLevels, type LoadLevel } from '../../src/reports/names.ts';
import { calendarReport } from '../../src/reports/over-time.ts';
import type { Report, Section } from '../../src/reports/report.ts';
import { updateRollUps } from '../../src/reports/roll-up.ts';
import { trendReport } from '../../src/reports/trend.ts';
import { buildkitSentence, versionsReport } from '../../src/reports/versions.ts';
import type { CountedJob, CountedTraits } from '../../src/store/counted-jobs.ts';
import type { Store } from '../../src/store/store.ts';
import { fillStore } from '../bench/big-store.ts';
import { countedJobs, historyOfJobs } from '../support/counted-jobs.ts';
import { openStore } from '../support/judged-jobs.ts';
import { isProportion, sectionOf, sum } from '../support/made-reports.ts';

function someJobs(count: number): CountedJob[] {
  const store = openStore();
  fillStore(store.db, count, 6, { risk: 8 });
  return countedJobs(store);
}

function someJob(): CountedJob {
  const [job] = someJobs(1);
  if (job === undefined) throw new Error('there is no job');
  return job;
}

/** The same again on other machines, so that nothing but the counts changes. */
function twice(jobs: readonly CountedJob[]): CountedJob[] {
  const again = jobs.map((job) => ({
    ...job,
    place: { engine: `${job.place.engine}-b`, machine: `${job.place.machine}-b` },
    traits: { ...job.traits, run_id: (job.traits.run_id ?? 0) + 1_000_000 },
  }));
  return [...jobs, ...again];
}

const reportsOn = (history: History): Report[] => [
  versionsReport(history),
  concurrencyReport(history),
  calendarReport(history),
  trendReport(history),
  flakyReport(history),
];

/** Shares by what they are of. */
function sharesOf({ id, sections }: Report): Map<string, [count: number, width: number]> {
  const names = ['cause', 'version', 'builder', 'day', 'from', 'others'];
  return new Map(
    sections.flatMap((section) =>
      section.rows.flatMap((row) =>
        Object.entries(row).flatMap(([key, cell]) => {
          if (!isProportion(cell) || cell.low === null || cell.high === null) return [];
          const of = names.map((name) => String(row[name] ?? '')).join(' ');
          const width = cell.high - cell.low;
          return [[`${id} ${section.id} ${of} ${key}`, [cell.total, width]] as const];
        }),
      ),
    ),
  ) as Map<string, [number, number]>;
}

describe('all counts doubled', () => {
  it('narrow every interval of every report', () => {
    const jobs = someJobs(600);
    const [once, doubled] = [jobs, twice(jobs)].map((each) => reportsOn(historyOfJobs(each)));
    let compared = 0;
    for (const [index, report] of (once ?? []).entries()) {
      const after = sharesOf(doubled?.[index] ?? report);
      for (const [name, [total, width]] of sharesOf(report)) {
        const found = after.get(name);
        // Changes are looked for anew: twice the incidents may show one at another moment (symmetry.test.ts, as hosts are).
        if (name.startsWith('trend changes')) continue;
        expect(found?.[0], name).toBe(2 * total);
        expect(found?.[1], name).toBeLessThan(width);
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(100);
  });
});

const cause = 'builder-stopped';

/** One build an hour on each of ten hosts: the first `hit` failed of the cause, the next `broken` of the change itself. */
function builds(
  template: CountedJob,
  buildkit: string,
  total: number,
  [hit, broken]: readonly [hit: number, broken: number],
  offset: number,
): CountedJob[] {
  return Array.from({ length: total }, (_, index): CountedJob => {
    const start = 60 * index + offset;
    const host = `ci-${index % 10}`;
    const failed: Partial<CountedTraits> = { failed: 1, status: 'explained', failed_at: start + 5 };
    const outcome: Partial<CountedTraits> =
      index < hit
        ? { ...failed, cause, blame: 'infra' }
        : index < hit + broken
          ? { ...failed, cause: 'run-step-failed', blame: 'code' }
          : { failed: 0, status: 'passed', cause: null, blame: null };
    const window = { window_start: start, window_end: start + 10 };
    return {
      setup: { ...template.setup, buildkit },
      work: template.work,
      place: { engine: host, machine: host },
      traits: { ...template.traits, attempt: 1, canceled: 0, ...outcome, ...window },
    };
  });
}

describe('the control', () => {
  const sentenceWith = (broken: number): string | null => {
    const template = someJob();
    return buildkitSentence(
      historyOfJobs([
        ...builds(template, 'v0.13.2', 400, [4, 4], 0),
        ...builds(template, 'v0.14.0', 400, [60, broken], 30),
      ]),
      cause,
    );
  };

  it('lets stand what the failures of the change itself do not show', () => {
    expect(sentenceWith(4)).toMatch(/associated with BuildKit v0\.14\.0 /);
  });

  it('takes back what they show too, since no version brings those about', () => {
    expect(sentenceWith(80)).not.toMatch(/associated with BuildKit/);
  });
});

describe('the load', () => {
  /** Two engines on each machine; builders are containers of their own. */
  function twoEnginesEach(): Store['db'] {
    const { db } = openStore();
    fillStore(db, 400, 2, { days: 1 });
    db.exec("UPDATE logs SET engine_id = engine_id || '-b' WHERE job_id % 2 = 0");
    return db;
  }

  /** Minutes alone on the level, and all. */
  function minutes(level: LoadLevel): { alone: number; all: number } {
    const db = twoEnginesEach();
    const { minutes: sums } = readHistory(db, level).byWeek();
    const alone = sum([...sums].filter((_, i) => i % 5 === 0));
    return { alone, all: sum([...sums]) };
  }

  it('grows from the daemon to the engine to the machine, and the minutes are the same', () => {
    const [daemon, engine, machine] = loadLevels.map(minutes);
    expect(daemon?.alone).toBeCloseTo(daemon?.all ?? 0, 6);
    expect(engine?.alone).toBeLessThan(daemon?.alone ?? 0);
    expect(machine?.alone).toBeLessThan(engine?.alone ?? 0);
    expect(engine?.all).toBeCloseTo(daemon?.all ?? 0, 6);
    expect(machine?.all).toBeCloseTo(daemon?.all ?? 0, 6);
  });
});

describe.each(loadLevels)('on the level of the %s', (level) => {
  it('reports say the same from lines that are kept, from lines made anew, and from some of each', () => {
    const { db } = openStore();
    fillStore(db, 1000, 3, { days: 1 });
    const anew = reportsOn(readHistory(db, level));
    db.transaction(() => updateRollUps(db, false))();
    expect(reportsOn(readHistory(db, level))).toEqual(anew);
    // Every third job is written again, and made anew.
    db.exec("UPDATE counted_jobs SET status = 'passed', failed = 0 WHERE job_id % 3 = 0");
    db.exec('INSERT INTO outdated_jobs SELECT host, job_id FROM jobs WHERE job_id % 3 = 0');
    expect(reportsOn(readHistory(db, level))).toEqual(anew);
  });
});

describe('a cause that went away', () => {
  const changesOf = (clean: number): Section => {
    const template = someJob();
    const failing = Array.from({ length: 20 }, (_, k) =>
      builds(template, 'v0.13.2', 10, [1, 0], 600 * k),
    ).flat();
    const after = builds(template, 'v0.13.2', clean, [0, 0], 600 * 20);
    return sectionOf(trendReport(historyOfJobs([...failing, ...after])), 'changes');
  };

  it('is said to be gone only as far as builds without it tell', () => {
    const { rows, note } = changesOf(400);
    const before = rows[0]?.['before'];
    if (!isProportion(before)) throw new Error('no change was found');
    expect(before.count).toBe(20);
    // The smallest n with (1 − p)ⁿ ≤ 5 %.
    const needed = Math.ceil(Math.log(0.05) / Math.log(1 - before.count / before.total));
    expect(note).toContain(`Fixed? ${needed} of ${needed} builds without it`);
  });
});
