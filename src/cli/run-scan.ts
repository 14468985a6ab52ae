/** `buildlog scan` and the terminal. Apart from the other commands, since it needs neither store nor reports. */
import { checkedPatterns } from './checked-patterns.ts';
import { exitCode, type ExitCode } from './exit-code.ts';
import type { CommonOptions } from './options.ts';
import { readFiles } from './reading/read-files.ts';
import type { Terminal } from './terminal.ts';

/** Answers are written in pieces of about this length: a piece takes longer than what it says. */
const answerLength = 32 * 1024;

export async function runScan(
  terminal: Terminal,
  files: readonly string[],
  options: CommonOptions,
): Promise<ExitCode> {
  const { patterns, problems } = await checkedPatterns(terminal, options);
  const { columns, hasColor, env } = terminal;
  const format = options.format ?? 'table';
  let [read, unread] = [0, 0];
  let held = '';
  const answer = (): void => {
    if (held !== '') terminal.answer(held);
    held = '';
  };
  let separator = '';
  const task = { format, columns, hasColor };
  for await (const made of readFiles(files, task, patterns, env['BUILDLOG_WORKERS'])) {
    if (made.problem !== null) {
      answer();
      terminal.warn(made.problem.source, made.problem.message, made.problem.help);
      unread++;
    } else if ('answer' in made.item) {
      read++;
      held += separator + made.item.answer;
      separator = format === 'json' ? '' : '\n';
      if (held.length > answerLength || terminal.isWatched) answer();
    }
  }
  answer();
  if (problems.length > 0) return exitCode.usage;
  if (read === 0) return exitCode.error;
  return unread > 0 ? exitCode.partial : exitCode.done;
}
