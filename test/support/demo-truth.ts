/** The demo histories with their known causes: which job ended how, and its log. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';

import { z } from 'zod';

import { demoFolder } from '../../src/cli/commands/demo.ts';

const truthSchema = z.object({ job_id: z.int(), cause: z.string() });

export interface KnownJob {
  readonly history: string;
  readonly jobId: number;
  /** A label of the truth, not a cause of ours. */
  readonly truth: string;
}

export function knownJobs(): KnownJob[] {
  return ['shop', 'billing'].flatMap((history) =>
    readFileSync(path.join(demoFolder, history, 'truth.jsonl'), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => truthSchema.parse(JSON.parse(line)))
      .map(({ job_id: jobId, cause: truth }) => ({ history, jobId, truth })),
  );
}

export function logOf({ history, jobId }: KnownJob): Buffer {
  return gunzipSync(readFileSync(path.join(demoFolder, history, 'logs', `${jobId}.log.gz`)));
}
