/** `--explain`: the SQL of each report runs by itself, and gives what the report shows. */
import { afterAll, describe, expect, it } from 'vitest';

import { reports as catalog } from '../../src/reports/catalog.ts';
import { causesReport } from '../../src/reports/causes.ts';
import { explain } from '../../src/reports/explanation.ts';
import { flakyReport } from '../../src/reports/flaky.ts';
import { readHistory } from '../../src/reports/history.ts';
import type { Cell } from '../../src/reports/report.ts';
import { updateRollUps } from '../../src/reports/roll-up.ts';
import { query, type SqlValue } from '../../src/store/query.ts';
import { reportCounts } from '../../src/store/report-counts.ts';
import { Store, type Db } from '../../src/store/store.ts';
import { fillStore } from '../bench/big-store.ts';
import { patterns, wholeDemo } from '../support/demo-history.ts';
import { allReports, isProportion, sectionOf } from '../support/made-reports.ts';

const store = await wholeDemo();
const filled = Store.open(':memory:');
fillStore(filled.db, 6000, 3, { risk: 6 });
updateRollUps(filled.db, true);
afterAll(() => {
  store.close();
  filled.close();
});
const reports = allReports(store);

type Row = Readonly<Record<string, Cell>>;

function textOf(value: SqlValue): string | null {
  return typeof value === 'string' || typeof value === 'bigint' ? String(value) : null;
}

function asked(sql: string | undefined, db: Db = store.db): Row[] {
  const { columns, rows } = query(db, sql ?? '');
  return [...rows].map((row) =>
    Object.fromEntries(
      row.map((value, i) => [columns[i] ?? '', typeof value === 'number' ? value : textOf(value)]),
    ),
  );
}

const countsOf = (name: string, index = 0): Row[] => asked(reportCounts[name]?.[index]);
const rowsOf = (name: string, id: string): Readonly<Record<string, Cell>>[] => [
  ...sectionOf(reports.get(name), id).rows,
];

/** Cells as words; a share as `count/total`. */
const say = (...cells: readonly (Cell | undefined)[]): string =>
  cells.map((cell) => (isProportion(cell) ? share(cell) : String(cell))).join(' ');

/** `count/total` of a share. */
const share = (cell: Cell | undefined): string =>
  isProportion(cell) ? `${cell.count}/${cell.total}` : '–';

/** The same of two counts. */
const of = (row: Row, count: string, total: string): string =>
  `${say(row[count])}/${say(row[total])}`;

describe.each(Object.keys(catalog))('the SQL of %s', (name) => {
  const entry = catalog[name];
  const statements = entry === undefined ? [] : explain(name, entry, store.db).sql;

  it('begins with what the report counts', () => {
    expect(reportCounts[name]?.length).toBeGreaterThan(0);
    expect(statements.slice(0, reportCounts[name]?.length)).toEqual(reportCounts[name]);
  });

  it('runs by itself, each statement', () => {
    for (const sql of statements) expect(() => asked(sql), sql.slice(0, 80)).not.toThrow();
  });
});

