/** Reads one opened log to its end: what it says and, where it is to be kept, the digest of what was read. */
import { createHash } from 'node:crypto';

import type { OpenedLog } from '../log/opened-log.ts';
import type { RawLine } from '../log/raw-lines.ts';
import type { CompiledPatterns } from '../matching/compiled-patterns.ts';
import { JobScanner } from '../matching/job-scanner.ts';
import type { JobScan } from '../model/scan.ts';

const batchesPerTurn = 16;

export async function readLog(log: OpenedLog, patterns: CompiledPatterns): Promise<JobScan> {
  return scanBatches(log, patterns, () => {});
}

/** The digest is that of the decoded lines, so that a log and its gzip are the same log. */
export async function readLogWithDigest(
  log: OpenedLog,
  patterns: CompiledPatterns,
): Promise<{ scan: JobScan; sha256: string }> {
  const digest = createHash('sha256');
  const scan = await scanBatches(log, patterns, (batch) => {
    digest.update(`${batch.map(({ text }) => text).join('\n')}\n`);
  });
  return { scan, sha256: digest.digest('hex') };
}

async function scanBatches(
  log: OpenedLog,
  patterns: CompiledPatterns,
  observe: (batch: readonly RawLine[]) => void,
): Promise<JobScan> {
  const scanner = new JobScanner(patterns);
  let batches = 0;
  for await (const batch of log.batches) {
    observe(batch);
    for (const line of batch) scanner.push(line);
    // Blocks are read at once, without the event loop; the collector needs a turn of it now and then.
    if (++batches % batchesPerTurn === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return scanner.finish();
}
