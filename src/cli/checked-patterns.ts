/** The patterns of a command: prepared by the build where that will do, else read and checked now. */
import { CompiledPatterns } from '../matching/compiled-patterns.ts';
import { readPrepared } from '../patterns/prepared.ts';
import { formatProblem } from '../patterns/problem.ts';
import type { CheckedPatterns } from './load-patterns.ts';
import type { CommonOptions } from './options.ts';
import { preparedPatterns, shippedPatterns } from './package-files.ts';
import type { Terminal } from './terminal.ts';

/** Loads the patterns and says what is wrong with them; what is right is used. */
export async function checkedPatterns(
  terminal: Terminal,
  { patterns: folders = [], redact }: CommonOptions,
): Promise<CheckedPatterns> {
  const set = folders.length === 0 ? readPrepared(preparedPatterns, shippedPatterns) : null;
  if (set !== null) return { patterns: new CompiledPatterns(set, redact), problems: [] };
  const { loadCheckedPatterns } = await import('./load-patterns.ts');
  const checked = loadCheckedPatterns(folders, redact);
  for (const problem of checked.problems) terminal.say(formatProblem(problem));
  return checked;
}
