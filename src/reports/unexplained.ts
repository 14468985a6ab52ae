/** What no signature knows yet: the lines that failed jobs died with, newest first. */
import type { Db } from '../store/store.ts';
import { readVerdicts } from '../store/read-jobs.ts';
import type { History } from './history.ts';
import type { Report } from './report.ts';

export function unexplainedReport(history: History, db: Db): Report {
  const errors = new Map(
    readVerdicts(db).map((verdict) => [`${verdict.host}/${verdict.job_id}`, verdict.primaryError]),
  );
  const open = history.jobs.filter((job) => job.failed && job.status !== 'explained');
  return {
    id: 'unexplained',
    title: 'Failures that nothing explains',
    scope: history.scope,
    findings: [],
    sections: [
      {
        id: 'jobs',
        title: `${open.length} of ${history.scope.failed} failed jobs`,
        columns: [
          { key: 'job_id', title: 'job', kind: 'id' },
          { key: 'job', title: '', kind: 'text' },
          { key: 'status', title: 'status', kind: 'text' },
          { key: 'started_at', title: 'started', kind: 'instant' },
          { key: 'machine', title: 'host', kind: 'text' },
          { key: 'line', title: 'line', kind: 'count' },
          { key: 'error', title: 'the line it died with', kind: 'text' },
        ],
        rows: open
          .toSorted((a, b) => ((a.started_at ?? '') > (b.started_at ?? '') ? -1 : 1))
          .map((job) => {
            const error = errors.get(`${job.host}/${job.job_id}`);
            return {
              job_id: String(job.job_id),
              job: job.job,
              status: job.status,
              started_at: job.started_at,
              machine: job.machine,
              line: error?.line ?? null,
              error: error?.text ?? job.reason,
            };
          }),
        note: null,
      },
    ],
  };
}
