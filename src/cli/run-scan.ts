/** `buildlog scan` and the terminal. Apart from the other commands, since it needs neither store nor reports. */
import { UnreadableLog } from '../log/unreadable-log.ts';
import { scanJson, scanText } from '../output/scan-result.ts';
import { checkedPatterns } from './checked-patterns.ts';
import { scanFile } from './commands/scan.ts';
import { exitCode, type ExitCode } from './exit-code.ts';
import { isFileError } from './file-error.ts';
import type { CommonOptions } from './options.ts';
import type { Terminal } from './terminal.ts';

export async function runScan(
  terminal: Terminal,
  files: readonly string[],
  options: CommonOptions,
): Promise<ExitCode> {
  const { patterns, problems } = await checkedPatterns(terminal, options);
  let unread = 0;
  let first = true;
  for (const file of files) {
    try {
      for await (const result of scanFile(file, patterns)) {
        if (options.format === 'json') terminal.answer(scanJson(result));
        else
          terminal.answer((first ? '' : '\n') + scanText(result, terminal.columns, terminal.style));
        first = false;
      }
    } catch (error) {
      if (error instanceof UnreadableLog) terminal.warn(error.source, error.message, error.help);
      else if (isFileError(error)) terminal.warn(file, `cannot be read: ${error.message}`);
      else throw error;
      unread++;
    }
  }
  if (problems.length > 0) return exitCode.usage;
  if (unread === files.length) return exitCode.error;
  return unread > 0 ? exitCode.partial : exitCode.done;
}
