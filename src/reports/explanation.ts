/** What a report's words mean, and what it asks the database: for `--explain`. */
import { conventions } from '../analysis/conventions.ts';
import { collisionsQuery } from '../store/collisions.ts';
import { historyQuery } from '../store/history-rows.ts';
import { reportCounts } from '../store/report-counts.ts';
import { rollUpQueries } from '../store/roll-ups.ts';
import type { Db } from '../store/store.ts';
import { viewSql } from '../store/views.ts';
import type { ReportEntry } from './catalog.ts';

export interface Explanation {
  readonly definitions: readonly string[];
  /** What the report counts, then the statements that it runs, and the view that they name. */
  readonly sql: readonly string[];
}

/** What holds for all reports. */
export const common = [
  'Build: a job attempt that ran a build with BuildKit. Its time at risk is from the start of its first build to the end of its last; where the log has no times, the job’s.',
  'Failure: the job failed and the cause is the verdict of its log; a line that was seen but was not the reason does not count.',
  'First attempts only are cases and denominators of rates in versions, concurrency, hosts and trend: re-runs exist because something failed. They count as load on others. Canceled builds count as time without a failure.',
  'Engine: the Docker daemon’s own id, else the machine; a hosted runner is a machine of its own. Builds without one are in no comparison of load.',
  'Proportions: Wilson 95 % intervals.',
  `Conventions, fixed beforehand: age bands from ${conventions.ageBands.join(', ')} minutes; incidents are failures on one engine within ${conventions.incidentGap} minute of each other, or of one proven origin; at least ${conventions.fewestFailures} independent failures before causes are compared; versions below ${conventions.smallestShare * 100} % of the minutes are one level.`,
];

/** Jobs are read by the page; this is all of them in one. */
const allJobs = historyQuery('jobs')
  .replace('$host', "''")
  .replace('$id', '0')
  .replace('LIMIT $most', 'LIMIT -1');

/** `name` is the report's in the catalogue. Every statement runs by itself. */
export function explain(name: string, entry: ReportEntry, db: Db): Explanation {
  return {
    definitions: [...common, ...entry.definitions],
    sql: [
      ...(reportCounts[name] ?? []),
      ...Object.values(rollUpQueries).map((sql, index) =>
        index === 0 ? `/* what reports read: sums that each ingest makes */\n${sql}` : sql,
      ),
      `/* what those are made of: all jobs */\n${allJobs}`,
      `/* what happened between jobs */\n${collisionsQuery}`,
      `/* the view job_overview */\n${viewSql(db, 'job_overview').replace(/^CREATE VIEW \w+ AS\s+/, '')}`,
    ],
  };
}
