/** What is made of each log, told in plain values so that a worker can be told too. */
import type { OpenedLog } from '../../log/opened-log.ts';
import type { CompiledPatterns } from '../../matching/compiled-patterns.ts';
import { answerMaker, type AnswerForm } from '../commands/scan.ts';
import { readLogWithDigest, type ReadLog } from '../read-log.ts';

/** The answer of `scan`, drawn; or what an ingest stores. */
export type Made = { readonly answer: string } | { readonly log: ReadLog };

/** The form of the answers; null for an ingest. */
export type Task = AnswerForm | null;

export function logReader(
  task: Task,
  patterns: CompiledPatterns,
): (log: OpenedLog) => Promise<Made> {
  if (task === null) return async (log) => ({ log: await readLogWithDigest(log, patterns) });
  const answerTo = answerMaker(task, patterns);
  return async (log) => ({ answer: await answerTo(log) });
}
