/**
 * Judges verdicts on single logs that a person has read: index.jsonl holds one object per log with `file`
 * and `expected: {green, causes}`; logs without `expected` are only read.
 */
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { z } from 'zod';

import { scanFile } from '../../src/cli/commands/scan.ts';
import { loadCheckedPatterns } from '../../src/cli/load-patterns.ts';
import type { ScanResult } from '../../src/output/scan-result.ts';

const entrySchema = z.object({
  file: z.string(),
  expected: z.object({ green: z.boolean(), causes: z.array(z.string()).nullable() }).nullish(),
});

type Outcome = 'right' | 'unexplained' | 'wrong' | 'green with a cause' | 'not judged';

/** Prints one line for each judged log that is not right, and the sums. */
export async function judgeCollection(folder: string): Promise<void> {
  const { patterns } = loadCheckedPatterns();
  const sums = new Map<string, number>();
  console.log(`\n${folder}`);
  for (const line of readFileSync(path.join(folder, 'index.jsonl'), 'utf8').split('\n')) {
    if (line.trim() === '') continue;
    const { file, expected } = entrySchema.parse(JSON.parse(line));
    const place = path.join(folder, file);
    if (!existsSync(place)) continue;
    const results: ScanResult[] = [];
    try {
      const log = withoutMarks(place);
      for await (const result of scanFile(log, patterns)) results.push(result);
    } catch (error) {
      console.log(
        `  unreadable  ${file}: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
    const outcome = judge(results, expected ?? null);
    const kind = expected == null ? '' : expected.green ? ' (green logs)' : ' (failing logs)';
    sums.set(`${outcome}${kind}`, (sums.get(`${outcome}${kind}`) ?? 0) + 1);
    if (outcome === 'right' || outcome === 'not judged') continue;
    const got = results.map(({ verdict }) => verdict.cause ?? verdict.status).join(', ');
    console.log(
      `  ${outcome.padEnd(20)}${file}: expected ${expected?.causes?.join('|') ?? 'green'}, got ${got}`,
    );
    const error = results.find(({ verdict }) => verdict.primaryError !== null)?.verdict
      .primaryError;
    if (error) console.log(`      line ${error.line}: ${error.text.slice(0, 160)}`);
  }
  for (const [outcome, count] of [...sums].toSorted(([a], [b]) => (a < b ? -1 : 1)))
    console.log(`${outcome.padEnd(40)}${count}`);
}

/** Some collections mark the decisive line inside the log; the marks are no part of it. */
function withoutMarks(place: string): string {
  const text = readFileSync(place, 'utf8');
  if (!text.includes('#=MATCH=#')) return place;
  const clean = path.join(mkdtempSync(path.join(tmpdir(), 'judge-')), path.basename(place));
  writeFileSync(clean, text.replaceAll(/^#=MATCH=# ?/gm, '').replaceAll(/[‹›]/g, ''));
  return clean;
}

/** A file may hold several jobs; the failing ones decide. */
function judge(
  results: readonly ScanResult[],
  expected: z.infer<typeof entrySchema>['expected'] | null,
): Outcome {
  const causes = results.flatMap(({ verdict }) => verdict.cause ?? []);
  if (expected == null) return 'not judged';
  if (expected.green) return causes.length > 0 ? 'green with a cause' : 'right';
  if (expected.causes === null) return 'not judged';
  if (causes.some((cause) => expected.causes?.includes(cause))) return 'right';
  return causes.length > 0 ? 'wrong' : 'unexplained';
}
