/** Logs scanned by each finder, and line by line: what must always be the same. */
import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';

import { kernelFile, relaxedKernelFile, windowsFile } from '../../src/cli/package-files.ts';
import { ChunkSource } from '../../src/log/byte-source.ts';
import type { CompiledPatterns } from '../../src/matching/compiled-patterns.ts';
import { JobScanner } from '../../src/matching/job-scanner.ts';
import type { LineFinder } from '../../src/matching/prefilter/line-finder.ts';
import { PlainFinder } from '../../src/matching/prefilter/plain-finder.ts';
import type { WindowTable } from '../../src/matching/prefilter/fingerprints.ts';
import { kernelTables } from '../../src/matching/prefilter/kernel-tables.ts';
import { WasmFinder } from '../../src/matching/prefilter/wasm-finder.ts';
import { watchedWords } from '../../src/matching/prefilter/watched-words.ts';
import { scanSparsely, type Watch } from '../../src/matching/sparse-scan.ts';
import type { JobScan } from '../../src/model/scan.ts';

// Node 20 knows relaxed instructions behind a flag only.
setFlagsFromString('--experimental-wasm-relaxed-simd');
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by tools/prepare.ts
const chosen = JSON.parse(readFileSync(windowsFile, 'utf8')) as WindowTable;
// One with windows as they come, one with those that the build chose.
const kernels = [
  { name: 'the kernel', file: kernelFile, windows: {} },
  { name: 'the relaxed kernel', file: relaxedKernelFile, windows: chosen },
].flatMap(({ name, file, windows }) => {
  const bytes = readFileSync(file);
  if (!WebAssembly.validate(bytes)) return [];
  return [{ name, module: new WebAssembly.Module(bytes), windows }];
});

/** All finders for a pattern set, by name. */
export function allFinders(patterns: CompiledPatterns): [name: string, finder: LineFinder][] {
  const { words, everyLine } = watchedWords(patterns);
  if (everyLine) return [];
  return [
    ...kernels.map((kernel): [string, LineFinder] => [
      kernel.name,
      new WasmFinder(kernel.module, kernelTables(words, kernel.windows, patterns.words)),
    ]),
    ['the plain finder', new PlainFinder(words)],
  ];
}

/** The log in chunks of the sizes given, over and over. */
export async function scanWith(
  finder: LineFinder,
  patterns: CompiledPatterns,
  log: Buffer,
  sizes: readonly number[] = [log.length],
  watch: Watch = { observe: () => {}, isOverdue: () => false },
): Promise<JobScan> {
  const scanner = new JobScanner(patterns, finder.vertices);
  await scanSparsely(new ChunkSource(chunksOf(log, sizes)), finder, scanner, watch);
  return scanner.finish();
}

async function* chunksOf(log: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  for (let at = 0, turn = 0; at < log.length; turn++) {
    const size = Math.max(1, sizes[turn % sizes.length] ?? 1);
    yield log.subarray(at, at + size);
    at += size;
  }
}
