/** Reads one opened log to its end: what it says, and the digest of what was read. */
import { createHash } from 'node:crypto';

import type { OpenedLog } from '../log/open-logs.ts';
import type { CompiledPatterns } from '../matching/compiled-patterns.ts';
import { JobScanner } from '../matching/job-scanner.ts';
import type { JobScan } from '../model/scan.ts';

export interface LogReading {
  readonly scan: JobScan;
  /** Of the decoded lines, so that a log and its gzip are the same log. */
  readonly sha256: string;
}

export async function readLog(log: OpenedLog, patterns: CompiledPatterns): Promise<LogReading> {
  const scanner = new JobScanner(patterns);
  const digest = createHash('sha256');
  for await (const batch of log.batches) {
    for (const line of batch) {
      digest.update(line.text);
      digest.update('\n');
      scanner.push(line);
    }
  }
  return { scan: scanner.finish(), sha256: digest.digest('hex') };
}
