/** Reads a log text as the tool does, with the shipped patterns: a scan, and the verdict on it. */
import { loadCheckedPatterns } from '../../src/cli/load-patterns.ts';
import { LineSplitter, type RawLine } from '../../src/log/raw-lines.ts';
import { parseLine } from '../../src/log/line.ts';
import type { CompiledPatterns } from '../../src/matching/compiled-patterns.ts';
import { LogContext, type PlacedLine } from '../../src/matching/context.ts';
import { JobScanner } from '../../src/matching/job-scanner.ts';
import { decide, type JobOutcome } from '../../src/matching/verdict.ts';
import type { JobScan, Occurrence } from '../../src/model/scan.ts';
import type { Verdict } from '../../src/model/verdict.ts';

/** The shipped patterns. */
export const shipped: CompiledPatterns = loadCheckedPatterns().patterns;

function rawLines(log: string | Uint8Array): RawLine[] {
  const splitter = new LineSplitter();
  return [...splitter.push(Buffer.from(log)), ...splitter.finish()];
}

export function scanLog(log: string | Uint8Array, patterns = shipped): JobScan {
  const scanner = new JobScanner(patterns);
  for (const raw of rawLines(log)) scanner.push(raw);
  return scanner.finish();
}

export function verdictOf(log: string | Uint8Array, outcome?: JobOutcome): Verdict {
  return decide(scanLog(log), shipped, outcome);
}

/** `explained: <cause>`, or the status alone. */
export function sayVerdict({ status, cause }: Verdict): string {
  return cause === null ? status : `${status}: ${cause}`;
}

/** Where every line of a log stands. */
export function placeLines(log: string): PlacedLine[] {
  const context = new LogContext();
  return rawLines(log).map((raw) => context.place(parseLine(raw)));
}

/** The sightings that may have failed a job: not healed, and not after its end. */
export function fatalIn(scan: JobScan): Occurrence[] {
  return scan.occurrences.filter(({ healed, position }) => !healed && position !== 'post');
}
