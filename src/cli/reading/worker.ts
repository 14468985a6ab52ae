/** A thread that reads logs from the queue of the main thread and sends back what it made of them. */
import { parentPort, workerData } from 'node:worker_threads';

import { CompiledPatterns } from '../../matching/compiled-patterns.ts';
import type { PatternSet } from '../../model/pattern.ts';
import type { Redaction } from '../../model/redaction.ts';
import { UnitQueue } from './queue.ts';
import { logReader, type Made, type Task } from './task.ts';
import { allOf, readUnit, type Reading, type Unit } from './unit.ts';

/** What a worker is started with. */
export interface WorkerOrder {
  readonly task: Task;
  readonly set: PatternSet;
  readonly redaction: Redaction;
  readonly units: readonly Unit[];
  readonly shared: SharedArrayBuffer;
}

/** What a worker sends: the readings of units, by the units' numbers. */
export type WorkerMessage = (readonly [unit: number, readings: readonly Reading<Made>[]])[];

async function work({ task, set, redaction, units, shared }: WorkerOrder): Promise<void> {
  const read = logReader(task, new CompiledPatterns(set, redaction));
  const queue = new UnitQueue(units.length, shared);
  for (let turn = queue.takeTurn(); turn.length > 0; turn = queue.takeTurn()) {
    const message: WorkerMessage = [];
    for (const number of turn) {
      const unit = units[number];
      if (unit !== undefined) message.push([number, await allOf(readUnit(unit, read))]);
    }
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    parentPort?.postMessage(message);
  }
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what pool.ts gave
void work(workerData as WorkerOrder);
