/**
 * GitHub's JSON of jobs and run attempts, read leniently, as values of the model: one reader for saved
 * files and for the live API.
 */
import { z } from 'zod';

import type { Conclusion, Job, Run } from '../model/job.ts';
import { redact } from '../model/redaction.ts';

const optional = z.string().nullish();
/** Words that people chose, or a matrix made up of values: the one place where metadata comes in is where secrets stay out. */
const words = z.string().transform((text) => redact(text));
const optionalWords = words.nullish();
const conclusion = z
  .string()
  .nullish()
  .transform((value): Conclusion => conclusions.find((known) => known === value) ?? null);
const conclusions = [
  'success',
  'failure',
  'cancelled',
  'skipped',
  'timed_out',
  'neutral',
  'action_required',
  'stale',
  'startup_failure',
] as const;

/** One entry of `list jobs for a workflow run`. Only what is used; GitHub adds fields at any time. */
export const jobSchema = z.object({
  id: z.int().positive(),
  run_id: z.int().positive().nullish(),
  run_attempt: z.int().positive().nullish(),
  run_url: optional,
  html_url: optional,
  workflow_name: optionalWords,
  name: optionalWords,
  head_branch: optionalWords,
  head_sha: optional,
  status: optional,
  conclusion,
  started_at: optional,
  completed_at: optional,
  runner_name: optionalWords,
  runner_group_name: optionalWords,
  labels: z.array(words).nullish(),
  steps: z
    .array(
      z.object({
        number: z.int(),
        name: words,
        status: optional,
        conclusion,
        started_at: optional,
        completed_at: optional,
      }),
    )
    .nullish(),
});

/** One entry of `list workflow runs`. */
export const runSchema = z.object({
  id: z.int().positive(),
  run_attempt: z.int().positive(),
  name: optionalWords,
  event: optional,
  head_branch: optionalWords,
  head_sha: optional,
  status: optional,
  conclusion,
  html_url: optional,
  created_at: optional,
  run_started_at: optional,
  updated_at: optional,
  path: optional,
  repository: z.object({ id: z.int().nullish(), full_name: z.string() }).nullish(),
});

/** Where an entry comes from; a saved file tells by its addresses, a live server is known. */
export interface Place {
  readonly host: string;
  readonly repository: string | null;
}

/** A job of the model. */
export function toJob(
  job: z.infer<typeof jobSchema>,
  { host, repository }: Place = placeOf(job.html_url ?? job.run_url ?? null),
): Job {
  return {
    host,
    jobId: job.id,
    repository,
    runId: job.run_id ?? null,
    attempt: job.run_attempt ?? null,
    workflow: job.workflow_name ?? null,
    name: job.name ?? null,
    headBranch: job.head_branch ?? null,
    headSha: job.head_sha ?? null,
    status: job.status ?? null,
    conclusion: job.conclusion,
    startedAt: job.started_at ?? null,
    completedAt: job.completed_at ?? null,
    runnerName: job.runner_name ?? null,
    runnerGroup: job.runner_group_name ?? null,
    labels: job.labels ?? [],
    url: job.html_url ?? null,
    steps: (job.steps ?? []).map((step) => ({
      number: step.number,
      name: step.name,
      status: step.status ?? null,
      conclusion: step.conclusion,
      startedAt: step.started_at ?? null,
      completedAt: step.completed_at ?? null,
    })),
  };
}

/** A run attempt of the model, or why it cannot be one. */
export function toRun(
  run: z.infer<typeof runSchema>,
  place: Place = placeOf(run.html_url ?? null),
): Run | string {
  const repository = run.repository?.full_name ?? place.repository;
  if (repository === null) return 'names no repository';
  return {
    host: place.host,
    repository,
    runId: run.id,
    attempt: run.run_attempt,
    workflow: run.name ?? null,
    event: run.event ?? null,
    headBranch: run.head_branch ?? null,
    headSha: run.head_sha ?? null,
    status: run.status ?? null,
    conclusion: run.conclusion,
    createdAt: run.created_at ?? null,
    startedAt: run.run_started_at ?? null,
    updatedAt: run.updated_at ?? null,
  };
}

/** `https://github.com/acme/shop/actions/…`, or the API's `https://api.github.com/repos/acme/shop/…`. */
function placeOf(url: string | null): Place {
  const [, host, path] = /^https?:\/\/([^/]+)\/(.*)$/.exec(url ?? '') ?? [];
  if (host === undefined || path === undefined) return { host: 'github.com', repository: null };
  const [owner, name] = path.replace(/^(?:api\/v3\/)?repos\//, '').split('/');
  return {
    host: host.replace(/^api\./, ''),
    repository: owner && name ? `${owner}/${name}` : null,
  };
}
