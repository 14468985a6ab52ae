/** `buildlog export`: tables for programs, and a folder for who asks what happened. */
import { InvalidArgumentError, Option, type Command } from 'commander';

import type { ExportChoice, ExportOptions } from '../options.ts';
import type { Terminal } from '../terminal.ts';
import { databaseOption, examples, patternsOption, type Finish } from './shared.ts';

export function addExport(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command('export')
    .description('every table as one file, or a postmortem: tables, page, summary, evidence, SQL')
    .addArgument(
      program
        .createArgument('<format>', 'csv, ndjson or postmortem')
        .choices(['csv', 'ndjson', 'postmortem']),
    )
    .argument('<folder>', 'where the files go; a postmortem makes a new one')
    .option('--cause <cause>', 'postmortem: of all jobs that failed of it')
    .addOption(
      new Option(
        '--window <times>',
        'postmortem: of jobs that started from A on and before B, A..B',
      ),
    )
    .addOption(
      new Option('--job <id>', 'postmortem: of one job and those that died with it').argParser(
        jobId,
      ),
    )
    .addOption(databaseOption())
    .addOption(patternsOption())
    .addHelpText(
      'after',
      examples(
        'buildlog export csv tables/',
        'buildlog export postmortem incident/ --job 54811545687',
        'buildlog export postmortem last-week/ --window 2026-11-16..2026-11-23',
        'buildlog export postmortem upstream/ --cause builder-died',
      ),
    )
    .action(async (format: ExportChoice, folder: string, options: ExportOptions) => {
      const { runExport } = await import('../run-export.ts');
      finish(await runExport(terminal, format, folder, options));
    });
}

/** Job ids have eleven digits by now. */
function jobId(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError("It must be a job's number.");
  return Number(text);
}
