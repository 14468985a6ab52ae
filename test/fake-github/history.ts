/** What a fake GitHub knows: repositories with runs, attempts, jobs and logs, made up or read from a folder. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';

import { z } from 'zod';

export type Json = Record<string, unknown>;

export interface FakeJob {
  readonly id: number;
  /** GitHub's entry as far as it matters; the fake adds the rest. */
  readonly row: Json;
  /** The log, read when it is asked for; null where the storage has none. */
  log: (() => Buffer) | null;
}

export interface FakeAttempt {
  readonly startedAt: string;
  status: string;
  conclusion: string | null;
  updatedAt: string;
  jobs: FakeJob[];
}

export interface FakeRun {
  readonly id: number;
  readonly row: Json;
  readonly createdAt: string;
  /** The first attempt first. */
  readonly attempts: FakeAttempt[];
}

export interface FakeRepository {
  readonly id: number;
  fullName: string;
  runs: FakeRun[];
}

const jobRow = z.looseObject({ id: z.number(), run_id: z.number(), run_attempt: z.number() });
const runRow = z.looseObject({
  id: z.number(),
  run_attempt: z.number(),
  created_at: z.string(),
  run_started_at: z.string(),
  updated_at: z.string(),
  status: z.string(),
  conclusion: z.string().nullable(),
  repository: z.looseObject({ full_name: z.string() }),
});

/** The histories in folders with jobs.json, runs.json and logs/ (like data/demo/shop), as one. */
export function historyIn(...folders: readonly string[]): FakeRepository[] {
  const repositories = new Map<string, FakeRepository>();
  for (const folder of folders) addHistory(repositories, folder);
  return [...repositories.values()];
}

function addHistory(repositories: Map<string, FakeRepository>, folder: string): void {
  const read = (name: string): unknown => JSON.parse(readFileSync(path.join(folder, name), 'utf8'));
  const { jobs } = z.object({ jobs: z.array(jobRow) }).parse(read('jobs.json'));
  const { workflow_runs: rows } = z
    .object({ workflow_runs: z.array(runRow) })
    .parse(read('runs.json'));
  const runs = new Map<number, FakeRun>();
  for (const row of rows.toSorted((a, b) => a.run_attempt - b.run_attempt)) {
    const name = row.repository.full_name;
    const repository = repositories.get(name) ?? {
      id: 900 + repositories.size,
      fullName: name,
      runs: [],
    };
    repositories.set(name, repository);
    const run = runs.get(row.id) ?? { id: row.id, row, createdAt: row.created_at, attempts: [] };
    if (!runs.has(row.id)) repository.runs.push(run);
    runs.set(row.id, run);
    run.attempts[row.run_attempt - 1] = {
      startedAt: row.run_started_at,
      status: row.status,
      conclusion: row.conclusion,
      updatedAt: row.updated_at,
      jobs: jobs
        .filter((job) => job.run_id === row.id && job.run_attempt === row.run_attempt)
        .map((job) => ({ id: job.id, row: job, log: logIn(folder, job.id) })),
    };
  }
}

function logIn(folder: string, id: number): (() => Buffer) | null {
  const file = path.join(folder, 'logs', `${id}.log`);
  if (existsSync(file)) return () => readFileSync(file);
  return existsSync(`${file}.gz`) ? () => gunzipSync(readFileSync(`${file}.gz`)) : null;
}

/** The latest moment in a history, for the fake's clock to begin after it. */
export function endOf(repositories: readonly FakeRepository[]): number {
  const times = repositories.flatMap(({ runs }) =>
    runs.flatMap(({ attempts }) => attempts.map(({ updatedAt }) => Date.parse(updatedAt))),
  );
  return times.reduce((latest, at) => Math.max(latest, at), 0);
}
