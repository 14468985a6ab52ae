/** `buildlog check`: the gate before a re-run. */
import { InvalidArgumentError, Option, type Command } from 'commander';

import type { CheckOptions } from '../options.ts';
import type { Terminal } from '../terminal.ts';
import { databaseOption, examples, formatOption, patternsOption, type Finish } from './shared.ts';

export function addCheck(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command('check')
    .description('may a failed run be run again? infra, code, mixed or unknown, as exit code too')
    .argument(
      '[run]',
      "a run's id or address in the database, or a log or run-log archive; - is standard input",
    )
    .addOption(new Option('--job <n>', 'one job in the database instead').argParser(jobId))
    .addOption(new Option('--json', 'short for --format json'))
    .addOption(formatOption())
    .addOption(databaseOption())
    .addOption(patternsOption())
    .addHelpText(
      'after',
      `
Verdicts and exit codes:
  0  infra    every failed job has an explained cause that is not the change's
  5  code     every failed job failed because of the change
  6  mixed    some of each, or a cause that can be either
  7  unknown  a failed job is not explained, or only weakly; or no job failed

A run stands for the failed jobs of its latest attempt; canceled jobs do not count.
A workflow that re-runs infra failures once: buildlog help rerun-gate
${examples('buildlog check 19514933347', 'buildlog check job.log', 'buildlog check --job 54811592074 --json', 'buildlog check "$RUN_ID" && gh run rerun "$RUN_ID" --failed')}`,
    )
    .action(async (run: string | undefined, options: CheckOptions) => {
      const { runCheck } = await import('../run-check.ts');
      finish(await runCheck(terminal, run, options));
    });
}

function jobId(text: string): number {
  const id = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(id)) throw new InvalidArgumentError('It must be the id of a job.');
  return id;
}
