/** Reads one opened log to its end: what it says and, where it is to be kept, the digest of what was read. */
import { createHash } from 'node:crypto';

import type { OpenedLog } from '../log/opened-log.ts';
import type { CompiledPatterns } from '../matching/compiled-patterns.ts';
import { JobScanner } from '../matching/job-scanner.ts';
import { scanSparsely } from '../matching/sparse-scan.ts';
import type { JobScan } from '../model/scan.ts';
import { withFinder } from './finder.ts';

const lineFeed = 0x0a;

const batchesPerTurn = 16;

export async function readLog(log: OpenedLog, patterns: CompiledPatterns): Promise<JobScan> {
  return scan(log, patterns, () => {});
}

/**
 * The digest is that of the decoded text with a line end at its end, so that a log, its gzip and its
 * columns are the same log.
 */
export async function readLogWithDigest(
  log: OpenedLog,
  patterns: CompiledPatterns,
): Promise<{ scan: JobScan; sha256: string }> {
  const digest = createHash('sha256');
  let last = lineFeed;
  const result = await scan(log, patterns, (bytes) => {
    digest.update(bytes);
    last = bytes.at(-1) ?? last;
  });
  if (last !== lineFeed) digest.update('\n');
  return { scan: result, sha256: digest.digest('hex') };
}

async function scan(
  log: OpenedLog,
  patterns: CompiledPatterns,
  observe: (bytes: Buffer) => void,
): Promise<JobScan> {
  const { bytes } = log;
  if (bytes === null) return scanLines(log, patterns, observe);
  return withFinder(patterns, async (finder) => {
    if (finder === null) return scanLines(log, patterns, observe);
    const scanner = new JobScanner(patterns, finder.vertices);
    await scanSparsely(bytes, finder, scanner, observe);
    return scanner.finish();
  });
}

async function scanLines(
  log: OpenedLog,
  patterns: CompiledPatterns,
  observe: (bytes: Buffer) => void,
): Promise<JobScan> {
  const scanner = new JobScanner(patterns);
  let batches = 0;
  for await (const batch of log.batches) {
    observe(Buffer.from(`${batch.map(({ text }) => text).join('\n')}\n`));
    for (const line of batch) scanner.push(line);
    // Blocks are read at once, without the event loop; the collector needs a turn of it now and then.
    if (++batches % batchesPerTurn === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return scanner.finish();
}
