/** Which job a log file belongs to: by the id in its name, by the job's name, or by what the log says. */
import { createHash } from 'node:crypto';
import path from 'node:path';

import { contentHost, type Job, type JobKey } from '../../model/job.ts';
import type { JobScan } from '../../model/scan.ts';
import { secondsBetween } from '../../model/time.ts';

/** GitHub's clock and the runner's may differ a little. */
const clockSlack = 10;
const idInName = /(?:^|[^\d])(\d{6,15})\.(?:log|txt)(?:\.gz)?$/;

export class JobIndex {
  readonly #byId = new Map<number, Job>();
  readonly #byName = new Map<string, Job[]>();

  constructor(jobs: readonly Job[]) {
    for (const job of jobs) this.#byId.set(job.jobId, job);
    for (const job of this.#byId.values()) {
      const named = this.#byName.get(job.name ?? '') ?? [];
      named.push(job);
      this.#byName.set(job.name ?? '', named);
    }
  }

  /** Nobody saved any metadata. */
  get isEmpty(): boolean {
    return this.#byId.size === 0;
  }

  /** The job whose log this is, null when the metadata does not have it. */
  find(source: string, jobName: string | null, scan: JobScan): Job | null {
    const id = idIn(source);
    if (id !== null) return this.#byId.get(id) ?? null;
    const name = jobName ?? factOf(scan, 'job-name');
    const named = this.#byName.get(name ?? '') ?? [];
    const fitting = named.filter((job) => ranThen(job, scan));
    return fitting.length === 1 ? (fitting[0] ?? null) : null;
  }
}

/** The key of a log that no metadata knows. */
export function keyOf(source: string, sha256: string): JobKey {
  const jobId = idIn(source);
  if (jobId !== null) return { host: 'github.com', jobId };
  // A log without any identity gets its own from its content. 48 bits: far beyond any clash among the logs of one file, and an exact number in JavaScript.
  const digest = createHash('sha256').update(sha256).digest();
  return { host: contentHost, jobId: digest.readUIntBE(0, 6) };
}

function idIn(source: string): number | null {
  const name = path.basename(source);
  // A place inside an archive is named after a job, whose name may hold any number.
  const id = name.includes('!') ? undefined : idInName.exec(name)?.[1];
  return id === undefined ? null : Number(id);
}

function factOf(scan: JobScan, name: string): string | null {
  return scan.facts.find((fact) => fact.name === name)?.value ?? null;
}

function ranThen(job: Job, scan: JobScan): boolean {
  const { startedAt, completedAt } = job;
  const runner = factOf(scan, 'runner-name');
  if (runner !== null && job.runnerName !== null && runner !== job.runnerName) return false;
  if (startedAt === null || scan.firstAt === null) return true;
  if (secondsBetween(startedAt, scan.firstAt) < -clockSlack) return false;
  return completedAt === null || secondsBetween(scan.firstAt, completedAt) > -clockSlack;
}
