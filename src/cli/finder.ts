/** The finder of lines that matter: WebAssembly where it is to be had, plain TypeScript where it is not. */
import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';

import type { CompiledPatterns } from '../matching/compiled-patterns.ts';
import type { WindowTable } from '../matching/prefilter/fingerprints.ts';
import { kernelTables } from '../matching/prefilter/kernel-tables.ts';
import type { LineFinder } from '../matching/prefilter/line-finder.ts';
import { PlainFinder } from '../matching/prefilter/plain-finder.ts';
import { WasmFinder } from '../matching/prefilter/wasm-finder.ts';
import { watchedWords } from '../matching/prefilter/watched-words.ts';
import type { WasmModule } from '../matching/prefilter/webassembly.ts';
import { kernelFile, relaxedKernelFile, tablesFile, windowsFile } from './package-files.ts';

/** Finders that no log is using; null where every line must be read. */
const idle = new WeakMap<CompiledPatterns, LineFinder[] | null>();

/**
 * Lends a finder for the pattern set while `use` runs: a finder serves one log at a time, and several logs
 * may be on their way from GitHub. `use` gets null when every line must be read.
 */
export async function withFinder<T>(
  patterns: CompiledPatterns,
  use: (finder: LineFinder | null) => Promise<T>,
): Promise<T> {
  const known = idle.get(patterns);
  const finder = known === null ? null : (known?.pop() ?? createFinder(patterns, process.env));
  if (known === undefined) idle.set(patterns, finder === null ? null : []);
  try {
    return await use(finder);
  } finally {
    if (finder !== null) idle.get(patterns)?.push(finder);
  }
}

/** BUILDLOG_FINDER=plain does without WebAssembly, BUILDLOG_FINDER=none without any finder. */
function createFinder(patterns: CompiledPatterns, env: NodeJS.ProcessEnv): LineFinder | null {
  const given = env['BUILDLOG_FINDER'];
  if (given === 'none') return null;
  const prepared = given === 'plain' ? null : preparedTables(patterns.set.fingerprint);
  const quick = prepared === null ? null : kernelFinder(() => prepared);
  if (quick !== null) return quick;
  const { words, everyLine } = watchedWords(patterns);
  if (everyLine) return null;
  const isPlain = given === 'plain' || prepared !== null;
  const tables = (): Buffer => kernelTables(words, windows(), patterns.words);
  return (isPlain ? null : kernelFinder(tables)) ?? new PlainFinder(words);
}

/** Null on an old machine, under a limit on virtual memory, in a checkout that was not built, for too many words. */
function kernelFinder(tables: () => Buffer): LineFinder | null {
  try {
    return new WasmFinder(compileKernel(), tables());
  } catch {
    return null;
  }
}

/** What the build made of the shipped patterns; null where others are to be found, or nothing was built. */
function preparedTables(fingerprint: string): Buffer | null {
  try {
    const file = readFileSync(tablesFile);
    const isMeant = file.toString('latin1', 0, fingerprint.length) === fingerprint;
    return isMeant ? file.subarray(fingerprint.length) : null;
  } catch {
    return null;
  }
}

function compileKernel(): WasmModule {
  // V8's quick first compiler makes slow code, and a long call never changes over to better code.
  setFlagsFromString('--no-liftoff');
  setFlagsFromString('--experimental-wasm-relaxed-simd');
  const relaxed = readFileSync(relaxedKernelFile);
  const bytes = WebAssembly.validate(relaxed) ? relaxed : readFileSync(kernelFile);
  return new WebAssembly.Module(bytes);
}

function windows(): WindowTable {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by tools/prepare.ts
  return JSON.parse(readFileSync(windowsFile, 'utf8')) as WindowTable;
}
