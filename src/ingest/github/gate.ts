/**
 * The one gate for limits: every call to GitHub's API goes through it, whatever repository it is for. While
 * a penalty lasts nobody passes; a budget that is spent lets nobody pass any more; every wait can be
 * interrupted. Moments are the server's, and waits are measured by a clock that only goes forward: the
 * local one may be wrong, or be set while we wait.
 */
import { setTimeout as sleep } from 'node:timers/promises';

import { Deferred, number, type Headers, type Limit } from './failure.ts';

/** All lengths of time, so that tests need not wait for them. Milliseconds. */
export interface Pace {
  /** Before the second try of a call that failed by chance; doubles with each. */
  readonly backoff: number;
  /** A secondary limit without `retry-after`; doubles with each. */
  readonly secondary: number;
  /** On top of the moment when a limit ends. */
  readonly slack: number;
  /** A longer pause is left to the next ingest. */
  readonly longestPause: number;
  /** Until the headers of an answer are there, and then from one piece of its body to the next. */
  readonly idle: number;
  /** For one whole log. */
  readonly wholeLog: number;
}

export const defaultPace: Pace = {
  backoff: 500,
  secondary: 60_000,
  slack: 2000,
  longestPause: 75 * 60_000,
  idle: 30_000,
  wholeLog: 30 * 60_000,
};

export interface Budget {
  /** Calls that this ingest may make; null for as many as it needs. */
  readonly maxCalls: number | null;
  /** Calls that are left to others. */
  readonly minRemaining: number;
}

/** What is known of the primary limit; null where the server says nothing of it. */
export interface Quota {
  readonly limit: number;
  readonly remaining: number;
  /** Epoch milliseconds by the server's clock. */
  readonly resetAt: number;
}

// GitHub's rule is 100 in flight, and its advice one at a time; four make the wait for answers small.
const mostInFlight = 4;
// 900 points a minute, and a call to read is one.
const callsPerMinute = 900;
const minute = 60_000;
const mostStrikes = 3;
const forgivenAfter = 50;

export class Gate {
  readonly #budget: Budget;
  readonly #signal: AbortSignal;
  readonly #pause: (until: Date, why: string) => void;
  readonly pace: Pace;
  #calls = 0;
  #inFlight = 0;
  #width = mostInFlight;
  #pauseUntil = 0;
  /** The server's epoch milliseconds when `uptime` was 0; null until it has spoken. */
  #serverStart: number | null = null;
  #skew: number | null = null;
  #quota: Quota | null = null;
  #strikes = 0;
  #sincePenalty = 0;
  #waiters: (() => void)[] = [];
  #recent: number[] = [];

  constructor(
    budget: Budget,
    signal: AbortSignal,
    pace: Pace = defaultPace,
    pause: (until: Date, why: string) => void = () => {},
  ) {
    this.#budget = budget;
    this.#signal = signal;
    this.pace = pace;
    this.#pause = pause;
  }

  /** Calls made so far. */
  get calls(): number {
    return this.#calls;
  }

  get quota(): Quota | null {
    return this.#quota;
  }

  /** The server's time; the local one until the server has spoken. */
  now(): Date {
    return this.#timeAt(uptime());
  }

  /** How far the server's clock is ahead of ours in milliseconds; null until it has spoken. */
  get skew(): number | null {
    return this.#skew;
  }

