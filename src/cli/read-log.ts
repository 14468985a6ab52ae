/** Reads one opened log to its end: what it says and, where it is to be kept, the digest of what was read. */
import { createHash } from 'node:crypto';

import type { OpenedLog } from '../log/opened-log.ts';
import type { CompiledPatterns } from '../matching/compiled-patterns.ts';
import { JobScanner } from '../matching/job-scanner.ts';
import { scanSparsely, type Watch } from '../matching/sparse-scan.ts';
import type { JobScan } from '../model/scan.ts';
import { withFinder } from './finder.ts';

const lineFeed = 0x0a;

const batchesPerTurn = 16;
/** Processor time that any scan may take, and the bytes a second below which it is stuck after that. */
const secondsForAny = 60;
const slowest = 2_000_000;
/** Most logs end before the first look. */
const firstLook = 1_000_000;
/** Asking the clock takes as long as reading a small log. */
const bytesPerLook = 16_000_000;

export async function readLog(log: OpenedLog, patterns: CompiledPatterns): Promise<JobScan> {
  return scan(log, patterns, { observe: () => {}, isOverdue: budget() });
}

/** What an ingest needs of a log; plain values, so that they can come from another thread. */
export interface ReadLog {
  readonly source: string;
  readonly jobName: string | null;
  readonly scan: JobScan;
  readonly sha256: string;
}

/**
 * The digest is that of the decoded text with a line end at its end, so that a log, its gzip and its
 * columns are the same log.
 */
export async function readLogWithDigest(
  log: OpenedLog,
  patterns: CompiledPatterns,
): Promise<ReadLog> {
  const digest = createHash('sha256');
  let last = lineFeed;
  const observe = (bytes: Buffer): void => {
    digest.update(bytes);
    last = bytes.at(-1) ?? last;
  };
  const result = await scan(log, patterns, { observe, isOverdue: budget() });
  if (last !== lineFeed) digest.update('\n');
  const { source, jobName } = log;
  return { source, jobName, scan: result, sha256: digest.digest('hex') };
}

/**
 * Keeps the time of one scan: no log, and no pattern of a user's, may hold up all others. A clock between
 * blocks is enough, and needs no thread that watches: a regex is given 4 KB at most, cannot run away
 * (patterns/regex-laws) and would be finished by V8's linear engine.
 */
function budget(): Watch['isOverdue'] {
  let begun: NodeJS.CpuUsage | null = null;
  let nextLook = firstLook;
  return (bytes) => {
    if (bytes < nextLook) return false;
    nextLook = bytes + bytesPerLook;
    begun ??= process.cpuUsage();
    const { user, system } = process.cpuUsage(begun);
    return (user + system) / 1e6 > secondsForAny + bytes / slowest;
  };
}

async function scan(log: OpenedLog, patterns: CompiledPatterns, watch: Watch): Promise<JobScan> {
  const { bytes } = log;
  if (bytes === null) return scanLines(log, patterns, watch);
  return withFinder(patterns, async (finder) => {
    if (finder === null) return scanLines(log, patterns, watch);
    const scanner = new JobScanner(patterns, finder.vertices);
    await scanSparsely(bytes, finder, scanner, watch);
    return scanner.finish();
  });
}

async function scanLines(
  log: OpenedLog,
  patterns: CompiledPatterns,
  { observe, isOverdue }: Watch,
): Promise<JobScan> {
  const scanner = new JobScanner(patterns);
  let batches = 0;
  let bytes = 0;
  let isScanned = true;
  for await (const batch of log.batches) {
    const text = Buffer.from(`${batch.map((line) => line.text).join('\n')}\n`);
    observe(text);
    bytes += text.length;
    if (isScanned) {
      for (const line of batch) scanner.push(line);
      isScanned = !isOverdue(bytes);
      if (!isScanned) scanner.giveUp();
    }
    // Blocks are read at once, without the event loop; the collector needs a turn of it now and then.
    if (++batches % batchesPerTurn === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return scanner.finish();
}
