/** What the store knows already of jobs that are to be written: of many at once, since asking is what costs. */
import { z } from 'zod';

import { nameOf, type Claim, type Job, type JobKey, type JobStep } from '../model/job.ts';
import { prepared } from './prepared.ts';
import type { Db } from './store.ts';

/** The condition for rows of the jobs in a `keyList`; they are looked up in the order in which they are kept. */
export const amongKeys = '(host, job_id) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))';

export function keyList(keys: readonly JobKey[]): string {
  return JSON.stringify(keys.map(({ host, jobId }) => [host, jobId]));
}

/** A job's row; its steps have a table of their own. */
type StoredJob = Omit<Job, 'labels' | 'steps'> & { readonly labels: string };

/** What is known of jobs from the API, by their names; those that the store has never heard of are missing. */
export function readKnownJobs(db: Db, keys: readonly JobKey[]): Map<string, Job> {
  const list = keyList(keys);
  const rows = prepared<[string], StoredJob>(
    db,
    `SELECT host, job_id AS jobId, repository, run_id AS runId, attempt, workflow, name,
       head_branch AS headBranch, head_sha AS headSha, status, conclusion, started_at AS startedAt,
       completed_at AS completedAt, runner_name AS runnerName, runner_group AS runnerGroup, labels, url
     FROM jobs WHERE ${amongKeys}`,
  ).all(list);
  if (rows.length === 0) return new Map();
  const jobs = new Map(
    rows.map((row) => {
      const labels = z.array(z.string()).parse(JSON.parse(row.labels));
      return [nameOf(row), { ...row, labels, steps: new Array<JobStep>() }];
    }),
  );
  const steps = prepared<[string], JobKey & JobStep>(
    db,
    `SELECT host, job_id AS jobId, number, name, status, conclusion, started_at AS startedAt,
       completed_at AS completedAt
     FROM steps WHERE ${amongKeys} ORDER BY host, job_id, number`,
  ).all(list);
  for (const { host, jobId, ...step } of steps) jobs.get(nameOf({ host, jobId }))?.steps.push(step);
  return jobs;
}

/** What is known of one job; null when the store has never heard of it. */
export function readJob(db: Db, key: JobKey): Job | null {
  return readKnownJobs(db, [key]).get(nameOf(key)) ?? null;
}

/** Where the stored logs of jobs were read from, by the jobs' names. */
export function readLogSources(db: Db, keys: readonly JobKey[]): Map<string, string> {
  const rows = prepared<[string], JobKey & { readonly source: string }>(
    db,
    `SELECT host, job_id AS jobId, source FROM logs WHERE ${amongKeys}`,
  ).all(keyList(keys));
  return new Map(rows.map((row) => [nameOf(row), row.source]));
}

/** A job that has a log, and where that was read. */
export interface LogOwner extends Claim {
  readonly sha256: string;
  readonly source: string;
}

/** The jobs that logs with these digests are stored under. */
export function readLogOwners(db: Db, digests: readonly string[]): LogOwner[] {
  return prepared<[string], LogOwner>(
    db,
    `SELECT l.sha256, l.source, l.host, l.job_id AS jobId, j.run_id AS runId
     FROM logs l JOIN jobs j USING (host, job_id)
     WHERE l.sha256 IN (SELECT value FROM json_each(?))`,
  ).all(JSON.stringify(digests));
}
