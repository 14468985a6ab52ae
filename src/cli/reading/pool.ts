/** The workers of one reading, and what they have sent. */
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

import { readingWorkerFile } from '../package-files.ts';
import type { Made } from './task.ts';
import type { Reading } from './unit.ts';
import type { WorkerMessage, WorkerOrder } from './worker.ts';

/** What is made of a log dies young: more room for it only leaves the processor's cache. */
const resourceLimits = { maxYoungGenerationSizeMb: 6 };

export class Pool {
  readonly #workers: readonly Worker[];
  readonly #made = new Map<number, readonly Reading<Made>[]>();
  #hasLost = false;
  #wake = (): void => {};

  constructor(size: number, order: WorkerOrder) {
    this.#workers = Array.from({ length: size }, () => {
      const worker = new Worker(readingWorkerFile, { workerData: order, resourceLimits });
      worker.on('message', (message: WorkerMessage) => {
        for (const [unit, readings] of message) this.#made.set(unit, readings);
        this.#wake();
      });
      // Whatever it died of is met again by the thread that reads in its place, and told.
      worker.on('error', () => {});
      worker.on('exit', (code) => {
        this.#hasLost ||= code !== 0;
        this.#wake();
      });
      return worker;
    });
  }

  /** What was made of a unit, once; undefined where it has not come yet. */
  take(unit: number): readonly Reading<Made>[] | undefined {
    const readings = this.#made.get(unit);
    this.#made.delete(unit);
    return readings;
  }

  /** A worker has died, and nobody knows which units it had taken. */
  get hasLost(): boolean {
    return this.#hasLost;
  }

  /** What this thread made itself. */
  keep(unit: number, readings: readonly Reading<Made>[]): void {
    this.#made.set(unit, readings);
  }

  /** Lets messages come in that have been sent. */
  async turn(): Promise<void> {
    await setImmediate();
  }

  /** Waits for the next message. */
  news(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}
