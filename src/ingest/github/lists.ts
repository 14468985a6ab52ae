/**
 * GitHub's lists, page by page. Runs are listed without filters, newest first: filtered lists come from a
 * search index that may lag, and end at 1,000. Where the unfiltered list ends (about 40,000), windows of
 * `created` go on, halved until they fit.
 */
import { z } from 'zod';

import type { Job, Run } from '../../model/job.ts';
import { plural } from '../../model/plural.ts';
import type { Instant } from '../../model/time.ts';
import { jobSchema, runSchema, toJob, toRun } from '../answers.ts';
import type { GithubClient } from './client.ts';
import { GithubFailure } from './failure.ts';
import { pagesOf, type KnownPage } from './pages.ts';

export interface RepositoryName {
  readonly owner: string;
  readonly repo: string;
}

export interface ListedRun {
  readonly run: Run;
  readonly repositoryId: number | null;
  /** The file of the workflow, without the ref. */
  readonly path: string | null;
}

export interface RunPage {
  readonly runs: readonly ListedRun[];
  /** The runs are not in the order that the list promises. */
  readonly disordered: boolean;
  /** The page is still the one that was known; its runs are not repeated. */
  readonly unchanged: boolean;
  readonly hasNext: boolean;
  /** Null also for a page that has not changed. */
  readonly etag: string | null;
}

/** From here on a filtered list is not to be trusted to be whole. */
const filterCap = 1000;

const runList = z.object({ total_count: z.int(), workflow_runs: z.array(z.unknown()) });
const jobList = z.object({ total_count: z.int(), jobs: z.array(z.unknown()) });
const repositoryList = z.array(
  z.object({ id: z.int(), full_name: z.string(), disabled: z.boolean().nullish() }),
);

/**
 * All runs of a repository, newest first. A first page that is still the one of `known` comes empty, and
 * takes nothing from the limit. @throws GithubFailure of kind `too-deep` where the list ends early
 */
export async function* listRuns(
  client: GithubClient,
  name: RepositoryName,
  known: KnownPage | null = null,
): AsyncGenerator<RunPage> {
  let newest: Instant | null = null;
  for await (const { rows, unchanged, hasNext, etag } of pagesOf(
    client,
    'GET /repos/{owner}/{repo}/actions/runs',
    { ...name, exclude_pull_requests: true },
    runList,
    ({ workflow_runs: all }) => all,
    known,
  )) {
    const runs = rows.flatMap((row) => readRun(client, name, row));
    let disordered = false;
    for (const { run } of runs) {
      if (newest !== null && run.createdAt !== null && run.createdAt > newest) disordered = true;
      newest = run.createdAt ?? newest;
    }
    yield { runs, disordered, unchanged, hasNext, etag };
  }
}

export interface Window {
  /** Both ends are inside; whole seconds. */
  readonly from: Instant;
  readonly to: Instant;
}

/** Runs created in a window. `incomplete` is told of seconds that hold more runs than a list shows. */
export async function* listWindow(
  client: GithubClient,
  name: RepositoryName,
  window: Window,
  incomplete: (window: Window) => void,
): AsyncGenerator<RunPage> {
  const params = { ...name, exclude_pull_requests: true, created: `${window.from}..${window.to}` };
  let isFirst = true;
  const pages = pagesOf(
    client,
    'GET /repos/{owner}/{repo}/actions/runs',
    params,
    runList,
    ({ workflow_runs: all }) => all,
  );
  for await (const { rows, hasNext, total } of pages) {
    if (isFirst && total >= filterCap) {
      const halves = halve(window);
      if (halves !== null) {
        for (const half of halves) yield* listWindow(client, name, half, incomplete);
        return;
      }
      incomplete(window);
    }
    isFirst = false;
    const runs = rows.flatMap((row) => readRun(client, name, row));
    yield { runs, disordered: false, unchanged: false, hasNext, etag: null };
  }
}

/** The newer half first; null for a single second. */
function halve({ from, to }: Window): [Window, Window] | null {
  const [start, end] = [Date.parse(from), Date.parse(to)];
  if (end <= start) return null;
  const middle = start + Math.floor((end - start) / 2000) * 1000;
  return [
    { from: second(middle + 1000), to },
    { from, to: second(middle) },
  ];
}

