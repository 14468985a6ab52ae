/** The fake's answers, whole as GitHub's are, and held against GitHub's own description before they are sent. */
import { readFileSync } from 'node:fs';

import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import { z } from 'zod';

import type { FakeAttempt, FakeJob, FakeRepository, FakeRun, Json } from './history.ts';

const site = 'https://github.com';
const api = 'https://api.github.com';

/** A run as a list shows it: its newest attempt, or the one that is asked for. */
export function runAnswer(
  repository: FakeRepository,
  run: FakeRun,
  number = run.attempts.length,
): Json {
  const attempt = run.attempts[number - 1];
  const base = `${api}/repos/${repository.fullName}/actions/runs/${run.id}`;
  return {
    node_id: `WFR_${run.id}`,
    name: 'ci',
    head_branch: 'main',
    head_sha: '318c1b624e438a8cef99b3f1a6214a3c5f1179d2',
    run_number: run.id % 100_000,
    display_title: 'Build',
    event: 'push',
    path: '.github/workflows/ci.yml',
    workflow_id: 7_310_021,
    pull_requests: [],
    ...run.row,
    id: run.id,
    run_attempt: number,
    status: attempt?.status ?? 'queued',
    conclusion: attempt?.conclusion ?? null,
    created_at: run.createdAt,
    run_started_at: attempt?.startedAt ?? run.createdAt,
    updated_at: attempt?.updatedAt ?? run.createdAt,
    url: base,
    html_url: `${site}/${repository.fullName}/actions/runs/${run.id}`,
    jobs_url: `${base}/jobs`,
    logs_url: `${base}/logs`,
    check_suite_url: `${api}/repos/${repository.fullName}/check-suites/1`,
    artifacts_url: `${base}/artifacts`,
    cancel_url: `${base}/cancel`,
    rerun_url: `${base}/rerun`,
    workflow_url: `${api}/repos/${repository.fullName}/actions/workflows/7310021`,
    head_commit: null,
    actor: user('dev-bot'),
    triggering_actor: user('dev-bot'),
    repository: repositoryAnswer(repository),
    head_repository: repositoryAnswer(repository),
  };
}

export function jobAnswer(
  repository: FakeRepository,
  run: FakeRun,
  attempt: FakeAttempt,
  job: FakeJob,
): Json {
  const base = `${api}/repos/${repository.fullName}`;
  return {
    node_id: `CR_${job.id}`,
    name: 'build',
    workflow_name: 'ci',
    head_branch: 'main',
    head_sha: '318c1b624e438a8cef99b3f1a6214a3c5f1179d2',
    status: 'completed',
    conclusion: 'success',
    created_at: attempt.startedAt,
    labels: ['self-hosted'],
    runner_id: 21,
    runner_name: 'ci-1-runner-1',
    runner_group_id: 1,
    runner_group_name: 'Default',
    steps: [],
    ...job.row,
    id: job.id,
    run_id: run.id,
    run_attempt: run.attempts.indexOf(attempt) + 1,
    run_url: `${base}/actions/runs/${run.id}`,
    url: `${base}/actions/jobs/${job.id}`,
    html_url: `${site}/${repository.fullName}/actions/runs/${run.id}/job/${job.id}`,
    check_run_url: `${base}/check-runs/${job.id}`,
  };
}

/** A repository in short, with all the addresses that belong to one. */
export function repositoryAnswer({ id, fullName }: FakeRepository): Json {
  const [owner = '', name = ''] = fullName.split('/');
  const base = `${api}/repos/${fullName}`;
  const urls = Object.fromEntries(urlNames.map((key) => [key, `${base}/${key}`]));
  const html = `${site}/${fullName}`;
  return {
    ...urls,
    id,
    node_id: `R_${id}`,
    name,
    full_name: fullName,
    owner: user(owner),
    private: true,
    fork: false,
    description: null,
    url: base,
    html_url: html,
    disabled: false,
    archived: false,
  };
}

const urlNames =
  'archive assignees blobs branches collaborators comments commits compare contents contributors deployments downloads events forks git_commits git_refs git_tags hooks issue_comment issue_events issues keys labels languages merges milestones notifications pulls releases stargazers statuses subscribers subscription tags teams trees'
    .split(' ')
    .map((name) => `${name}_url`);

function user(login: string): Json {
  const base = `${api}/users/${login}`;
  const names =
    'events followers following gists organizations received_events repos starred subscriptions'.split(
      ' ',
    );
  const urls = Object.fromEntries(names.map((name) => [`${name}_url`, `${base}/${name}`]));
  return {
    ...urls,
    login,
    id: 4411,
    node_id: 'U_4411',
    avatar_url: `${site}/a.png`,
    gravatar_id: '',
    url: base,
    html_url: `${site}/${login}`,
    type: 'User',
    site_admin: false,
  };
}

const documentSchema = z.object({
  source: z.string(),
  paths: z.record(z.string(), z.unknown()),
  components: z.unknown(),
});

/** GitHub's description of its answers: an extract of `source` (see the file). */
export class Description {
  readonly #checks: { readonly path: RegExp; readonly check: ValidateFunction }[] = [];

  constructor() {
    const text = readFileSync(new URL('openapi-subset.json', import.meta.url), 'utf8');
    const { paths, components } = documentSchema.parse(JSON.parse(text, loosened));
    const ajv = new Ajv({ strict: false, allErrors: false });
    formats.default(ajv);
    for (const name of ['int64', 'timestamp', 'repo.nwo']) ajv.addFormat(name, true);
    ajv.addSchema({ $id: 'github', components });
    for (const [path, schema] of Object.entries(paths)) {
      const absolute = JSON.parse(
        JSON.stringify(schema).replaceAll('"#/components', '"github#/components'),
      ) as Json;
      const pattern = path.replaceAll(/\{[^}]+\}/g, '[^/]+');
      this.#checks.push({ path: new RegExp(`^${pattern}$`), check: ajv.compile(absolute) });
    }
  }

  /** What is wrong with an answer; null when nothing is, or the path is not described. */
  flawOf(path: string, answer: unknown): string | null {
    const check = this.#checks.find((candidate) => candidate.path.test(path))?.check;
    if (check === undefined || check(answer)) return null;
    const error = check.errors?.[0];
    return `${path}: ${error?.instancePath ?? ''} ${error?.message ?? ''}`;
  }
}

/** GitHub's description is stricter than GitHub: real jobs have no conclusion, no start, and odd conclusions. */
function loosened(key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('nullable' in value && 'enum' in value && Array.isArray(value.enum)) {
    return { ...value, enum: [...(value.enum as unknown[]), null, 'startup_failure', 'stale'] };
  }
  return key === 'started_at' ? { ...value, nullable: true } : value;
}
