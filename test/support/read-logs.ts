/** Reads all logs of a file through the real reader, whole, for comparing. */
import { openLogs } from '../../src/log/open-logs.ts';
import type { Part } from '../../src/log/run-archive.ts';

interface ReadLog {
  readonly source: string;
  readonly jobName: string | null;
  readonly lines: readonly string[];
  readonly numbers: readonly number[];
}

export async function readLogs(path: string, part: Part | null = null): Promise<ReadLog[]> {
  const logs: ReadLog[] = [];
  for await (const { source, jobName, batches } of openLogs(path, part)) {
    const lines: string[] = [];
    const numbers: number[] = [];
    for await (const batch of batches) {
      lines.push(...batch.map(({ text }) => text));
      numbers.push(...batch.map(({ number }) => number));
    }
    logs.push({ source, jobName, lines, numbers });
  }
  return logs;
}
