/** `buildlog scan FILE...`: cause, proof and advice for each log, without a database. */
import { openLogs } from '../../log/open-logs.ts';
import type { OpenedLog } from '../../log/opened-log.ts';
import { adviceFor } from '../../matching/circumstances.ts';
import type { CompiledPatterns } from '../../matching/compiled-patterns.ts';
import { circumstancesOf, decide } from '../../matching/verdict.ts';
import { scanJson, ScanText, type ScanResult } from '../../output/scan-result.ts';
import { styleOf } from '../color.ts';
import { readLog } from '../read-log.ts';

/** How answers look. */
export interface AnswerForm {
  readonly format: 'table' | 'json';
  readonly columns: number;
  readonly hasColor: boolean;
}

/** Makes the answer to a log, drawn: one maker for all logs of a thread. */
export function answerMaker(
  { format, columns, hasColor }: AnswerForm,
  patterns: CompiledPatterns,
): (log: OpenedLog) => Promise<string> {
  const text = new ScanText(columns, styleOf(hasColor));
  return async (log) => {
    const result = await scanLog(log, patterns);
    return format === 'json' ? scanJson(result) : text.of(result);
  };
}

/** The result for every log in the file at `path`. @throws UnreadableLog */
export async function* scanFile(
  path: string,
  patterns: CompiledPatterns,
): AsyncGenerator<ScanResult> {
  for await (const log of openLogs(path)) yield scanLog(log, patterns);
}

async function scanLog(log: OpenedLog, patterns: CompiledPatterns): Promise<ScanResult> {
  const scan = await readLog(log, patterns);
  const verdict = decide(scan, patterns);
  const root = verdict.evidence[0];
  const occurrence =
    scan.occurrences.find(
      ({ line, signature }) => line === root?.line && signature === root.signature,
    ) ?? null;
  const cause = patterns.set.causes.get(verdict.cause ?? '') ?? null;
  return {
    source: log.source,
    scan,
    verdict,
    cause,
    signature: patterns.signatures.get(root?.signature ?? '') ?? null,
    advice: cause === null ? [] : adviceFor(cause, circumstancesOf(scan, occurrence)),
  };
}
