/** `buildlog patterns explain FILE --signature ID`: why a signature fired on a log, or why it did not. */
import { openLogs } from '../../log/open-logs.ts';
import type { CompiledPatterns } from '../../matching/compiled-patterns.ts';
import { JobScanner } from '../../matching/job-scanner.ts';
import { SignatureTracer } from '../../matching/trace.ts';
import { decide } from '../../matching/verdict.ts';
import type { Signature } from '../../model/pattern.ts';
import type { Explanation } from '../../output/explanation-text.ts';

/** One explanation for each log in the file. @throws UnreadableLog */
export async function* explainFile(
  path: string,
  signature: Signature,
  patterns: CompiledPatterns,
): AsyncGenerator<Explanation> {
  for await (const log of openLogs(path)) {
    const tracer = new SignatureTracer(signature, patterns.redaction);
    const scanner = new JobScanner(patterns);
    for await (const batch of log.batches) {
      for (const line of batch) {
        tracer.push(line);
        scanner.push(line);
      }
    }
    const scan = scanner.finish();
    yield {
      source: log.source,
      signature,
      traces: tracer.traces,
      occurrences: scan.occurrences.filter((seen) => seen.signature === signature.id),
      verdict: decide(scan, patterns),
    };
  }
}
