/** Ingests from a fake GitHub inside the test, quickly; afterwards the token must be found nowhere. */
import { afterAll, expect, onTestFinished } from 'vitest';

import { IngestContext, type GithubRequest } from '../../src/cli/commands/ingest-github/context.ts';
import {
  ingestGithub,
  type GithubIngestResult,
} from '../../src/cli/commands/ingest-github/ingest.ts';
import { GithubClient } from '../../src/ingest/github/client.ts';
import type { Credential } from '../../src/ingest/github/credential.ts';
import { defaultPace, Gate, type Budget, type Pace } from '../../src/ingest/github/gate.ts';
import { serverAt } from '../../src/ingest/github/server.ts';
import { Store } from '../../src/store/store.ts';
import { canary, FakeGithub, type FakeOptions } from '../fake-github/fake.ts';
import type {
  FakeAttempt,
  FakeJob,
  FakeRepository,
  FakeRun,
  Json,
} from '../fake-github/history.ts';
import { patterns } from './demo-history.ts';
import { closing, header, scriptStep, lines, stamped } from './job-log.ts';
import { dumpOf } from './judged-jobs.ts';

/** A GitHub's waits, a hundred times shorter. */
const quick: Pace = { ...defaultPace, backoff: 5, secondary: 300, slack: 20 };

const told: string[] = [];
afterAll(() => {
  if (told.join('\n').includes(canary)) throw new Error('the token was shown');
});

/** Something that people could have seen: the token must not be in it. */
export function wasShown(text: string): void {
  told.push(text);
}

/** A running fake, stopped and asked for offences when the running test ends. */
export async function fakeGithub(
  repositories: FakeRepository[],
  options: FakeOptions = {},
): Promise<FakeGithub> {
  const fake = new FakeGithub(repositories, options);
  await fake.start();
  onTestFinished(async () => {
    await fake.stop();
    expect(fake.violations).toEqual([]);
  });
  return fake;
}

export interface IngestOptions
  extends Partial<Omit<GithubRequest, 'repositories'>>, Partial<Budget> {
  readonly repositories?: readonly string[];
  readonly pace?: Partial<Pace>;
  readonly signal?: AbortSignal;
  readonly maxBytes?: number;
  /** A token, or the app that gets one. */
  readonly token?: string | Omit<Extract<Credential, { kind: 'app' }>, 'kind'>;
}

export type Ingested = GithubIngestResult & {
  readonly said: readonly string[];
  readonly context: IngestContext;
};

/** One ingest of all that the fake has. */
export async function ingest(
  fake: FakeGithub,
  store: Store,
  options: IngestOptions = {},
): Promise<Ingested> {
  const {
    pace,
    signal = new AbortController().signal,
    maxBytes = 1e8,
    maxCalls = null,
    minRemaining = 0,
    token = canary,
    ...request
  } = options;
  const said: string[] = [];
  const say = (...words: (string | undefined)[]): void => {
    said.push(words.join(' '));
    wasShown(words.join(' '));
  };
  const server = serverAt(fake.url, null, []);
  const gate = new Gate({ maxCalls, minRemaining }, signal, { ...quick, ...pace });
  const userAgent = 'buildlog/test';
  const warn = (message: string): void => say(message);
  const credential: Credential =
    typeof token === 'string' ? { kind: 'token', token } : { kind: 'app', ...token };
  const client = await GithubClient.create(server, credential, gate, signal, {
    userAgent,
    fetch,
    warn,
  });
  const context = new IngestContext({
    store,
    patterns,
    client,
    download: { server, fetch, pace: gate.pace, signal, userAgent, maxBytes },
    request: {
      repositories: fake.repositories.map(({ fullName }) => fullName),
      orgs: [],
      since: (now) => now - 40 * day,
      workflows: [],
      share: 1,
      keepLogs: null,
      dryRun: false,
      ...request,
    },
    signal,
    reporter: { now: () => new Date().toISOString(), progress: say, say, warn: say },
  });
  const result = await ingestGithub(context);
  wasShown(dumpOf(store).join('\n'));
  wasShown(JSON.stringify(store.db.prepare('SELECT * FROM notices').all()));
  return { ...result, said, context };
}

export const hour = 3_600_000;
export const day = 24 * hour;

/** A moment some milliseconds ago, as GitHub writes it. */
export function ago(milliseconds: number): string {
  return `${new Date(Date.now() - milliseconds).toISOString().slice(0, 19)}Z`;
}

/** A small log of a runner that ran one script. */
export function logText(script = 'make', output = 'done'): string {
  return stamped(lines(header, scriptStep(script, output), closing));
}

/** The log of a job that failed at its own script. */
export const redLog = logText('make', '##[error]Process completed with exit code 2.');

let lastId = 7000;

/** A finished job with its log. */
export function job(row: Json = {}, log: string | Buffer | null = logText()): FakeJob {
  const id = ++lastId * 1000;
  const bytes = log === null ? null : Buffer.from(log);
  const times = { started_at: ago(3 * hour), completed_at: ago(2.9 * hour) };
  return { id, row: { ...times, ...row }, log: bytes === null ? null : () => bytes };
}

/** A failed job. */
export function redJob(row: Json = {}, log: string | Buffer | null = redLog): FakeJob {
  return job({ conclusion: 'failure', ...row }, log);
}

/** A finished attempt. */
export function attempt(jobs: FakeJob[], parts: Partial<FakeAttempt> = {}): FakeAttempt {
  return {
    startedAt: ago(3 * hour),
    status: 'completed',
    conclusion: 'success',
    updatedAt: ago(2.8 * hour),
    jobs,
    ...parts,
  };
}

/** A run of these attempts. */
export function run(attempts: FakeAttempt[], createdAt = ago(3 * hour), row: Json = {}): FakeRun {
  return { id: ++lastId, row, createdAt, attempts };
}

export function repository(runs: FakeRun[], fullName = 'acme/shop', id = 901): FakeRepository {
  return { id, fullName, runs };
}

/** How many calls of each kind were made. */
export function callsOf(fake: FakeGithub): {
  lists: number;
  jobs: number;
  logs: number;
  storage: number;
} {
  const paths = fake.requests.map(({ to, path }) => `${to} ${path}`);
  const matching = (pattern: RegExp): number => paths.filter((path) => pattern.test(path)).length;
  return {
    lists: matching(/^api .*\/actions\/runs\?/),
    jobs: matching(/^api .*\/jobs\?/),
    logs: matching(/^api .*\/logs$/),
    storage: matching(/^storage/),
  };
}