describe('the counts', () => {
  it('are the failures of each cause, and their next attempts', () => {
    const counted = countsOf('causes').map((row) =>
      say(row['cause'], of(row, 'failed', 'of_all'), of(row, 'passed', 'run_again')),
    );
    const shown = rowsOf('causes', 'causes').map((row) => {
      const next = share(row['rerun_passed']);
      return say(row['cause'], row['jobs'], next === '–' ? '0/0' : next);
    });
    expect(counted.toSorted()).toEqual(shown.toSorted());
  });

  it.each(['buildkit', 'buildx', 'docker_server', 'runner_version'])(
    'are the failures and builds of each version: %s',
    (id) => {
      const index = ['buildkit', 'buildx', 'docker_server', 'runner_version'].indexOf(id);
      const counted = countsOf('versions', index).map((row) =>
        say(row['cause'], row[id], of(row, 'failures', 'builds')),
      );
      const shown = rowsOf('versions', id).map((row) =>
        say(row['cause'], row['version'], row['failures']),
      );
      expect(shown.length).toBeGreaterThan(0);
      expect(counted).toEqual(expect.arrayContaining(shown));
    },
  );

  it('are the failures and builds of each host', () => {
    const counted = countsOf('hosts').map((row) =>
      say(row['cause'], row['machine'], of(row, 'failures', 'builds')),
    );
    const shown = rowsOf('hosts', 'hosts').map((row) =>
      say(row['cause'], row['machine'], row['failures']),
    );
    expect(counted).toEqual(expect.arrayContaining(shown));
  });

  it('are the minutes and failures at each load', () => {
    const [minutes = {}] = countsOf('concurrency');
    const failures = countsOf('concurrency', 1);
    for (const row of rowsOf('concurrency', 'overlap')) {
      const others = Number.parseInt(String(row['others']), 10);
      expect(Math.round(Number(Object.values(minutes)[others]))).toBe(row['minutes']);
      const found = failures.find(
        (each) => each['cause'] === row['cause'] && each['others'] === others,
      );
      expect(found?.['failures'] ?? 0).toBe(row['failures']);
    }
    const owned = countsOf('concurrency', 2).map((row) => of(row, 'failed', 'builds'));
    const shown = rowsOf('concurrency', 'builder').map((row) => share(row['failures']));
    expect(owned.toSorted()).toEqual(shown.toSorted());
  });

  it('are the failures and builds of each span and day', () => {
    const spans = countsOf('trend').map((row) =>
      say(row['cause'], `${say(row['start']).replace(' ', 'T')}Z`, of(row, 'failed', 'builds')),
    );
    const failing = rowsOf('trend', 'rates').filter(
      ({ failures }) => isProportion(failures) && failures.count > 0,
    );
    expect(spans).toEqual(
      expect.arrayContaining(failing.map((row) => say(row['cause'], row['from'], row['failures']))),
    );
    const [day = {}] = countsOf('calendar');
    const [shown] = rowsOf('calendar', 'days');
    expect(day['day']).toBe(shown?.['day']);
    for (const kind of ['infra', 'code', 'mixed', 'unexplained']) {
      expect(of(day, kind, 'builds'), kind).toBe(share(shown?.[kind]));
    }
    expect(of(day, 'failed', 'builds')).toBe(share(shown?.['failures']));
  });

  it.each([
    ['in the demo', store],
    ['where re-runs were canceled', filled],
  ])('are the next attempts of each cause that passed: %s', (_, { db }) => {
    const counted = asked(reportCounts['flaky']?.[0], db).map((row) =>
      say(row['cause'], row['failed'], of(row, 'passed', 'run_again')),
    );
    const { rows } = sectionOf(flakyReport(readHistory(db)), 'reruns');
    const shown = rows.map((row) => {
      const passed = share(row['passed']);
      return say(row['cause'], row['failed'], passed === '–' ? '0/0' : passed);
    });
    expect(counted.toSorted()).toEqual(shown.toSorted());
  });

  it('are one count of next attempts in `causes` and in `flaky`, canceled ones left out', () => {
    const history = readHistory(filled.db);
    const inCauses = new Map(
      sectionOf(causesReport(history, patterns.set, filled.db), 'causes').rows.map((row) => [
        row['cause'],
        share(row['rerun_passed']),
      ]),
    );
    const { rows } = sectionOf(flakyReport(history), 'reruns');
    const canceled = history.jobs().filter((job) => job.canceled && job.attempt === 2);
    expect(canceled.length).toBeGreaterThan(0);
    expect(rows.length).toBeGreaterThan(0);
    for (const { cause, passed } of rows) {
      expect(inCauses.get(cause), String(cause)).toBe(share(passed));
    }
  });

  it('are the victims and culprits, and the builds at risk', () => {
    const counted = countsOf('collisions').map((row) => say(row['job_id'], row['culprit_job_id']));
    const shown = rowsOf('collisions', 'victims').map((row) => say(row['victim'], row['culprit']));
    expect(counted.toSorted()).toEqual(shown.toSorted());
    const risk = countsOf('collisions', 1).map((row) =>
      say(row['machine'], of(row, 'at_risk', 'builds')),
    );
    expect(risk).toEqual(
      rowsOf('collisions', 'risk').map((row) => say(row['machine'], row['foreign'])),
    );
  });
});