/** A moment in the form that GitHub's search understands. */
export function second(milliseconds: number): Instant {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

/** One run as it is now, or one of its attempts. @throws GithubFailure */
export async function readRunNow(
  client: GithubClient,
  name: RepositoryName,
  runId: number,
  attempt: number | null = null,
): Promise<ListedRun | null> {
  const route =
    attempt === null
      ? 'GET /repos/{owner}/{repo}/actions/runs/{run_id}'
      : 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt}';
  const params = {
    ...name,
    run_id: runId,
    ...(attempt === null ? {} : { attempt }),
    exclude_pull_requests: true,
  };
  const { data } = await client.json(route, params, z.unknown());
  return readRun(client, name, data)[0] ?? null;
}

export interface JobList {
  readonly jobs: readonly Job[];
  /** Why the list is not to be taken as final; null when it is. */
  readonly flaw: string | null;
}

/** All jobs of one attempt. @throws GithubFailure */
export async function listJobs(
  client: GithubClient,
  name: RepositoryName,
  runId: number,
  attempt: number,
): Promise<JobList> {
  const route = 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt}/jobs';
  const jobs = new Map<number, Job>();
  let announced = 0;
  let unread = 0;
  for await (const { rows, total } of pagesOf(
    client,
    route,
    { ...name, run_id: runId, attempt },
    jobList,
    ({ jobs: all }) => all,
  )) {
    announced = total;
    for (const row of rows) {
      const read = jobSchema.safeParse(row);
      if (read.success) {
        const job = toJob(read.data, {
          host: client.server.host,
          repository: `${name.owner}/${name.repo}`,
        });
        jobs.set(job.jobId, { ...job, runId, attempt });
      } else unread++;
    }
  }
  return { jobs: [...jobs.values()], flaw: flawOf([...jobs.values()], announced, unread) };
}

function flawOf(jobs: readonly Job[], announced: number, unread: number): string | null {
  if (unread > 0) return `${plural(unread, 'entry', 'entries')} of the list of jobs told of none`;
  if (jobs.length !== announced) return `${plural(jobs.length, 'job')} came of ${announced}`;
  const unfinished = jobs.filter(
    ({ status, completedAt }) => status !== 'completed' || completedAt === null,
  );
  return unfinished.length === 0
    ? null
    : `${plural(unfinished.length, 'job')} ${unfinished.length === 1 ? 'has' : 'have'} not ended although the attempt has`;
}

/** The repositories of an organization that the token may see. @throws GithubFailure */
export async function listRepositories(client: GithubClient, org: string): Promise<string[]> {
  const names: string[] = [];
  const pages = pagesOf(
    client,
    'GET /orgs/{org}/repos',
    { org, type: 'all', sort: 'full_name' },
    repositoryList,
    (all) => all,
  );
  for await (const { rows } of pages) {
    for (const { full_name: name, disabled } of rows) if (disabled !== true) names.push(name);
  }
  return names;
}

/** The name that a repository has now, by its number; null when it is gone. @throws GithubFailure */
export async function repositoryName(client: GithubClient, id: number): Promise<string | null> {
  try {
    const { data } = await client.json(
      'GET /repositories/{id}',
      { id },
      z.object({ full_name: z.string() }),
    );
    return data.full_name;
  } catch (error) {
    if (error instanceof GithubFailure && error.kind === 'not-found') return null;
    throw error;
  }
}

function readRun(client: GithubClient, { owner, repo }: RepositoryName, row: unknown): ListedRun[] {
  const read = runSchema.safeParse(row);
  if (!read.success)
    throw new GithubFailure(
      'unexpected',
      200,
      `an entry of the list of runs is none: ${read.error.issues[0]?.message ?? ''}`,
    );
  const run = toRun(read.data, { host: client.server.host, repository: `${owner}/${repo}` });
  if (typeof run === 'string') return [];
  const path = read.data.path?.split('@')[0] ?? null;
  return [{ run, repositoryId: read.data.repository?.id ?? null, path }];
}
