/** What the declarations of the commands share: options that mean the same everywhere, and how examples are set. */
import { InvalidArgumentError, Option } from 'commander';

import type { ExitCode } from '../exit-code.ts';

/** Told the exit code of the command that ran. */
export type Finish = (code: ExitCode) => void;

export const formatOption = (): Option =>
  new Option('--format <format>', 'how to print the answer')
    .choices(['table', 'json'])
    .default('table');
export const databaseOption = (): Option =>
  new Option('--db <file>', 'the database; else BUILDLOG_DB, else buildlog.db in your data folder');
export const redactOption = (): Option =>
  new Option(
    '--redact <what>',
    'what is taken out of excerpts before they are kept or shown: secrets, all (e-mail addresses too), or none',
  )
    .choices(['secrets', 'all', 'none'])
    .default('secrets');
export const patternsOption = (): Option =>
  repeatable('--patterns <folder>', 'a pattern folder of your own, read over the shipped ones');

/** An option that may be given several times. It takes one value each, so that files may follow it. */
export function repeatable(flags: string, description: string): Option {
  return new Option(flags, `${description}; may be given again`).argParser(
    (value: string, before: string[] | undefined) => [...(before ?? []), value],
  );
}

/** What stands below the help of a command. */
export function examples(...lines: string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`;
}

/** A whole number. */
export function count(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}
