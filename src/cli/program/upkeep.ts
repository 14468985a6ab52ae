/** The part of the program that looks after a database: rematch, merge, prune, backup. */
import type { Command } from 'commander';

import type { CommonOptions, PruneOptions, RematchOptions } from '../options.ts';
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
    .command('prune')
    .description('delete what is stored of old jobs; reports go on counting them')
    .requiredOption('--older-than <time>', 'days, hours or a date: 90d, 2026-08-01')
    .option('--write', 'do it; else it is only told what would go')
    .option('--keep-logs <folder>', 'where `ingest github` kept its logs: theirs go too')
    .addOption(databaseOption())
    .addOption(patternsOption())
    .addHelpText(
      'after',
      `
What is left of a pruned job is a line of numbers: versions, host, times, cause. Summary, causes, versions,
concurrency, hosts, trend, calendar and flaky say what they said; \`show\`, \`sql\`, \`export\` and the
proof of a collision need the job itself. What was found between jobs up to a day after the cut stays as it is.
${examples('buildlog prune --older-than 180d', 'buildlog prune --older-than 180d --keep-logs logs/ --write')}`,
    )
    .action(async (options: PruneOptions) =>
      finish(await (await upkeep()).runPrune(terminal, options)),
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
