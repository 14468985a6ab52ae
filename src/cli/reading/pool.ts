/** The workers of one reading, and what they have sent. */
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

import { readingWorkerFile } from '../package-files.ts';
import type { Made } from './task.ts';
import type { Reading } from './unit.ts';
import type { WorkerMessage, WorkerOrder } from './worker.ts';

export class Pool {
  readonly #workers: readonly Worker[];
  readonly #made = new Map<number, readonly Reading<Made>[]>();
  #error: Error | null = null;
  #wake = (): void => {};

  constructor(size: number, order: WorkerOrder) {
    this.#workers = Array.from({ length: size }, () => {
      const worker = new Worker(readingWorkerFile, { workerData: order });
      worker.on('message', (message: WorkerMessage) => {
        for (const [unit, readings] of message) this.#made.set(unit, readings);
        this.#wake();
      });
      worker.on('error', (error: Error) => {
        this.#error = error;
        this.#wake();
      });
      return worker;
    });
  }

  /** What was made of a unit, once; undefined where it has not come yet. */
  take(unit: number): readonly Reading<Made>[] | undefined {
    if (this.#error !== null) throw this.#error;
    const readings = this.#made.get(unit);
    this.#made.delete(unit);
    return readings;
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
