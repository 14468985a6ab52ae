/** The bundled history of real builds with known causes, whole and in parts, for tests that want the real thing. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { z } from 'zod';

import { demoFolder, demoStore } from '../../src/cli/commands/demo.ts';
import type { IngestReporter } from '../../src/cli/commands/ingest-files.ts';
import { loadCheckedPatterns } from '../../src/cli/load-patterns.ts';
import type { CompiledPatterns } from '../../src/matching/compiled-patterns.ts';
import type { Store } from '../../src/store/store.ts';

/** The shipped patterns, loaded once for each test file. */
export const patterns: CompiledPatterns = loadCheckedPatterns().patterns;

/** A reporter for tests to which only the outcome matters; the clock stands still. */
export const silent: IngestReporter = {
  now: () => '2026-11-24T00:00:00.000Z',
  progress: () => {},
  warn: () => {},
};

/** The whole demo in a store in memory; the caller closes it. */
export async function wholeDemo(): Promise<Store> {
  return (await demoStore(patterns, silent)).store;
}

const entries = z.array(z.looseObject({ id: z.number(), run_id: z.number().optional() }));
const jobsAnswer = z.object({ jobs: entries });
const runsAnswer = z.object({ workflow_runs: entries });

/** Some jobs of one history: where their logs are, and GitHub's answers cut down to them. */
export interface PartOfDemo {
  readonly logs: readonly string[];
  readonly jobs: string;
  readonly runs: string;
}

/** Up to `count` jobs of `history`, those in `wanted` first, then the others in the order of their ids. */
export function partOfDemo(
  history: 'shop' | 'billing',
  count: number,
  wanted: readonly number[],
): PartOfDemo {
  const folder = path.join(demoFolder, history);
  const read = (name: string): unknown => JSON.parse(readFileSync(path.join(folder, name), 'utf8'));
  const all = jobsAnswer.parse(read('jobs.json')).jobs;
  const others = all.filter(({ id }) => !wanted.includes(id));
  const jobs = [...all.filter(({ id }) => wanted.includes(id)), ...others].slice(0, count);
  const ids = new Set(jobs.map(({ run_id: run }) => run));
  const runs = runsAnswer.parse(read('runs.json')).workflow_runs.filter(({ id }) => ids.has(id));
  return {
    logs: jobs.map(({ id }) => demoLog(history, id)),
    jobs: JSON.stringify({ total_count: jobs.length, jobs }),
    runs: JSON.stringify({ total_count: runs.length, workflow_runs: runs }),
  };
}

/** The path of one job's log. */
export function demoLog(history: 'shop' | 'billing', jobId: number): string {
  return path.join(demoFolder, history, 'logs', `${jobId}.log.gz`);
}

/** All logs of a history. */
export function demoLogs(history: 'shop' | 'billing'): string[] {
  const logs = path.join(demoFolder, history, 'logs');
  return readdirSync(logs).map((name) => path.join(logs, name));
}
