/** What stands behind a verdict on a version: the comparison ever closer, and version and load side by side. */
import type { Association } from '../analysis/association.ts';
import { isVersion } from '../analysis/study.ts';
import { pooledAgainst, type Rung } from '../analysis/ladder.ts';
import { rate, type Rated } from '../analysis/rates.ts';
import { effectText } from '../analysis/sentences.ts';
import { compareVersions } from '../model/version.ts';
import { groupBy } from './history.ts';
import type { Section } from './report.ts';
import type { Component } from './study.ts';

export interface ComponentStudy {
  readonly component: Component;
  readonly cause: string;
  readonly found: Association;
}

/** One row for each rung of each version that stands out; empty where none does. */
export function ladderSection(studies: readonly ComponentStudy[]): Section {
  return {
    id: 'ladder',
    title: 'Versions that stand out, compared ever closer',
    columns: [
      { key: 'cause', title: 'cause', kind: 'text' },
      { key: 'component', title: 'component', kind: 'text' },
      { key: 'version', title: 'version', kind: 'id' },
      { key: 'rung', title: 'compared', kind: 'text' },
      { key: 'ratio', title: 'ratio to all others (95 %)', kind: 'id' },
      { key: 'kept', title: 'information left', kind: 'id' },
    ],
    rows: studies.flatMap(({ component, cause, found }) => {
      const { ladder } = found;
      if (ladder === null) return [];
      const common = { cause, component: component.title, version: ladder.version };
      const byHand = pooledAgainst(ladder.version, found.basis.study);
      return [
        { ...common, rung: 'same job, age and load', ...rungCells(ladder.withinJobs) },
        { ...common, rung: '… and the same weeks', ...rungCells(ladder.withinWeeks) },
        { ...common, rung: '… or the same hosts', ...rungCells(ladder.withinHosts) },
        {
          ...common,
          rung: 'the first, by Mantel and Haenszel',
          ratio: effectText(byHand),
          kept: null,
        },
      ];
    }),
    note:
      'How to read: if it is the version that matters, its ratio stays up when only builds of the same weeks, or of the same hosts, are ' +
      'compared. Where little information is left, that comparison says little. The last row is the same question without a model.',
  };
}

function rungCells({ estimate, kept }: Rung): { ratio: string; kept: string } {
  return {
    ratio: estimate === null ? 'no comparison possible' : effectText(estimate),
    kept: `${Math.round(Math.min(1, kept) * 100)} %`,
  };
}

function ratedOf(cells: readonly { readonly failures: number; readonly minutes: number }[]): Rated {
  return {
    failures: cells.reduce((sum, { failures }) => sum + failures, 0),
    exposure: cells.reduce((sum, { minutes }) => sum + minutes, 0),
  };
}

/** Version by load: alone and beside others, per minute. */
export function crossSection(studies: readonly ComponentStudy[]): Section {
  return {
    id: 'cross',
    title: 'BuildKit version and load side by side',
    columns: [
      { key: 'cause', title: 'cause', kind: 'text' },
      { key: 'version', title: 'version', kind: 'id' },
      { key: 'alone', title: 'alone: failures/minutes, rate', kind: 'id' },
      { key: 'shared', title: 'beside others: the same', kind: 'id' },
    ],
    rows: studies.flatMap(({ cause, found: { basis } }) =>
      [...groupBy(basis.cells, ({ version }) => version)]
        .toSorted(
          ([a], [b]) => Number(isVersion(b)) - Number(isVersion(a)) || compareVersions(a, b),
        )
        .map(([version, cells]) => ({
          cause,
          version,
          alone: crossText(ratedOf(cells.filter(({ others }) => others === 0))),
          shared: crossText(ratedOf(cells.filter(({ others }) => others > 0))),
        })),
    ),
    note:
      'How to read: 2/40 50 (6.1–181) is 2 failures in 40 minutes, 50 in 1,000 minutes, and the range that chance leaves (95 %). Compare rows within a column to judge the version, and columns within a row to judge the load. If the rows ' +
      'differ only because one version ran beside others more often, the columns show it.',
  };
}

function crossText(rated: Rated): string {
  if (rated.exposure === 0) return '–';
  const own = rate(rated);
  const [low, middle, high] = [own.low, own.rate, own.high].map(perThousand);
  const minutes = rated.exposure < 10 ? rated.exposure.toPrecision(2) : rated.exposure.toFixed(0);
  return `${rated.failures}/${minutes}  ${middle} (${low}–${high})`;
}

/** `0.28`, `570`: two digits are all that such a rate is worth. */
export function perThousand(perMinute: number): string {
  const value = perMinute * 1000;
  return value >= 100 ? value.toFixed(0) : value.toPrecision(2);
}
