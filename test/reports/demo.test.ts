/** The reports on the demo history: numbers that add up, and answers that fit the known truth. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { demoFolder } from '../../src/cli/commands/demo.ts';
import { numberOf, readHistory } from '../../src/reports/history.ts';
import { casesOf } from '../../src/reports/study.ts';
import { countedJobs } from '../support/counted-jobs.ts';
import { patterns, wholeDemo } from '../support/demo-history.ts';
import { allReports, isProportion, sectionOf, sharesIn, sum } from '../support/made-reports.ts';

const store = await wholeDemo();
afterAll(() => store.close());
const history = readHistory(store.db);
const reports = allReports(store);
const { scope } = history;

const truths = ['shop', 'billing'].flatMap((name) =>
  readFileSync(path.join(demoFolder, name, 'truth.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) =>
      z
        .object({ job_id: z.number(), cause: z.string(), culprit_job_id: z.number().nullish() })
        .parse(JSON.parse(line)),
    ),
);

describe('the scope', () => {
  it('is the same at the head of every report', () => {
    for (const report of reports.values()) expect(report.scope).toEqual(scope);
  });

  it('accounts for every job and every failure', () => {
    expect(scope.jobs).toBe(truths.length);
    expect(scope.failed).toBe(
      scope.explained + scope.unexplained + scope.withoutLog + scope.partial,
    );
    const passed = countedJobs(store).filter(({ traits }) => traits.status === 'passed');
    expect(scope.jobs).toBe(passed.length + scope.failed + scope.canceled);
    expect(scope.built).toBeLessThanOrEqual(scope.jobs);
    expect(scope.explained).toBeGreaterThan(scope.failed * 0.9);
  });

  it('counts as canceled what was canceled', () => {
    expect(scope.canceled).toBe(truths.filter(({ cause }) => cause === 'cancelled').length);
  });
});

describe('every share in every report', () => {
  const shares = [...reports].flatMap(([name, { sections }]) =>
    sections.flatMap(({ id, columns, rows }) =>
      rows.flatMap((row) =>
        columns
          .filter(({ kind }) => kind === 'proportion')
          .map(({ key }) => ({ place: `${name}/${id}/${key}`, cell: row[key] ?? null })),
      ),
    ),
  );

  it('says of how many, and how sure', () => {
    expect(shares.length).toBeGreaterThan(100);
    for (const { place, cell } of shares) {
      if (cell === null) continue; // nothing to divide: shown as a dash
      if (!isProportion(cell)) throw new Error(`${place} is no share`);
      expect(cell.count, place).toBeLessThanOrEqual(cell.total);
      if (cell.total === 0)
        expect(cell, place).toMatchObject({ rate: null, low: null, high: null });
      else expect(cell.rate, place).toBe(cell.count / cell.total);
      expect(cell.low ?? 0, place).toBeLessThanOrEqual(cell.rate ?? 0);
      expect(cell.high ?? 0, place).toBeGreaterThanOrEqual(cell.rate ?? 0);
    }
  });
});

describe('the tables', () => {
  it.each([...reports.keys()])('of %s have a value in every column of every row', (name) => {
    const sections = reports.get(name)?.sections ?? [];
    expect(new Set(sections.map(({ id }) => id)).size).toBe(sections.length);
    for (const { columns, rows } of sections) {
      for (const { key } of columns) for (const row of rows) expect(row).toHaveProperty([key]);
    }
  });
});

describe('the causes', () => {
  const causes = sectionOf(reports.get('causes'), 'causes');

  it('sum to the failures', () => {
    const shares = sharesIn(causes, 'jobs');
    expect(sum(shares.map(({ count }) => count))).toBe(scope.failed);
    expect(new Set(shares.map(({ total }) => total))).toEqual(new Set([scope.failed]));
  });

  it('come with the most frequent first', () => {
    const counts = sharesIn(causes, 'jobs').map(({ count }) => count);
    expect(counts).toEqual(counts.toSorted((a, b) => b - a));
  });

  it('are causes of the pattern set, each with its title and blame', () => {
    for (const { cause, title, blame } of causes.rows) {
      const known = patterns.set.causes.get(String(cause));
      if (String(cause).startsWith('(')) continue;
      expect(known).toMatchObject({ title, blame });
    }
  });

  it('that are transient went away in the next attempt', () => {
    const removed = causes.rows.find(({ cause }) => cause === 'builder-removed-by-other-job');
    expect(removed?.['rerun_passed']).toMatchObject({ count: 4, total: 4 });
  });
});

describe('the versions', () => {
  const versions = reports.get('versions');

  it.each(['buildkit', 'buildx', 'docker_server', 'runner_version'])(
    'of %s split the first attempts for each cause, without one left over',
    (id) => {
      const { rows } = sectionOf(versions, id);
      const first = numberOf(history.built.filter(({ isFirst }) => isFirst));
      for (const cause of new Set(rows.map((row) => row['cause']))) {
        const own = {
          ...sectionOf(versions, id),
          rows: rows.filter((row) => row['cause'] === cause),
        };
        const shares = sharesIn(own, 'failures');
        expect(sum(shares.map(({ total }) => total))).toBe(first);
        expect(sum(shares.map(({ count }) => count))).toBe(casesOf(history, String(cause)).length);
      }
    },
  );

  it('are not blamed for what a neighbour did', () => {
    const { note } = sectionOf(versions, 'buildkit');
    expect(note).toContain(
      'builder-removed-by-other-job: no association with the BuildKit version was found',
    );
  });

  it('stand in the order of versions, not of letters', () => {
    const { rows } = sectionOf(versions, 'buildkit');
    const known = ['v0.13.2', 'v0.16.0', 'v0.17.0', 'v0.18.2', 'v0.22.0'];
    const [first] = rows;
    const shown = rows.filter(({ cause }) => cause === first?.['cause']);
    expect(shown.map(({ version }) => version).filter((each) => each !== 'unknown')).toEqual(known);
  });
});

describe('the load', () => {
  it('by builder splits the first attempts, without one left over', () => {
    const shares = sharesIn(sectionOf(reports.get('concurrency'), 'builder'), 'failures');
    const first = numberOf(history.built.filter(({ isFirst }) => isFirst));
    expect(sum(shares.map(({ total }) => total))).toBe(first);
  });

  it('by minute holds every minute of the first attempts once', () => {
    const { rows } = sectionOf(reports.get('concurrency'), 'overlap');
    const causes = new Set(rows.map(({ cause }) => cause));
    const minutes = [...causes].map((cause) =>
      sum(rows.filter((row) => row['cause'] === cause).map((row) => Number(row['minutes']))),
    );
    expect(new Set(minutes).size).toBe(1);
  });

  it('lost no builder of a job that built on its own', () => {
    const { rows } = sectionOf(reports.get('concurrency'), 'builder');
    const own = rows.find(({ builder }) => String(builder).startsWith('its own'));
    expect(own?.['removed']).toMatchObject({ count: 0 });
    expect(reports.get('concurrency')?.findings[0]?.text).toMatch(/^Not the load: /);
  });
});

describe('every table', () => {
  it.each([...reports.keys()])('of %s says in one line how to read it', (name) => {
    const notes = reports.get(name)?.sections.map(({ note }) => note) ?? [];
    expect(notes.length).toBeGreaterThan(0);
    for (const note of notes) expect(note).toMatch(/^How to read: .+$/m);
  });
});

describe('the collisions', () => {
  const victims = sectionOf(reports.get('collisions'), 'victims').rows;

  it('name victims that the truth knows, and the culprits it knows', () => {
    expect(victims.length).toBeGreaterThan(7);
    const known = victims.map(({ victim, culprit }) => ({
      culprit,
      truth: truths.find(({ job_id: id }) => String(id) === victim),
    }));
    for (const { truth } of known) {
      expect(truth?.cause).toMatch(/^(?:shared-builder-removed|builder-pointer-reset)$/);
    }
    const named = known.filter(({ truth }) => truth?.culprit_job_id != null);
    expect(named.length).toBeGreaterThan(7);
    expect(named.map(({ culprit }) => culprit)).toEqual(
      named.map(({ truth }) => String(truth?.culprit_job_id)),
    );
  });

  it('blame no job for an engine that stopped', () => {
    const stopped = sectionOf(reports.get('collisions'), 'daemons').rows;
    expect(stopped.length).toBeGreaterThan(0);
    for (const { victim } of stopped) {
      expect(truths.find(({ job_id: id }) => String(id) === victim)?.cause).toBe('dockerd-restart');
    }
  });

  it('show the standing risk on builds that passed', () => {
    const risk = sectionOf(reports.get('collisions'), 'risk');
    expect(sum(sharesIn(risk, 'foreign').map(({ count }) => count))).toBe(
      sum(sharesIn(risk, 'green').map(({ total }) => total)),
    );
    expect(sum(sharesIn(risk, 'green').map(({ count }) => count))).toBeGreaterThan(30);
  });
});

describe('the summary', () => {
  const summary = reports.get('summary');
  const texts = summary?.findings.map(({ text }) => text) ?? [];

  it('says first what neighbours did, and that neither version nor load is to blame', () => {
    expect(texts[0]).toMatch(/^\d+ of 187 builds died because another job on the host removed/);
    expect(texts[1]).toMatch(/^Nothing points at the BuildKit version: /);
    expect(texts[2]).toMatch(/^Not the load: /);
  });

  it('sends to reports that there are', () => {
    for (const { more } of summary?.findings ?? []) {
      expect([...reports.keys()]).toContain(more?.replace('buildlog report ', ''));
    }
  });

  it('says when it shows a part only, and where the rest is', () => {
    const shown = sectionOf(summary, 'causes');
    const all = sectionOf(reports.get('causes'), 'causes').rows.length;
    expect(shown.note).toContain(`${shown.rows.length} of ${all} shown: buildlog report causes`);
  });

  it('proves one collision with lines of both logs, in the order of time', () => {
    const { rows } = sectionOf(summary, 'proof');
    expect(new Set(rows.map(({ who }) => who))).toEqual(new Set(['victim', 'culprit']));
    const times = rows.map(({ at }) => String(at));
    expect(times).toEqual(times.toSorted());
  });
});
