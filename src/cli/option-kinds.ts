/** The options that several commands share. */
import { Option } from 'commander';

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
