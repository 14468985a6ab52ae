/** `buildlog export postmortem`: one new folder that tells an incident by itself, and a bug report that names nobody. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { parse } from 'parse5';
import { beforeAll, describe, expect, it } from 'vitest';

import { anonymous } from '../../src/output/upstream-bug.ts';
import { buildlog, sharedFolder } from '../support/cli.ts';
import { readCsv } from '../support/read-csv.ts';

const folder = sharedFolder();
const db = path.join(folder, 'demo.db');
const out = path.join(folder, 'incident');
const [victim, otherVictim, culprit] = ['54811545687', '54811548111', '54811551312'];
const read = (name: string): string => readFileSync(path.join(out, name), 'utf8');
const postmortem = (place: string, ...selection: string[]): ReturnType<typeof buildlog> =>
  buildlog(['export', 'postmortem', place, ...selection, '--db', db]);

beforeAll(async () => {
  await buildlog(['demo', '--db', db]);
  const { code, stderr } = await postmortem(out, '--job', victim);
  if (code !== 0) throw new Error(stderr);
}, 60_000);

describe('a postmortem of one job', { timeout: 60_000 }, () => {
  it('holds the others that the same removal hit, the culprit, and what proves it', () => {
    expect(readdirSync(path.join(out, 'evidence')).toSorted()).toEqual(
      [victim, otherVictim, culprit].map((id) => `${id}.txt`),
    );
    expect(read(`evidence/${victim}.txt`)).toContain('graceful_stop');
    expect(read(`evidence/${culprit}.txt`)).toMatch(/removing builder-5194/);
  });

  it('has every file that its README names, and no other', () => {
    const named = [...read('README.md').matchAll(/^\| `([^`]+)` \|/gm)].map(
      ([, name = '']) => name,
    );
    const patterns = named.map(
      (name) =>
        new RegExp(`^${name.replaceAll('.', '\\.').replace('*', '[^/]+').replace('JOB', '\\d+')}$`),
    );
    const files = readdirSync(out, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(out, path.join(entry.parentPath, entry.name)));
    expect(
      files.filter((file) => file !== 'README.md' && !patterns.some((one) => one.test(file))),
    ).toEqual([]);
    for (const one of patterns) expect(files.some((file) => one.test(file))).toBe(true);
  });

  it('draws the removal, in a page that is valid HTML', () => {
    const page = read('report.html');
    const problems: string[] = [];
    parse(page, { onParseError: ({ code }) => problems.push(code) });
    expect(problems).toEqual([]);
    expect(page).toMatch(
      /<desc [^>]+>On ci-host-01, .+ began to remove builder-5194.+ died at .+ died at .+<\/desc>/,
    );
    expect(
      page.match(
        /<svg class="chart narrow" role="img" aria-labelledby="figure-section-affected-removal/g,
      ),
    ).toHaveLength(1);
  });

  it('has a summary that tells cause, culprit, what to do and each moment, in this order', () => {
    const summary = read('summary.md');
    expect(summary.match(/^# /gm)).toHaveLength(1);
    const told = [
      '2 jobs of 2 runs failed in acme/billing and acme/shop, on ci-host-01',
      'builder-removed-by-other-job, 2 of 2 jobs: Another job removed the builder of this build.',
      `(${culprit}) began to remove builder-5194`,
      '### What to do',
      'Name the builder in every job',
      '### 2 failed jobs',
      'graceful_stop',
      `### Removal 1: build (pricing) (${culprit}) removed the builder of`,
      'died, 10.3 s later',
      '## Failures by version',
    ];
    const places = told.map((words) => summary.indexOf(words));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(Math.min(...places)).toBeGreaterThan(0);
  });

  it('has tables of these jobs that a reader of CSV reads', () => {
    const [names = [], ...rows] = readCsv(read('tables/raw/jobs.csv'));
    const ids = rows.map((row) => row[names.indexOf('job_id')]);
    expect(new Set(ids)).toEqual(new Set([victim, otherVictim, culprit]));
    expect(rows).toHaveLength(3);
    const [, ...affected] = readCsv(read('tables/affected-jobs.csv'));
    expect(affected).toHaveLength(2);
  });

  it('asks SQL that the database answers with these jobs', async () => {
    const own = read('queries.sql').split(';')[0] ?? '';
    const { code, stdout } = await buildlog(['sql', '-', '--format', 'ndjson', '--db', db], {
      input: own,
    });
    expect(code).toBe(0);
    const asked = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { job_id: number });
    expect(asked.map(({ job_id: id }) => String(id))).toEqual([victim, otherVictim]);
  });

  it('has a bug report with versions, rates and examples that names no host', () => {
    const bug = read('upstream-bug.md');
    expect(bug).toContain('v0.18.2 | 11-23');
    expect(bug.match(/### Example \d: BuildKit v/g)).toHaveLength(2);
    expect(bug).toContain('graceful_stop');
    expect(
      bug.match(/Meanwhile in another job on that host:\n````text\n.+ buildx rm builder-5194/g),
    ).toHaveLength(2);
    expect(bug).not.toMatch(
      /ci-host|ci-build|acme|build \(|\/home\/runner|runner-\d+\b(?!\/_work)/,
    );
    expect(bug).not.toContain('Say in your words');
  });

  it('is not written over', async () => {
    const before = read('README.md');
    const { code, stderr } = await postmortem(out, '--job', culprit);
    expect(code).toBe(2);
    expect(stderr).toContain('is there already');
    expect(read('README.md')).toBe(before);
  });
});

describe('a postmortem of a window or a cause', { timeout: 60_000 }, () => {
  it('holds the failures that started in the window, with their causes', async () => {
    const place = path.join(folder, 'window');
    const { code } = await postmortem(place, '--window', '2026-11-23T22:23..2026-11-23T22:24');
    expect(code).toBe(0);
    const [names = [], ...rows] = readCsv(
      readFileSync(path.join(place, 'tables/affected-jobs.csv'), 'utf8'),
    );
    const starts = rows.map((row) => row[names.indexOf('started_at')] ?? '');
    expect(starts.length).toBeGreaterThan(2);
    for (const start of starts) expect(start).toMatch(/^2026-11-23T22:23/);
  });

  it('says of each cause by what it was compared, and of which by nothing', () => {
    const [names = [], ...rows] = readCsv(
      readFileSync(path.join(folder, 'window', 'tables', 'affected-causes.csv'), 'utf8'),
    );
    const by = new Map(
      rows.map((row) => [row[names.indexOf('cause')], row[names.indexOf('compared')]]),
    );
    expect(by.get('builder-removed-by-other-job')).toBe('versions, concurrency, hosts, trend');
    expect(by.get('registry-auth')).toBe('nothing');
    const summary = readFileSync(path.join(folder, 'window', 'summary.md'), 'utf8');
    expect(summary).toContain(
      'Compared by nothing: the cause is not among those with most failures',
    );
  });

  it('shows no table that is about other causes only', async () => {
    const place = path.join(folder, 'full');
    const { code } = await postmortem(place, '--cause', 'registry-auth');
    expect(code).toBe(0);
    const summary = readFileSync(path.join(place, 'summary.md'), 'utf8');
    expect(summary.match(/^## .*/gm)).toEqual([
      '## What happened',
      '## Red, then green on the same commit',
    ]);
    expect(summary).not.toContain('builder-removed-by-other-job');
  });

  it.each([
    [['--cause', 'no-such-cause'], 'no failed job'],
    [['--window', 'yesterday'], 'is not a time'],
    [[], 'a cause, a window or a job'],
    [['--cause', 'disk-full', '--job', '1'], 'a cause, a window or a job'],
  ])('%j is refused in words, and leaves nothing', async (selection, words) => {
    const place = path.join(folder, 'refused');
    const { code, stderr } = await postmortem(place, ...selection);
    expect(code).toBe(2);
    expect(stderr).toContain(words);
    expect(existsSync(place) || existsSync(`${place}.part`)).toBe(false);
  });
});

describe('what is sent upstream', () => {
  it('names no host, address, person or secret, and keeps what the makers need', () => {
    const names = new Map([
      ['ci-7', '<host>'],
      ['ci-7-runner-2', '<runner>'],
    ]);
    const text =
      'ci-7-runner-2: pushing registry.acme.test:5000/shop/web from ci-7 by ada@acme.test to 10.2.3.4, moby/buildkit:v0.18.2, docker.io/library/node';
    const short = new Map([
      ['go', '<owner>'],
      ['Shop', '<name>'],
    ]);
    expect(anonymous('go build: r.example:5000/go/shop failed, workshop.go', short)).toBe(
      'go build: <host>:5000/<owner>/<name> failed, workshop.go',
    );
    expect(anonymous('--config /home/ada/_work/x C:\\Users\\ada\\x', names)).toBe(
      '--config /home/<user>/_work/x C:\\Users\\<user>\\x',
    );
    expect(anonymous(text, names)).toBe(
      '<runner>: pushing <host>:5000/shop/web from <host> by <redacted> to <address>, moby/buildkit:v0.18.2, docker.io/library/node',
    );
  });
});
