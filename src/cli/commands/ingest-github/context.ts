/** What all parts of an ingest from GitHub share: whom they ask, where they write, what they tell. */
import type { GithubFailure } from '../../../ingest/github/failure.ts';
import type { GithubClient } from '../../../ingest/github/client.ts';
import type { RepositoryName } from '../../../ingest/github/lists.ts';
import type { DownloadOptions } from '../../../ingest/github/log-download.ts';
import type { CompiledPatterns } from '../../../matching/compiled-patterns.ts';
import type { Instant } from '../../../model/time.ts';
import type { Notice } from '../../../store/journal.ts';
import type { JudgedJob } from '../../../store/judged-job.ts';
import type { Store } from '../../../store/store.ts';
import { writeJob, type Change } from '../../../store/write-jobs.ts';

/** A moment, given the server's time; both in epoch milliseconds. */
export type Since = (now: number) => number;

export interface GithubRequest {
  /** `OWNER/REPO`. */
  readonly repositories: readonly string[];
  readonly orgs: readonly string[];
  /** Nothing older is fetched; null for the usual. */
  readonly since: Since | null;
  /** Files or names of workflows; none for all. */
  readonly workflows: readonly string[];
  /** The share of green jobs whose logs are read. */
  readonly share: number;
  readonly keepLogs: string | null;
  readonly dryRun: boolean;
}

export interface GithubReporter {
  readonly now: () => string;
  readonly progress: (text: string) => void;
  readonly say: (text: string) => void;
  readonly warn: (source: string, message: string, help?: string) => void;
}

/** What has been done so far. */
export interface Tally {
  runs: number;
  attempts: number;
  logs: number;
  bytes: number;
}

/** What is being worked on. */
interface Work {
  readonly unit: 'attempts' | 'logs';
  readonly total: number;
  done: number;
  readonly since: number;
}

export class IngestContext {
  readonly counts: Record<Change, number> = { added: 0, changed: 0, unchanged: 0 };
  readonly #changes = new Map<string, Change>();
  #work: Work | null = null;
  readonly notices: Notice[] = [];
  readonly tally: Tally = { runs: 0, attempts: 0, logs: 0, bytes: 0 };
  readonly store: Store;
  readonly patterns: CompiledPatterns;
  readonly client: GithubClient;
  readonly download: DownloadOptions;
  readonly request: GithubRequest;
  readonly reporter: GithubReporter;
  readonly signal: AbortSignal;

  constructor(parts: {
    readonly store: Store;
    readonly patterns: CompiledPatterns;
    readonly client: GithubClient;
    readonly download: DownloadOptions;
    readonly request: GithubRequest;
    readonly reporter: GithubReporter;
    readonly signal: AbortSignal;
  }) {
    this.store = parts.store;
    this.patterns = parts.patterns;
    this.client = parts.client;
    this.download = parts.download;
    this.request = parts.request;
    this.reporter = parts.reporter;
    this.signal = parts.signal;
  }

  get host(): string {
    return this.client.server.host;
  }

  /** The server's time. */
  now(): Instant {
    return this.client.gate.now().toISOString();
  }

  /** The server's time, so many milliseconds from now. */
  from(milliseconds: number): Instant {
    return new Date(this.client.gate.now().getTime() + milliseconds).toISOString();
  }

  /** Writes a job. Call inside a transaction. */
  write(judged: JudgedJob): void {
    const { host, jobId } = judged.job;
    const key = `${host}/${jobId}`;
    const change = writeJob(this.store.db, judged);
    const before = this.#changes.get(key);
    // A job is written when it is listed and again when its log is read: one job, one change.
    if (before === 'added' || before === change || (before === 'changed' && change === 'unchanged'))
      return;
    if (before !== undefined) this.counts[before]--;
    this.counts[change]++;
    this.#changes.set(key, change);
  }

  /** Something was left out. The first of each kind is told at once, all are in the summary. */
  leaveOut(source: string, message: string, help?: string): void {
    const isFirst = this.notices.every((notice) => notice.message !== message);
    this.notices.push({ source, message });
    if (isFirst) this.reporter.warn(source, message, help);
  }

  /** A stretch of work begins, of so many pieces. */
  begin(unit: 'attempts' | 'logs', total: number): void {
    this.#work = { unit, total, done: 0, since: performance.now() };
  }

  /** One more piece of it is done. */
  advance(): void {
    if (this.#work !== null) this.#work.done++;
    this.progress();
  }

  progress(): void {
    const { runs, bytes } = this.tally;
    const { calls, quota } = this.client.gate;
    const parts = [`runs ${runs}`];
    if (this.#work !== null) {
      const { unit, total, done } = this.#work;
      parts.push(`${unit} ${done}/${total}`);
      if (unit === 'logs') parts.push(size(bytes));
    }
    parts.push(`calls ${calls}${quota === null ? '' : ` (${quota.remaining} left)`}`);
    if (this.#work !== null) parts.push(...eta(this.#work));
    this.reporter.progress(parts.join(' · '));
  }

  /** Whether the user wants this workflow. */
  wants(path: string | null, name: string | null = null): boolean {
    const { workflows } = this.request;
    if (workflows.length === 0) return true;
    const file = path?.split('/').at(-1);
    return workflows.some((wanted) => wanted === path || wanted === file || wanted === name);
  }
}

export const hour = 3_600_000;
export const day = 24 * hour;
/** After this a nightly ingest tries again. */
export const nextNight = 20 * hour;
/** What could not be had three nights in a row is given up. */
export const mostNights = 3;

/** Whether a failure is one of the token or the API itself, not of this one thing. */
export function isForAll({ kind }: GithubFailure): boolean {
  return kind === 'authentication' || kind === 'retired';
}

/** The two halves of `OWNER/REPO`. */
export function nameOf(repository: string): RepositoryName {
  const [owner = '', repo = ''] = repository.split('/');
  return { owner, repo };
}

/** Works on the items, a few at a time. The first error stops all; those on their way end first. */
export async function eachOf<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0;
  const errors: unknown[] = [];
  const worker = async (): Promise<void> => {
    while (next < items.length && errors.length === 0) {
      const item = items[next++];
      if (item === undefined) return;
      try {
        await work(item);
      } catch (error) {
        errors.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  if (errors.length > 0) throw errors[0];
}

/** Bytes for people. */
export function size(bytes: number): string {
  if (bytes < 1e6) return `${Math.round(bytes / 1e3)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

function eta({ total, done, since }: Work): string[] {
  if (done === 0 || done >= total) return [];
  const seconds = Math.round(((performance.now() - since) / done / 1000) * (total - done));
  return [`eta ${seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`}`];
}
