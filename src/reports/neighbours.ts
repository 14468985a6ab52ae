/** The jobs that shared a host and a time with a job. */
import { hostedMachine } from '../model/host.ts';
import { readOnMachine, type JobOverview } from '../store/read-jobs.ts';
import type { Db } from '../store/store.ts';

const most = 12;

export function machineNeighbours(db: Db, job: JobOverview): JobOverview[] {
  const { machine, started_at: start, completed_at: end } = job;
  if (machine === null || machine === hostedMachine || start === null || end === null) return [];
  // One more than is shown, since the job itself is among them.
  return readOnMachine(db, machine, start, end, most + 1)
    .filter((other) => !(other.host === job.host && other.job_id === job.job_id))
    .slice(0, most);
}
