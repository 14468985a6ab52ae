/**
 * What a token may do, and how this GitHub behaves where its documentation is silent: the points that the
 * ingest allows for both ways. Costs a handful of calls.
 */
import { z } from 'zod';

import { plural } from '../../model/plural.ts';
import { toMillis } from '../../model/time.ts';
import type { GithubClient } from './client.ts';
import { GithubFailure } from './failure.ts';
import type { Finding } from './finding.ts';
import { listJobs, listRuns, type ListedRun, type RepositoryName } from './lists.ts';
import type { DownloadOptions } from './log-download.ts';
import { probeExpired, probeHeaders, probeMarks, probeWindows } from './probe-lists.ts';
import { refusalOf } from './server.ts';

const rateSchema = z.object({
  resources: z.object({ core: z.object({ limit: z.int(), remaining: z.int(), reset: z.int() }) }),
});

/** Whether the token is accepted, its scopes and its budget. @throws GithubFailure */
export async function readAccess(client: GithubClient): Promise<Finding[]> {
  try {
    const { data, headers } = await client.json('GET /rate_limit', {}, rateSchema);
    const { limit, remaining, reset } = data.resources.core;
    const scopes = headers['x-oauth-scopes'];
    const kind =
      scopes === undefined
        ? 'a fine-grained token or an app'
        : `a classic token with ${scopes === '' ? 'no scopes' : String(scopes)}`;
    const until = new Date(reset * 1000).toISOString().slice(11, 16);
    return [
      { state: 'good', text: `${client.server.api} answers; ${kind}` },
      {
        state: remaining > 0 ? 'good' : 'bad',
        text: `budget: ${remaining} of ${limit} calls until ${until} UTC`,
      },
    ];
  } catch (error) {
    // A GHES without limits does not know the path.
    if (!(error instanceof GithubFailure) || error.kind !== 'not-found') throw error;
    return [{ state: 'note', text: `${client.server.api} answers, and tells of no limit` }];
  }
}

/** Tries on one repository what the documentation leaves open. @throws GithubFailure */
export async function probe(
  client: GithubClient,
  name: RepositoryName,
  download: DownloadOptions,
): Promise<Finding[]> {
  const runs: ListedRun[] = [];
  let ordered = true;
  for await (const page of listRuns(client, name)) {
    runs.push(...page.runs);
    ordered &&= !page.disordered;
    break;
  }
  const findings: Finding[] = [
    { state: 'good', text: `${plural(runs.length, 'run')} on the first page` },
    {
      state: ordered ? 'good' : 'bad',
      text: `order of the list: ${ordered ? 'newest first' : 'not newest first'}`,
    },
  ];
  const again = runs.find(({ run }) => run.attempt > 1);
  if (again === undefined)
    findings.push({ state: 'note', text: 're-runs: none on the first page' });
  else findings.push(await probeAttempts(client, name, again));
  const done = runs.find(({ run }) => run.status === 'completed' && run.conclusion !== 'skipped');
  findings.push(
    ...(await probeHeaders(client, name)),
    ...(await probeWindows(client, name)),
    await probeMarks(client, name),
  );
  if (done === undefined) findings.push({ state: 'note', text: 'logs: no finished run to try' });
  else findings.push(...(await probeLog(client, name, done, download)));
  return [...findings, await probeExpired(client, name)];
}

async function probeAttempts(
  client: GithubClient,
  name: RepositoryName,
  { run }: ListedRun,
): Promise<Finding> {
  const [before, after] = [
    await listJobs(client, name, run.runId, 1),
    await listJobs(client, name, run.runId, run.attempt),
  ];
  const started = run.startedAt ?? '';
  const copies = after.jobs.filter(
    ({ completedAt }) => completedAt !== null && completedAt <= started,
  ).length;
  return {
    state: 'note',
    text: `re-runs: jobs of attempt 1: ${before.jobs.length}; of attempt ${run.attempt}: ${after.jobs.length}, copies among them: ${copies}`,
  };
}

async function probeLog(
  client: GithubClient,
  name: RepositoryName,
  { run }: ListedRun,
  download: DownloadOptions,
): Promise<Finding[]> {
  const { jobs } = await listJobs(client, name, run.runId, run.attempt);
  const job = jobs.find(({ conclusion }) => conclusion === 'success' || conclusion === 'failure');
  if (job === undefined) return [{ state: 'note', text: 'logs: no finished job to try' }];
  const address = await client.logAddress(name.owner, name.repo, job.jobId);
  const refusal = refusalOf(address, download.server);
  if (refusal !== null)
    return [{ state: 'bad', text: `logs: ${refusal}; name it with --log-host` }];
  const whole = await ask(address, download, {});
  const etag = whole.headers.get('etag');
  const told = [
    'content-length',
    'etag',
    'content-md5',
    'x-ms-blob-type',
    'x-ms-blob-sealed',
  ].filter((header) => whole.headers.has(header));
  const part = await ask(address, download, {
    range: 'bytes=10-',
    ...(etag === null ? {} : { 'if-match': etag }),
  });
  const ended = job.completedAt === null ? null : toMillis(job.completedAt);
  const minutes =
    ended === null ? null : Math.round((client.gate.now().getTime() - ended) / 60_000);
  return [
    {
      state: 'note',
      // Whether a log is final when its job is, only a second look can tell.
      text:
        `logs: that of job ${job.jobId}, which ended ${minutes === null ? 'nobody knows when' : `${plural(minutes, 'minute')} ago`}, has ` +
        `${whole.headers.get('content-length') ?? 'unknown'} bytes, mark ${etag ?? 'none'}; probe again later to see whether it still grows`,
    },
    {
      state: whole.status === 200 ? 'good' : 'bad',
      text: `logs: HTTP ${whole.status} from ${address.host}, with ${told.join(', ')}`,
    },
    {
      state: part.status === 206 ? 'good' : 'note',
      text: `logs: a part is answered with HTTP ${part.status}${part.status === 206 ? ', so cuts can be resumed' : ''}`,
    },
  ];
}

async function ask(
  address: URL,
  { fetch, signal, userAgent }: DownloadOptions,
  headers: Readonly<Record<string, string>>,
): Promise<Response> {
  const response = await fetch(address, {
    redirect: 'error',
    signal,
    headers: { 'accept-encoding': 'identity', 'user-agent': userAgent, ...headers },
  });
  await response.body?.cancel();
  return response;
}
