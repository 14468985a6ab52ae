/** From what was typed to the files that are meant. */
import { stat } from 'node:fs/promises';
import path from 'node:path';

import fastGlob from 'fast-glob';

export interface FoundLogs {
  /** Absolute paths, sorted, each once; `-` for standard input. */
  readonly paths: readonly string[];
  readonly problems: readonly { readonly source: string; readonly message: string }[];
}

/** Expands patterns; a path that exists is taken as it is, whatever characters it holds. */
export async function findLogs(patterns: readonly string[]): Promise<FoundLogs> {
  const paths = new Set<string>();
  const problems: { source: string; message: string }[] = [];
  for (const pattern of patterns) {
    if (pattern === '-') {
      paths.add('-');
      continue;
    }
    const info = await stat(pattern).catch(() => null);
    const found = info
      ? [pattern]
      : await fastGlob(pattern.replaceAll(path.win32.sep, '/'), { dot: true });
    if (found.length === 0) problems.push({ source: pattern, message: 'matches no file' });
    for (const file of found) paths.add(path.resolve(file));
  }
  return { paths: [...paths].toSorted(), problems };
}
