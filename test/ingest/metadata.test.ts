/** GitHub's saved answers, in every form in which people save them; what is no entry is named and skipped. */
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { readJobs, readRuns } from '../../src/ingest/files/metadata.ts';
import type { Job, Run } from '../../src/model/job.ts';
import { tempFile, tempFolder } from '../support/temp-folder.ts';

const first = {
  id: 101,
  run_id: 7,
  run_attempt: 2,
  run_url: 'https://api.github.com/repos/acme/shop/actions/runs/7',
  html_url: 'https://github.com/acme/shop/actions/runs/7/job/101',
  workflow_name: 'ci',
  name: 'build (web)',
  head_branch: 'main',
  head_sha: 'c0ffee',
  status: 'completed',
  conclusion: 'failure',
  started_at: '2026-11-23T12:00:00Z',
  completed_at: '2026-11-23T12:01:00Z',
  runner_name: 'ci-1-runner-1',
  runner_group_name: 'Default',
  labels: ['self-hosted', 'linux'],
  steps: [{ number: 1, name: 'Set up job', status: 'completed', conclusion: 'success' }],
  a_field_of_next_year: { anything: true },
};
const second = { id: 102, name: 'build (api)', html_url: 'https://github.com/acme/shop/x' };

const idsIn = async (text: string): Promise<number[]> => {
  const { items, problems } = await readJobs(tempFile('jobs.json', text));
  expect(problems).toEqual([]);
  return items.map(({ jobId }) => jobId);
};
const page = (...jobs: object[]): object => ({ total_count: 2, jobs });

describe('the list of jobs', () => {
  it.each([
    ["GitHub's answer as it is", JSON.stringify(page(first, second))],
    ['the same, indented', JSON.stringify(page(first, second), null, 2)],
    ['a bare array', JSON.stringify([first, second])],
    [
      'an array of answers (gh api --paginate --slurp)',
      JSON.stringify([page(first), page(second)]),
    ],
    ['one entry a line', `${JSON.stringify(first)}\n${JSON.stringify(second)}\n`],
    ['one answer a line', `${JSON.stringify(page(first))}\n\n${JSON.stringify(page(second))}\n`],
    ['one answer a line, with carriage returns', `${JSON.stringify(page(first, second))}\r\n`],
    ['a byte order mark before it', `\uFEFF${JSON.stringify(page(first, second))}`],
    ['answers one after the other', JSON.stringify(page(first)) + JSON.stringify(page(second))],
    [
      'indented answers one after the other',
      `${JSON.stringify(page(first), null, 2)}\n${JSON.stringify(page(second), null, 2)}\n`,
    ],
  ])('is understood as %s', async (_, text) => {
    expect(await idsIn(text)).toEqual([101, 102]);
  });

  it('is understood as a single job', async () => {
    expect(await idsIn(JSON.stringify(first, null, 2))).toEqual([101]);
  });

  it('may be empty', async () => {
    expect(await idsIn(JSON.stringify(page()))).toEqual([]);
    expect(await idsIn('[]')).toEqual([]);
  });

  it('gives every field that is used, and null for what it does not say', async () => {
    const { items } = await readJobs(tempFile('jobs.json', JSON.stringify([first, second])));
    const expected: Job[] = [
      {
        host: 'github.com',
        jobId: 101,
        repository: 'acme/shop',
        runId: 7,
        attempt: 2,
        workflow: 'ci',
        name: 'build (web)',
        headBranch: 'main',
        headSha: 'c0ffee',
        status: 'completed',
        conclusion: 'failure',
        startedAt: '2026-11-23T12:00:00Z',
        completedAt: '2026-11-23T12:01:00Z',
        runnerName: 'ci-1-runner-1',
        runnerGroup: 'Default',
        labels: ['self-hosted', 'linux'],
        url: 'https://github.com/acme/shop/actions/runs/7/job/101',
        steps: [
          {
            number: 1,
            name: 'Set up job',
            status: 'completed',
            conclusion: 'success',
            startedAt: null,
            completedAt: null,
          },
        ],
      },
      {
        host: 'github.com',
        jobId: 102,
        repository: 'acme/shop',
        runId: null,
        attempt: null,
        workflow: null,
        name: 'build (api)',
        headBranch: null,
        headSha: null,
        status: null,
        conclusion: null,
        startedAt: null,
        completedAt: null,
        runnerName: null,
        runnerGroup: null,
        labels: [],
        url: 'https://github.com/acme/shop/x',
        steps: [],
      },
    ];
    expect(items).toEqual(expected);
  });

  it('takes a conclusion that GitHub invents next year for none', async () => {
    const { items } = await readJobs(
      tempFile('jobs.json', JSON.stringify([{ ...first, conclusion: 'vaporised' }])),
    );
    expect(items).toMatchObject([{ conclusion: null, status: 'completed' }]);
  });
});

