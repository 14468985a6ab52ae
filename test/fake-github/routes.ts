/** Which answer belongs to which path of the API. */
import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';

import { jobAnswer, repositoryAnswer, runAnswer } from './answers.ts';
import type { FakeGithub } from './fake.ts';
import type { FakeRepository } from './history.ts';

const largestPage = 100;
const notFound = { message: 'Not Found' };

/** Answers one request to the API; `url` is without what a GHES puts before its paths. */
export function answerApi(fake: FakeGithub, url: URL, response: ServerResponse): void {
  const path = url.pathname;
  const org = /^\/orgs\/([^/]+)\/repos$/.exec(path)?.[1];
  if (path === '/rate_limit') sendRateLimit(fake, response);
  else if (org !== undefined) {
    const own = fake.repositories.filter(({ fullName }) => fullName.startsWith(`${org}/`));
    if (own.length === 0) fake.send(response, 404, notFound);
    else sendList(fake, url, response, own.map(repositoryAnswer), null);
  } else answerRepository(fake, url, response);
}

/** The only thing that is asked for by POST: an hour's token for an app. */
export function answerPost(
  fake: FakeGithub,
  url: URL,
  authorization: string,
  response: ServerResponse,
): void {
  const isApp = /^bearer ey[\w-]+\.[\w-]+\.[\w-]+$/i.test(authorization);
  if (!isApp || !/^\/app\/installations\/\d+\/access_tokens$/.test(url.pathname)) {
    fake.send(response, isApp ? 404 : 401, isApp ? notFound : { message: 'Bad credentials' });
    return;
  }
  const token = `ghs_${randomBytes(18).toString('hex')}`;
  fake.tokens = [...(fake.tokens ?? []), token];
  const expires = new Date(Date.now() + 3_600_000).toISOString();
  fake.send(response, 201, { token, expires_at: expires, permissions: { actions: 'read' } });
}

function answerRepository(fake: FakeGithub, url: URL, response: ServerResponse): void {
  const [, id, inId = ''] = /^\/repositories\/(\d+)(.*)$/.exec(url.pathname) ?? [];
  const [, name, inName = ''] = /^\/repos\/([^/]+\/[^/]+)(.*)$/.exec(url.pathname) ?? [];
  const newName = name === undefined ? undefined : fake.renamed.get(name);
  if (newName !== undefined) {
    const moved = fake.repositories.find(({ fullName }) => fullName === newName);
    const location = `${fake.url}/repositories/${moved?.id ?? 0}${inName}${url.search}`;
    response.setHeader('location', location);
    fake.send(response, 301, { message: 'Moved Permanently' });
    return;
  }
  const repository = fake.repositories.find((candidate) =>
    id === undefined ? candidate.fullName === name : candidate.id === Number(id),
  );
  if (repository === undefined) fake.send(response, 404, notFound);
  else answerInside(fake, repository, id === undefined ? inName : inId, url, response);
}

function answerInside(
  fake: FakeGithub,
  repository: FakeRepository,
  path: string,
  url: URL,
  response: ServerResponse,
): void {
  const [, job, log] = /^\/actions\/jobs\/(\d+)(\/logs)?$/.exec(path) ?? [];
  if (path === '') fake.send(response, 200, repositoryAnswer(repository));
  else if (path === '/actions/runs') sendRuns(fake, repository, url, response);
  else if (job !== undefined) sendJob(fake, repository, Number(job), log !== undefined, response);
  else sendRun(fake, repository, path, url, response);
}

function sendRun(
  fake: FakeGithub,
  repository: FakeRepository,
  path: string,
  url: URL,
  response: ServerResponse,
): void {
  const [, id, attemptNumber, jobs] =
    /^\/actions\/runs\/(\d+)(?:\/attempts\/(\d+))?(\/jobs)?$/.exec(path) ?? [];
  const run = repository.runs.find((candidate) => candidate.id === Number(id));
  const number = Number(attemptNumber ?? run?.attempts.length);
  const attempt = run?.attempts[number - 1];
  if (run === undefined || attempt === undefined) fake.send(response, 404, notFound);
  else if (jobs === undefined) {
    fake.send(response, 200, runAnswer(repository, run, number), url.pathname);
  } else {
    const rows = attempt.jobs.map((job) => jobAnswer(repository, run, attempt, job));
    sendList(fake, url, response, rows, 'jobs');
  }
}

function sendRuns(
  fake: FakeGithub,
  repository: FakeRepository,
  url: URL,
  response: ServerResponse,
): void {
  const [, from = '', to = '~'] =
    /^(.+)\.\.(.+)$/.exec(url.searchParams.get('created') ?? '') ?? [];
  const { unfilteredCap, filteredCap, filteredLag, now } = fake.options;
  const isFiltered = from !== '';
  if (!isFiltered && Number(url.searchParams.get('page') ?? 1) * pageSize(url) > unfilteredCap) {
    const message =
      'In order to keep the API fast for everyone, pagination is limited for this resource.';
    fake.send(response, 422, { message });
    return;
  }
  const runs = repository.runs
    .filter(({ createdAt }) => createdAt >= from && createdAt <= to)
    .filter(
      ({ createdAt }) => !isFiltered || Date.parse(createdAt) <= now().getTime() - filteredLag,
    )
    .toSorted((a, b) => b.createdAt.localeCompare(a.createdAt) || b.id - a.id);
  const shown = isFiltered ? runs.slice(0, filteredCap) : runs;
  const rows = shown.map((run) => () => runAnswer(repository, run));
  // Above the cap the count is still told in full.
  sendList(fake, url, response, rows, 'workflow_runs', runs.length);
}

function sendJob(
  fake: FakeGithub,
  repository: FakeRepository,
  id: number,
  wantsLog: boolean,
  response: ServerResponse,
): void {
  const found = fake.jobIn(repository, id);
  if (found === null) fake.send(response, 404, notFound);
  else if (wantsLog) {
    response.statusCode = 302;
    response.setHeader('location', fake.addressOf(id));
    response.end();
  } else fake.send(response, 200, jobAnswer(repository, found.run, found.attempt, found.job));
}

function sendList(
  fake: FakeGithub,
  url: URL,
  response: ServerResponse,
  rows: readonly unknown[],
  member: string | null,
  total = rows.length,
): void {
  const size = pageSize(url);
  const page = Number(url.searchParams.get('page') ?? 1);
  const shown = rows
    .slice((page - 1) * size, page * size)
    .map((row): unknown => (typeof row === 'function' ? row() : row));
  if (page * size < rows.length) {
    const next = new URL(`${fake.url}${url.pathname}${url.search}`);
    next.searchParams.set('page', String(page + 1));
    response.setHeader('link', `<${next.href}>; rel="next"`);
  }
  const path = url.pathname.replace(/^\/repositories\/\d+/, '/repos/a/b');
  const body = member === null ? shown : { total_count: total, [member]: shown };
  fake.send(response, 200, body, path);
}

function sendRateLimit(fake: FakeGithub, response: ServerResponse): void {
  const limit = fake.options.limit ?? 0;
  const reset = Math.floor(fake.options.now().getTime() / 1000) + 3000;
  const rate = { limit, remaining: fake.remaining, used: limit - fake.remaining, reset };
  fake.send(response, 200, { resources: { core: rate, search: rate }, rate }, '/rate_limit');
}

function pageSize(url: URL): number {
  return Math.min(Number(url.searchParams.get('per_page') ?? 30), largestPage);
}
