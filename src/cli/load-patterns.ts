/** The shipped patterns and the user's own, loaded, checked against their samples, ready for scanning. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { CompiledPatterns } from '../matching/compiled-patterns.ts';
import { checkSamples } from '../matching/samples.ts';
import { loadPatterns, withoutPatterns } from '../patterns/load.ts';
import type { PatternProblem } from '../patterns/problem.ts';

export interface CheckedPatterns {
  readonly patterns: CompiledPatterns;
  readonly problems: readonly PatternProblem[];
}

/** Where the shipped patterns are, beside src/ and dist/ alike. */
export const shippedPatterns = fileURLToPath(new URL('../../patterns', import.meta.url));

/** Loads the shipped folder and then `folders` over it. What breaks a law is left out and reported. */
export function loadCheckedPatterns(folders: readonly string[] = []): CheckedPatterns {
  const loaded = loadPatterns([shippedPatterns, ...folders.map((folder) => path.resolve(folder))]);
  const broken = checkSamples(new CompiledPatterns(loaded.set));
  const problems = broken.flatMap(({ pattern, place, message, help }) => {
    const file = loaded.files.get(pattern);
    return file === undefined ? [] : [file.problemAt(place, message, help)];
  });
  const left = withoutPatterns(loaded.set, new Set(broken.map(({ pattern }) => pattern)));
  return { patterns: new CompiledPatterns(left), problems: [...loaded.problems, ...problems] };
}
