/** The part of the program that looks after a database: rematch, merge, backup. */
import type { Command } from 'commander';

import type { CommonOptions, RematchOptions } from '../options.ts';
import type { Terminal } from '../terminal.ts';
import {
  databaseOption,
  examples,
  formatOption,
  patternsOption,
  redactOption,
  type Finish,
} from './shared.ts';

const upkeep = () => import('../run-upkeep.ts');

export function addUpkeep(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command('rematch')
    .description(
      'judge the logs that are still there by the patterns of today, without the network',
    )
    .option('--write', 'write what differs; else it is only shown')
    .option('--keep-logs <folder>', 'where `ingest github` kept its logs')
    .addOption(formatOption())
    .addOption(databaseOption())
    .addOption(patternsOption())
    .addOption(redactOption())
    .addHelpText(
      'after',
      examples('buildlog rematch', 'buildlog rematch --keep-logs logs/ --patterns mine/ --write'),
    )
    .action(async (options: RematchOptions) =>
      finish(await (await upkeep()).runRematch(terminal, options)),
    );
  program
    .command('merge')
    .description('take all that another database knows into this one')
    .argument('<file>', 'the other database, which is only read')
    .addOption(databaseOption())
    .addOption(patternsOption())
    .addHelpText('after', examples('buildlog merge colleague.db'))
    .action(async (file: string, options: CommonOptions) =>
      finish(await (await upkeep()).runMerge(terminal, file, options)),
    );
  program
    .command('backup')
    .description('copy the database, while others may read and write it')
    .argument('<file>', 'the copy; an earlier one is replaced when the new one is whole')
    .addOption(databaseOption())
    .addHelpText('after', examples('buildlog backup buildlog-monday.db'))
    .action(async (file: string, options: CommonOptions) =>
      finish(await (await upkeep()).runBackup(terminal, file, options)),
    );
}

export function addPatternsDiff(patterns: Command, terminal: Terminal, finish: Finish): void {
  patterns
    .command('diff')
    .description('what two pattern folders recognise differently')
    .argument('<old>', 'a folder of patterns')
    .argument('<new>', 'another one')
    .addOption(formatOption())
    .addHelpText('after', examples('buildlog patterns diff patterns-last-year/ patterns/'))
    .action(async (older: string, newer: string, options: CommonOptions) =>
      finish((await upkeep()).runPatternsDiff(terminal, older, newer, options)),
    );
}