  /** Waits until one more call may go out, and takes its place. Each `enter` needs a `leave`. @throws Deferred */
  async enter(): Promise<void> {
    for (;;) {
      this.#signal.throwIfAborted();
      this.#checkBudget();
      const wait = Math.max(this.#pauseUntil - uptime(), this.#paceWait());
      if (wait > 0) await sleep(wait, undefined, { signal: this.#signal });
      else if (this.#inFlight >= this.#width) await this.#place();
      else break;
    }
    this.#inFlight++;
    this.#calls++;
    if (this.#quota !== null) this.#recent.push(uptime());
  }

  leave(): void {
    this.#inFlight--;
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const wake of waiters) wake();
  }

  /** A wait that the end of the ingest cuts short. */
  async wait(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { signal: this.#signal });
  }

  /** Takes from an answer what it says of the clock and the limit. Absent headers say nothing (GHES has none). */
  note(headers: Headers): void {
    const date = Date.parse(String(headers['date'] ?? ''));
    if (!Number.isNaN(date)) {
      this.#skew = date - Date.now();
      this.#serverStart = date - uptime();
    }
    const resource = headers['x-ratelimit-resource'];
    if (resource !== undefined && resource !== 'core') return;
    const limit = number(headers['x-ratelimit-limit']);
    const remaining = number(headers['x-ratelimit-remaining']);
    const reset = number(headers['x-ratelimit-reset']);
    if (limit === null || remaining === null || reset === null) return;
    const before = this.#quota;
    // Answers overtake each other: within one window the smallest number is the newest.
    const stale =
      before !== null && before.resetAt === reset * 1000 && before.remaining < remaining;
    if (!stale) this.#quota = { limit, remaining, resetAt: reset * 1000 };
  }

  /** A call went well. */
  passed(): void {
    if (++this.#sincePenalty >= forgivenAfter) this.#strikes = 0;
  }

  /** A limit was hit: everybody waits. @throws Deferred when the wait is too long or it was hit too often */
  limited({ kind, retryAfter, reset }: Limit): void {
    const now = uptime();
    // Calls that were on their way when the limit was hit come back with the same news.
    const isNews = this.#pauseUntil <= now;
    if (isNews) this.#strikes++;
    this.#sincePenalty = 0;
    if (kind === 'secondary') this.#width = 1;
    const until = now + this.#penalty(retryAfter, kind === 'primary' ? reset : null, this.#strikes);
    this.#pauseUntil = Math.max(this.#pauseUntil, until);
    const words = kind === 'primary' ? 'the rate limit is used up' : 'GitHub asks to slow down';
    const end = this.#timeAt(this.#pauseUntil);
    if (this.#strikes > mostStrikes) throw new Deferred(`${words}, again and again`);
    if (this.#pauseUntil - now > this.pace.longestPause) {
      throw new Deferred(`${words} until ${clock(end)}`);
    }
    if (isNews) this.#pause(end, words);
  }

  #penalty(retryAfter: number | null, reset: number | null, strikes: number): number {
    if (retryAfter !== null) return retryAfter * 1000 + this.pace.slack / 4;
    if (reset !== null) {
      const wait = reset * 1000 - this.now().getTime();
      // A reset that has passed already is not to be believed at once.
      return Math.max(wait, 0) + this.pace.slack * (1 + Math.random());
    }
    return this.pace.secondary * 2 ** (strikes - 1);
  }

  #checkBudget(): void {
    const { maxCalls, minRemaining } = this.#budget;
    if (maxCalls !== null && this.#calls >= maxCalls) {
      throw new Deferred(`the ${maxCalls} calls of --max-calls are used up`);
    }
    const quota = this.#quota;
    if (quota === null || quota.resetAt <= this.now().getTime()) return;
    const left = quota.remaining - this.#inFlight;
    if (minRemaining > 0 && left <= minRemaining) {
      throw new Deferred(
        `${Math.max(quota.remaining, 0)} of ${quota.limit} calls are left until ${clock(new Date(quota.resetAt))}, ` +
          `and --min-remaining keeps ${minRemaining}`,
      );
    }
  }

  #paceWait(): number {
    if (this.#recent.length < callsPerMinute) return 0;
    const now = uptime();
    while ((this.#recent[0] ?? now) <= now - minute) this.#recent.shift();
    return this.#recent.length < callsPerMinute ? 0 : (this.#recent[0] ?? now) + minute - now;
  }

  #timeAt(moment: number): Date {
    const start = this.#serverStart ?? Date.now() - uptime();
    return new Date(start + moment);
  }

  async #place(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const abort = (): void => reject(interrupted(this.#signal));
      this.#signal.addEventListener('abort', abort, { once: true });
      this.#waiters.push(() => {
        this.#signal.removeEventListener('abort', abort);
        resolve();
      });
    });
  }
}

/** Milliseconds since the program began, whatever becomes of the clock. */
function uptime(): number {
  return performance.now();
}

function interrupted({ reason }: AbortSignal): Error {
  return reason instanceof Error ? reason : new Error('interrupted');
}

function clock(at: Date): string {
  return `${at.toISOString().slice(11, 16)} UTC`;
}
