/** `buildlog scan` and the terminal. Apart from the other commands, since it needs neither store nor reports. */
import { UnreadableLog } from '../log/unreadable-log.ts';
import { scanJson, ScanText } from '../output/scan-result.ts';
import { checkedPatterns } from './checked-patterns.ts';
import { scanFile } from './commands/scan.ts';
import { exitCode, type ExitCode } from './exit-code.ts';
import { isFileError } from './file-error.ts';
import type { CommonOptions } from './options.ts';
import type { Terminal } from './terminal.ts';

/** Answers are written in pieces of about this length: a piece takes longer than what it says. */
const answerLength = 32 * 1024;

export async function runScan(
  terminal: Terminal,
  files: readonly string[],
  options: CommonOptions,
): Promise<ExitCode> {
  const { patterns, problems } = await checkedPatterns(terminal, options);
  const text = new ScanText(terminal.columns, terminal.style);
  let unread = 0;
  let held = '';
  const answer = (): void => {
    if (held !== '') terminal.answer(held);
    held = '';
  };
  let first = true;
  for (const file of files) {
    try {
      for await (const result of scanFile(file, patterns)) {
        held +=
          options.format === 'json' ? scanJson(result) : `${first ? '' : '\n'}${text.of(result)}`;
        first = false;
        if (held.length > answerLength || terminal.isWatched) answer();
      }
    } catch (error) {
      answer();
      if (error instanceof UnreadableLog) terminal.warn(error.source, error.message, error.help);
      else if (isFileError(error)) terminal.warn(file, `cannot be read: ${error.message}`);
      else throw error;
      unread++;
    }
  }
  answer();
  if (problems.length > 0) return exitCode.usage;
  if (unread === files.length) return exitCode.error;
  return unread > 0 ? exitCode.partial : exitCode.done;
}
