/**
 * Logs as tests. A log of logs/red holds the verdict expected of it: `#= verdict` in its head, and
 * `#=ROOT=# ` before the line that proves it. A log of logs/green must stay silent: no cause, and no
 * sighting that is not healed. `npm run bless` writes what is concluded now; the diff shows the shift.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';

import { beforeAll, describe, expect, test } from 'vitest';

import { loadCheckedPatterns } from '../src/cli/load-patterns.ts';
import type { CompiledPatterns } from '../src/matching/compiled-patterns.ts';
import { JobScanner } from '../src/matching/job-scanner.ts';
import { decide } from '../src/matching/verdict.ts';
import type { JobScan } from '../src/model/scan.ts';
import type { Verdict } from '../src/model/verdict.ts';

const folder = path.join(import.meta.dirname, 'logs');
const demo = path.join(import.meta.dirname, '../data/demo');
const bless = process.env['UPDATE_LOGS'] === '1';
const rootMark = '#=ROOT=# ';
const headMark = '#= ';

let patterns: CompiledPatterns;
beforeAll(() => {
  ({ patterns } = loadCheckedPatterns());
});

describe('a failing log has the verdict that is marked in it', () => {
  test.each(filesIn('red'))('%s', (file) => {
    const marked = readFileSync(path.join(folder, 'red', file), 'utf8');
    const { source, lines } = unmark(marked);
    const { verdict } = read(lines);
    const now = mark(source, lines, verdict);
    if (bless) writeFileSync(path.join(folder, 'red', file), now);
    else expect(now).toBe(marked);
  });
});

test('a log that was cut has the cause of the whole log', () => {
  for (const file of filesIn('red')) {
    const { source, lines } = unmark(readFileSync(path.join(folder, 'red', file), 'utf8'));
    const [, history = '', job = ''] = /source: (\w+) (\d+), cut/.exec(source) ?? [];
    const whole = gunzipSync(readFileSync(path.join(demo, history, 'logs', `${job}.log.gz`)));
    const expected = read(whole.toString('utf8').split('\n')).verdict;
    expect(read(lines).verdict.cause, file).toBe(expected.cause);
  }
});

describe('a green log stays silent', () => {
  test.each(filesIn('green'))('%s', (file) => {
    const { lines } = unmark(readFileSync(path.join(folder, 'green', file), 'utf8'));
    const { verdict, scan } = read(lines);
    expect(verdict).toMatchObject({ status: 'passed', cause: null });
    expect(
      scan.occurrences.filter(({ healed, position }) => !healed && position !== 'post'),
    ).toEqual([]);
  });
});

function filesIn(kind: 'red' | 'green'): string[] {
  return readdirSync(path.join(folder, kind)).filter((name) => name.endsWith('.log'));
}

/** The head says where the log is from; the rest is the log itself, whose line numbers it keeps. */
function unmark(text: string): { source: string; lines: string[] } {
  const all = text.split('\n');
  const head = all.filter((line) => line.startsWith(headMark));
  const source = head.find((line) => line.startsWith(`${headMark}source: `)) ?? '';
  const lines = all
    .filter((line) => !line.startsWith(headMark))
    .map((line) => (line.startsWith(rootMark) ? line.slice(rootMark.length) : line));
  return { source, lines };
}

function mark(source: string, lines: readonly string[], verdict: Verdict): string {
  const { status, cause, confidence } = verdict;
  const said = cause === null ? status : `${status} ${cause} (${confidence})`;
  const root = (verdict.evidence[0] ?? verdict.primaryError)?.line;
  const signature = verdict.evidence[0]?.signature ?? 'none';
  return [
    source,
    `${headMark}verdict: ${said}, by ${signature}`,
    ...lines.map((line, index) => (index + 1 === root ? rootMark + line : line)),
  ].join('\n');
}

function read(lines: readonly string[]): { scan: JobScan; verdict: Verdict } {
  const scanner = new JobScanner(patterns);
  lines.forEach((text, index) => {
    if (index === lines.length - 1 && text === '') return;
    scanner.push({ number: index + 1, offset: 0, text, clipped: false, ended: true });
  });
  const scan = scanner.finish();
  return { scan, verdict: decide(scan, patterns) };
}