describe('where a job belongs', () => {
  it.each([
    ['https://github.com/acme/shop/actions/runs/7/job/1', null, 'github.com', 'acme/shop'],
    [null, 'https://api.github.com/repos/acme/shop/actions/runs/7', 'github.com', 'acme/shop'],
    ['https://ghe.acme.com/acme/shop/actions/runs/7/job/1', null, 'ghe.acme.com', 'acme/shop'],
    [
      null,
      'https://ghe.acme.com/api/v3/repos/acme/shop/actions/runs/7',
      'ghe.acme.com',
      'acme/shop',
    ],
    [null, 'https://api.acme.ghe.com/repos/acme/shop/actions/runs/7', 'acme.ghe.com', 'acme/shop'],
    [null, null, 'github.com', null],
  ])('is told by page %s or API %s', async (htmlUrl, runUrl, host, repository) => {
    const job = { id: 1, html_url: htmlUrl, run_url: runUrl };
    const { items } = await readJobs(tempFile('jobs.json', JSON.stringify([job])));
    expect(items).toMatchObject([{ host, repository }]);
  });
});

describe('an entry that is none', () => {
  it.each([
    [
      'in an answer',
      JSON.stringify(page(first, { id: 'x' }, second)),
      /^jobs\[1\]: `id`: .+; skipped$/,
    ],
    [
      'in an array',
      JSON.stringify([first, { name: 'no id' }, second]),
      /^entry 2: `id`: .+; skipped$/,
    ],
    [
      'on a line',
      `${JSON.stringify(first)}\n{"id":-4}\n${JSON.stringify(second)}`,
      /^line 2: `id`: /,
    ],
    ['that is no object', JSON.stringify([first, 17, second]), /^entry 2: .+; skipped$/],
    [
      'with a bad step',
      JSON.stringify([first, { ...first, id: 9, steps: [{ number: 1 }] }, second]),
      /^entry 2: `steps\.0\.name`: /,
    ],
    [
      'that is not even JSON',
      `${JSON.stringify(first)}\n{"id":5,\n${JSON.stringify(second)}`,
      /^line 2 is not JSON; skipped$/,
    ],
  ])('%s is named by its place and skipped; the others count', async (_, text, message) => {
    const file = tempFile('jobs.json', text);
    const { items, problems } = await readJobs(file);
    expect(items.map(({ jobId }) => jobId)).toEqual([101, 102]);
    expect(problems).toEqual([{ source: file, message: expect.stringMatching(message) }]);
  });
});

describe('a file that is no list of jobs', () => {
  it('because it is missing', async () => {
    const file = path.join(tempFolder(), 'missing.json');
    const { items, problems } = await readJobs(file);
    expect(items).toEqual([]);
    expect(problems).toMatchObject([{ source: file, message: 'no such file' }]);
  });

  it('because it is a folder', async () => {
    const { problems } = await readJobs(tempFolder());
    expect(problems).toMatchObject([{ message: 'is a folder' }]);
  });

  it('because it answers another question', async () => {
    const { items, problems } = await readJobs(tempFile('jobs.json', '{"message":"Not Found"}'));
    expect(items).toEqual([]);
    expect(problems).toMatchObject([{ message: expect.stringContaining('has no `jobs`') }]);
  });

  it.each(['"text"', '17', 'null'])('because it is only %s', async (text) => {
    const { items, problems } = await readJobs(tempFile('jobs.json', text));
    expect(items).toEqual([]);
    expect(problems).toHaveLength(1);
  });
});

describe('the list of runs', () => {
  const run = {
    id: 7,
    run_attempt: 2,
    name: 'ci',
    event: 'push',
    head_branch: 'main',
    head_sha: 'c0ffee',
    status: 'completed',
    conclusion: 'failure',
    html_url: 'https://ghe.acme.com/acme/shop/actions/runs/7',
    created_at: '2026-11-23T12:00:00Z',
    run_started_at: '2026-11-23T12:00:01Z',
    updated_at: '2026-11-23T12:01:00Z',
    repository: { full_name: 'acme/shop' },
  };

  it('gives one entry for each attempt', async () => {
    const runs = [run, { ...run, run_attempt: 3 }];
    const text = JSON.stringify({ total_count: 2, workflow_runs: runs });
    const { items, problems } = await readRuns(tempFile('runs.json', text));
    const expected: Run = {
      host: 'ghe.acme.com',
      repository: 'acme/shop',
      runId: 7,
      attempt: 2,
      workflow: 'ci',
      event: 'push',
      headBranch: 'main',
      headSha: 'c0ffee',
      status: 'completed',
      conclusion: 'failure',
      createdAt: '2026-11-23T12:00:00Z',
      startedAt: '2026-11-23T12:00:01Z',
      updatedAt: '2026-11-23T12:01:00Z',
    };
    expect(problems).toEqual([]);
    expect(items).toEqual([expected, { ...expected, attempt: 3 }]);
  });

  it('takes the repository from the address where it is not named', async () => {
    const { items } = await readRuns(
      tempFile('runs.json', JSON.stringify([{ ...run, repository: undefined }])),
    );
    expect(items).toMatchObject([{ repository: 'acme/shop' }]);
  });

  it('skips a run that names no repository at all', async () => {
    const file = tempFile('runs.json', JSON.stringify([{ id: 7, run_attempt: 1 }]));
    expect(await readRuns(file)).toEqual({
      items: [],
      problems: [{ source: file, message: 'entry 1: names no repository; skipped' }],
    });
  });
});
