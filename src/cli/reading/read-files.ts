/**
 * Reads many files of logs, on all processors where that is worth it: a worker costs as much as two hundred
 * small logs. What is made of them comes in the order of the files, whoever read them.
 */
import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { setFlagsFromString } from 'node:v8';

import type { CompiledPatterns } from '../../matching/compiled-patterns.ts';
import { UnitQueue } from './queue.ts';
import { logReader, type Made, type Task } from './task.ts';
import { allOf, readUnit, type Reading, type Unit } from './unit.ts';

/** From so many files, or bytes in several units, workers help. */
const manyFiles = 500;
const manyBytes = 150_000_000;
const mostWorkers = 7;
/** An archive is read in parts of about this size, which hold as much as a few small logs. */
const partBytes = 128_000;

/** Made of all logs in the files; `given` is BUILDLOG_WORKERS, how many workers are to help whatever the size. */
export async function* readFiles(
  paths: readonly string[],
  task: Task,
  patterns: CompiledPatterns,
  given: string | undefined,
): AsyncGenerator<Reading<Made>> {
  const units = paths.flatMap(unitsIn);
  // Of a few logs few lines reach the scanner: V8 would spend more on fast code for it than that code saves.
  if (units.length < manyFiles) setFlagsFromString('--interrupt-budget=200000');
  const workers = given === undefined ? workersFor(paths, units.length) : Number(given) || 0;
  const readings =
    workers > 0
      ? readTogether(units, task, patterns, Math.min(workers, mostWorkers))
      : readAlone(paths, task, patterns);
  const told = new Set<string>();
  for await (const reading of readings) {
    // All parts of an archive that can't be opened say so.
    const problem = reading.problem && `${reading.problem.source}\n${reading.problem.message}`;
    if (problem === null || !told.has(problem)) yield reading;
    if (problem !== null) told.add(problem);
  }
}

async function* readAlone(
  paths: readonly string[],
  task: Task,
  patterns: CompiledPatterns,
): AsyncGenerator<Reading<Made>> {
  const read = logReader(task, patterns);
  for (const path of paths) yield* readUnit({ path, part: null }, read);
}

async function* readTogether(
  units: readonly Unit[],
  task: Task,
  patterns: CompiledPatterns,
  workers: number,
): AsyncGenerator<Reading<Made>> {
  const read = logReader(task, patterns);
  const { set, redaction } = patterns;
  const shared = UnitQueue.memory();
  const queue = new UnitQueue(units.length, shared);
  const { Pool } = await import('./pool.ts');
  const pool = new Pool(workers, { task, set, redaction, units, shared });
  try {
    for (let next = 0; next < units.length;) {
      const readings = pool.take(next);
      if (readings !== undefined) {
        yield* readings;
        queue.noteUsed(++next);
        continue;
      }
      const mine = pool.hasLost ? next : queue.takeOne();
      const unit = units[mine ?? units.length];
      if (mine === null || unit === undefined) await pool.news();
      else pool.keep(mine, await allOf(readUnit(unit, read)));
      await pool.turn();
    }
  } finally {
    await pool.close();
  }
}

function workersFor(paths: readonly string[], units: number): number {
  const bytes = (): number => paths.reduce((sum, path) => sum + sizeOf(path), 0);
  const isWorthIt = units >= manyFiles || (units > 1 && bytes() >= manyBytes);
  return isWorthIt ? availableParallelism() - 1 : 0;
}

/** Whatever can't be read has its say when it is opened. */
function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function unitsIn(path: string): Unit[] {
  const count = path.endsWith('.zip') ? Math.ceil(sizeOf(path) / partBytes) : 1;
  if (count <= 1) return [{ path, part: null }];
  return Array.from({ length: count }, (_, index) => ({ path, part: { index, count } }));
}
