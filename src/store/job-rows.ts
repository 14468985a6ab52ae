/** A job, its log and its verdict as rows of the tables, so that those of many jobs are written together. */
import type { Job, JobKey } from '../model/job.ts';
import type { JobScan } from '../model/scan.ts';
import type { Verdict } from '../model/verdict.ts';
import type { ReadLog } from './judged-job.ts';

export type Row = readonly unknown[];

export const jobColumns = [
  'host',
  'job_id',
  'repository',
  'run_id',
  'attempt',
  'workflow',
  'name',
  'head_branch',
  'head_sha',
  'status',
  'conclusion',
  'started_at',
  'completed_at',
  'runner_name',
  'runner_group',
  'labels',
  'url',
] as const;

export function jobRow(job: Job): Row {
  return [
    job.host,
    job.jobId,
    job.repository,
    job.runId,
    job.attempt,
    job.workflow,
    job.name,
    job.headBranch,
    job.headSha,
    job.status,
    job.conclusion,
    job.startedAt,
    job.completedAt,
    job.runnerName,
    job.runnerGroup,
    JSON.stringify(job.labels),
    job.url,
  ];
}

export function stepRows({ host, jobId, steps }: Job): Row[] {
  return steps.map(({ number, name, status, conclusion, startedAt, completedAt }) => [
    host,
    jobId,
    number,
    name,
    status,
    conclusion,
    startedAt,
    completedAt,
  ]);
}

export const logColumns = [
  'host',
  'job_id',
  'source',
  'sha256',
  'bytes',
  'lines',
  'first_at',
  'last_at',
  'ended',
  'machine',
  'engine_id',
  'builder_used',
  'builder_used_seen',
  'driver',
  'foreign_builder',
  'pointer_reset',
] as const;

export function logRow({ host, jobId }: JobKey, log: ReadLog): Row {
  const { source, sha256, scan, machine } = log;
  const { builders } = scan;
  return [
    host,
    jobId,
    source,
    sha256,
    scan.bytes,
    scan.lines,
    scan.firstAt,
    scan.lastAt,
    Number(scan.ended),
    machine.name,
    machine.engineId,
    builders.used,
    Number(builders.usedSeen),
    builders.driver,
    Number(builders.foreign),
    Number(builders.pointerReset),
  ];
}

/** What a scan found, by the tables that keep it. */
export const scanRows: Readonly<Record<string, (job: JobKey, scan: JobScan) => Row[]>> = {
  builds: ({ host, jobId }, { builds }) =>
    builds
      .filter(({ auxiliary }) => !auxiliary)
      .map(({ line, step, startedAt, endedAt, builder, driver, error }) => {
        const end = [error?.line ?? null, error?.at ?? null, error?.text ?? null];
        return [host, jobId, line, step, startedAt, endedAt, builder, driver, ...end];
      }),
  facts: ({ host, jobId }, { facts }) =>
    facts.map(({ name, line, value }) => [host, jobId, name, line, value]),
  builder_events: ({ host, jobId }, { builderEvents }) =>
    builderEvents.map(({ line, event, name, at, driver, explicit, buildkit, text }) => {
      const builder = [name, at, driver, Number(explicit), buildkit];
      return [host, jobId, line, event, ...builder, text];
    }),
  occurrences: ({ host, jobId }, { occurrences }) =>
    occurrences.map((seen) => [
      host,
      jobId,
      seen.line,
      seen.signature,
      seen.offset,
      seen.at,
      seen.position,
      seen.step,
      seen.build,
      seen.vertex,
      seen.text,
      JSON.stringify(seen.captures),
      Number(seen.healed),
      Number(seen.repeats),
    ]),
};

/** What the job's own log says; the conclusion is the same until neighbours prove more. */
export function verdictRow({ host, jobId }: JobKey, verdict: Verdict, patterns: string): Row {
  const { status, cause, blame, confidence, reason, evidence, primaryError, template } = verdict;
  const root = evidence[0] ?? primaryError;
  const conclusion = [status, cause, blame, confidence, reason];
  return [
    host,
    jobId,
    ...conclusion,
    ...conclusion,
    JSON.stringify(evidence),
    primaryError === null ? null : JSON.stringify(primaryError),
    template?.fingerprint ?? null,
    template?.text ?? null,
    root?.at ?? null,
    root?.line ?? null,
    patterns,
  ];
}
