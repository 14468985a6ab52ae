/** How this GitHub answers lists where its documentation is silent: windows, marks, versions, and logs that are too old. */
import { z } from 'zod';

import { plural } from '../../model/plural.ts';
import type { GithubClient } from './client.ts';
import { GithubFailure } from './failure.ts';
import type { Finding } from './finding.ts';
import { listJobs, second, type RepositoryName } from './lists.ts';

const route = 'GET /repos/{owner}/{repo}/actions/runs';
const runsSchema = z.object({
  total_count: z.int(),
  workflow_runs: z.array(
    z.object({ id: z.int(), run_attempt: z.int().optional(), created_at: z.string() }),
  ),
});
const day = 24 * 3_600_000;
/** Where a filtered list is documented to end. */
const filteredPages = 10;

/** Which version of the API answers, and whether it tells of limits. @throws GithubFailure */
export async function probeHeaders(client: GithubClient, name: RepositoryName): Promise<Finding[]> {
  const { headers } = await client.json(route, { ...name, per_page: 1 }, runsSchema);
  const version = headers['x-github-api-version-selected'];
  const limited = headers['x-ratelimit-limit'] !== undefined;
  return [
    {
      state: 'note',
      text:
        `API version: ${version === undefined ? 'not told' : `${version} selected`}; ` +
        `limits are ${limited ? '' : 'not '}told with each answer`,
    },
    ...['deprecation', 'sunset'].flatMap((header): Finding[] =>
      headers[header] === undefined
        ? []
        : [{ state: 'bad', text: `API version: ${header} ${headers[header]}` }],
    ),
  ];
}

/** What a list filtered by time counts, and what comes beyond its end. @throws GithubFailure */
export async function probeWindows(client: GithubClient, name: RepositoryName): Promise<Finding[]> {
  const now = client.gate.now().getTime();
  const created = `2008-01-01T00:00:00Z..${second(now)}`;
  const first = await client.json(route, { ...name, created, per_page: 1, page: 1 }, runsSchema);
  const runs = first.data.total_count;
  const count = `windows: ${plural(runs, 'run')} ${runs === 1 ? 'was' : 'were'} counted since 2008`;
  if (runs <= filteredPages * 100) {
    return [{ state: 'note', text: `${count}, too few to see where a filtered list ends` }];
  }
  const beyond = { ...name, created, per_page: 100, page: filteredPages + 1 };
  const said = await outcomeOf(async () => {
    const { data } = await client.json(route, beyond, runsSchema);
    return plural(data.workflow_runs.length, 'row');
  });
  return [{ state: 'note', text: `${count}; page ${filteredPages + 1} of 100 gives ${said}` }];
}

/** Whether the mark of a window that is over stays the same, so that asking again is free. @throws GithubFailure */
export async function probeMarks(client: GithubClient, name: RepositoryName): Promise<Finding> {
  const end = client.gate.now().getTime() - 2 * day;
  const params = { ...name, created: `${second(end - day)}..${second(end)}`, per_page: 100 };
  const { headers } = await client.json(route, params, runsSchema);
  const etag = headers['etag'];
  if (etag === undefined) return { state: 'note', text: 'marks: lists have none' };
  const again = await client.jsonUnless(String(etag), route, params, runsSchema);
  return {
    state: 'note',
    text:
      again === null
        ? 'marks: a window that is over is answered with 304 the second time'
        : 'marks: a window that is over changes from one answer to the next',
  };
}

/** How the log of a run from before the longest default retention is answered. @throws GithubFailure */
export async function probeExpired(client: GithubClient, name: RepositoryName): Promise<Finding> {
  const before = client.gate.now().getTime() - 100 * day;
  const created = `2008-01-01T00:00:00Z..${second(before)}`;
  const { data } = await client.json(route, { ...name, created, per_page: 1 }, runsSchema);
  const run = data.workflow_runs[0];
  if (run === undefined) return { state: 'note', text: 'old logs: no run is older than 100 days' };
  const { jobs } = await listJobs(client, name, run.id, run.run_attempt ?? 1);
  const job = jobs[0];
  const about = `old logs: of a run of ${run.created_at.slice(0, 10)}`;
  if (job === undefined) return { state: 'note', text: `${about} no job is listed any more` };
  const said = await outcomeOf(async () => {
    await client.logAddress(name.owner, name.repo, job.jobId);
    return 'an address';
  });
  return { state: 'note', text: `${about} a job's log is answered with ${said}` };
}

/** The answer, or the status of what came instead. */
async function outcomeOf(ask: () => Promise<string>): Promise<string> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof GithubFailure) || error.status === null) throw error;
    return error.message.includes('HTTP') ? error.message : `HTTP ${error.status}`;
  }
}
