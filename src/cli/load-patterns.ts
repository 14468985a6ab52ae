/** The shipped patterns and the user's own, loaded, checked against their samples, ready for scanning. */
import path from 'node:path';

import { CompiledPatterns } from '../matching/compiled-patterns.ts';
import { checkSamples } from '../matching/samples.ts';
import type { Redaction } from '../model/redaction.ts';
import { loadPatterns, withoutPatterns } from '../patterns/load.ts';
import type { PatternProblem } from '../patterns/problem.ts';
import { shippedPatterns } from './package-files.ts';

export interface CheckedPatterns {
  readonly patterns: CompiledPatterns;
  readonly problems: readonly PatternProblem[];
}

export { shippedPatterns };

/** Loads the shipped folder and then `folders` over it. What breaks a law is left out and reported. */
export function loadCheckedPatterns(
  folders: readonly string[] = [],
  redaction?: Redaction,
): CheckedPatterns {
  const loaded = loadPatterns([shippedPatterns, ...folders.map((folder) => path.resolve(folder))]);
  const broken = checkSamples(new CompiledPatterns(loaded.set));
  const problems = broken.flatMap(({ pattern, place, message, help }) => {
    const file = loaded.files.get(pattern);
    return file === undefined ? [] : [file.problemAt(place, message, help)];
  });
  const left = withoutPatterns(loaded.set, new Set(broken.map(({ pattern }) => pattern)));
  return {
    patterns: new CompiledPatterns(left, redaction),
    problems: [...loaded.problems, ...problems],
  };
}
