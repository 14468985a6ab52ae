/** The reports of a store, made as the command makes them. */
import type { Proportion } from '../../src/analysis/proportion.ts';
import { reports } from '../../src/reports/catalog.ts';
import { readHistory } from '../../src/reports/history.ts';
import type { Cell, Report, Section } from '../../src/reports/report.ts';
import type { Store } from '../../src/store/store.ts';
import { patterns } from './demo-history.ts';

/** All reports of the catalogue, by name. */
export function allReports({ db }: Store): Map<string, Report> {
  const input = { history: readHistory(db), patterns: patterns.set, db };
  return new Map(Object.entries(reports).map(([name, { make }]) => [name, make(input)]));
}

/** One section of one report; a test that asks for one that is not there fails. */
export function sectionOf(report: Report | undefined, id: string): Section {
  const section = report?.sections.find((candidate) => candidate.id === id);
  if (section === undefined) throw new Error(`there is no section ${id}`);
  return section;
}

export function isProportion(cell: Cell | undefined): cell is Proportion {
  return typeof cell === 'object' && cell !== null;
}

/** The shares in one column of a section, each of which must be one. */
export function sharesIn({ rows }: Section, key: string): Proportion[] {
  return rows.map((row) => {
    const cell = row[key];
    if (!isProportion(cell)) throw new Error(`${key} is not a share`);
    return cell;
  });
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
