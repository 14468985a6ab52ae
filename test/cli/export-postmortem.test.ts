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
    expect(page).toMatch(/<desc [^>]+>On ci-host-01, .+ removed builder .+<\/desc>/);
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
    expect(stdout).toContain(`"job_id":${victim}`);
  });

  it('has a bug report with versions, rates and examples that names no host', () => {
    const bug = read('upstream-bug.md');
    expect(bug).toContain('v0.18.2 | 11-23');
    expect(bug.match(/### Example \d: BuildKit v/g)).toHaveLength(2);
    expect(bug).toContain('graceful_stop');
    expect(bug).not.toMatch(/ci-host|acme|runner-\d+\b(?!\/_work)/);
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
    expect(anonymous(text, names)).toBe(
      '<runner>: pushing <host>:5000/shop/web from <host> by <redacted> to <address>, moby/buildkit:v0.18.2, docker.io/library/node',
    );
  });
});
