/** `buildlog scan FILE...`: cause, proof and advice for each log, without a database. */
import { openLogs } from '../../log/open-logs.ts';
import { adviceFor } from '../../matching/circumstances.ts';
import type { CompiledPatterns } from '../../matching/compiled-patterns.ts';
import { circumstancesOf, decide } from '../../matching/verdict.ts';
import type { ScanResult } from '../../output/scan-result.ts';
import { readLog } from '../read-log.ts';

/** The result for every log in the file at `path`. @throws UnreadableLog */
export async function* scanFile(
  path: string,
  patterns: CompiledPatterns,
): AsyncGenerator<ScanResult> {
  for await (const log of openLogs(path)) {
    const scan = await readLog(log, patterns);
    const verdict = decide(scan, patterns);
    const root = verdict.evidence[0];
    const occurrence =
      scan.occurrences.find(
        ({ line, signature }) => line === root?.line && signature === root.signature,
      ) ?? null;
    const cause = patterns.set.causes.get(verdict.cause ?? '') ?? null;
    yield {
      source: log.source,
      scan,
      verdict,
      cause,
      signature: patterns.signatures.get(root?.signature ?? '') ?? null,
      advice: cause === null ? [] : adviceFor(cause, circumstancesOf(scan, occurrence)),
    };
  }
}
