/** All reports, by the name that is typed. A new report is a file beside this one and a line in here. */
import type { PatternSet } from '../model/pattern.ts';
import type { Db } from '../store/store.ts';
import { causesReport } from './causes.ts';
import { collisionsReport } from './collisions.ts';
import { concurrencyReport } from './concurrency.ts';
import type { History } from './history.ts';
import type { Report } from './report.ts';
import { summaryReport } from './summary.ts';
import { unexplainedReport } from './unexplained.ts';
import { versionsReport } from './versions.ts';

export interface ReportInput {
  readonly history: History;
  readonly patterns: PatternSet;
  readonly db: Db;
}

export interface ReportEntry {
  readonly summary: string;
  readonly make: (input: ReportInput) => Report;
}

export const reports: Readonly<Record<string, ReportEntry>> = {
  summary: {
    summary: 'one screen: causes, collisions, risk, and what is not to blame',
    make: ({ history, patterns, db }) => summaryReport(history, patterns.causes, db),
  },
  causes: {
    summary: 'why jobs failed, and how often the next attempt passed',
    make: ({ history, patterns, db }) => causesReport(history, patterns, db),
  },
  versions: {
    summary: 'failures by BuildKit, Buildx, Docker Engine and runner version',
    make: ({ history }) => versionsReport(history),
  },
  concurrency: {
    summary: 'failures by load on the host and by whose builder was used',
    make: ({ history }) => concurrencyReport(history),
  },
  collisions: {
    summary: 'which job removed whose builder; the risk on each host',
    make: ({ history }) => collisionsReport(history),
  },
  unexplained: {
    summary: 'failures that no signature knows, grouped by the line they died with',
    make: ({ history, patterns, db }) => unexplainedReport(history, patterns, db),
  },
};
