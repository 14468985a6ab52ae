/** The jobs that shared a host and a time with a job. */
import { hostedMachine } from '../model/host.ts';
import { readOverview, type JobOverview } from '../store/read-jobs.ts';
import type { Db } from '../store/store.ts';

const most = 12;

export function machineNeighbours(db: Db, job: JobOverview): JobOverview[] {
  const { machine, started_at: start, completed_at: end } = job;
  if (machine === null || machine === hostedMachine || start === null || end === null) return [];
  return readOverview(db)
    .filter(
      (other) =>
        other.machine === machine &&
        !(other.host === job.host && other.job_id === job.job_id) &&
        other.started_at !== null &&
        other.completed_at !== null &&
        other.started_at < end &&
        other.completed_at > start,
    )
    .toSorted((a, b) => ((a.started_at ?? '') < (b.started_at ?? '') ? -1 : 1))
    .slice(0, most);
}
