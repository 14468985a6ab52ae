/** `buildlog patterns …`: what is known about failures. */
import type { Command } from 'commander';

import type { CommonOptions, DraftOptions, ExplainOptions } from '../options.ts';
import type { Terminal } from '../terminal.ts';
import {
  databaseOption,
  examples,
  formatOption,
  patternsOption,
  redactOption,
  type Finish,
} from './shared.ts';
import { addPatternsDiff } from './upkeep.ts';

// Loaded when a command runs, so that none pays for what another one needs.
const patternCommands = () => import('../run-patterns.ts');

export function addPatterns(program: Command, terminal: Terminal, finish: Finish): void {
  const patterns = program
    .command('patterns')
    .helpCommand(false)
    .description('what is known about failures: list, check, explain, draft, diff')
    .addHelpText(
      'after',
      examples('buildlog patterns list', 'buildlog patterns check --patterns mine/'),
    );
  patterns
    .command('list')
    .description('all signatures, nearest to the root first')
    .addOption(formatOption())
    .addOption(patternsOption())
    .addHelpText(
      'after',
      examples('buildlog patterns list', 'buildlog patterns list --format json | jq length'),
    )
    .action(async (options: CommonOptions) =>
      finish((await patternCommands()).runPatternsList(terminal, options)),
    );
  patterns
    .command('check')
    .description('hold all patterns against their laws')
    .addOption(patternsOption())
    .addHelpText('after', examples('buildlog patterns check --patterns mine/'))
    .action(async (options: CommonOptions) =>
      finish((await patternCommands()).runPatternsCheck(terminal, options)),
    );
  patterns
    .command('schema')
    .description('the JSON Schema of pattern files, for your editor')
    .addHelpText('after', examples('buildlog patterns schema > pattern.schema.json'))
    .action(async () => finish((await patternCommands()).runPatternsSchema(terminal)));
  addExplainAndDraft(patterns, terminal, finish);
  addPatternsDiff(patterns, terminal, finish);
}

function addExplainAndDraft(patterns: Command, terminal: Terminal, finish: Finish): void {
  patterns
    .command('explain')
    .description('how far each line of a log got: words, position, vertex, regex, captures, rank')
    .argument('<file>', 'a job log')
    .requiredOption('--signature <id>', 'the signature to follow')
    .addOption(patternsOption())
    .addOption(redactOption())
    .addHelpText('after', examples('buildlog patterns explain job.log --signature grpc-stream-eof'))
    .action(async (file: string, options: ExplainOptions) => {
      finish(await (await patternCommands()).runPatternsExplain(terminal, file, options));
    });
  patterns
    .command('draft')
    .description('a pattern file to start from, for failures that nothing explains')
    .argument('<fingerprint>', 'as `buildlog report unexplained` shows it')
    .option('--out <file>', 'write it there instead of printing it')
    .addOption(databaseOption())
    .addOption(patternsOption())
    .addHelpText(
      'after',
      examples('buildlog patterns draft t1-e3a92e7d74 --out mine/signatures/registry-teapot.yaml'),
    )
    .action(async (fingerprint: string, options: DraftOptions) =>
      finish((await patternCommands()).runPatternsDraft(terminal, fingerprint, options)),
    );
}
