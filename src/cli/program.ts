/** The commands, their options and their help. What a command does is in commands/. */
import { Command, InvalidArgumentError, Option } from 'commander';

import { wrap } from '../output/wrap.ts';
import { allReports, loadLevels, reportSummaries } from '../reports/names.ts';
import type {
  CommonOptions,
  DoctorOptions,
  IngestGithubOptions,
  IngestOptions,
  ReportOptions,
} from './options.ts';
import { exitCode } from './exit-code.ts';
import { colorChoices, type ColorChoice } from './color.ts';
import { addCheck } from './program/check.ts';
import { addExport } from './program/export.ts';
import { addHelp, oneOf, topicList } from './program/help.ts';
import { addPatterns } from './program/patterns.ts';
import {
  count,
  databaseOption,
  examples,
  formatOption,
  patternsOption,
  redactOption,
  repeatable,
  type Finish,
} from './program/shared.ts';
import { addSql } from './program/sql.ts';
import { addUpkeep } from './program/upkeep.ts';
import type { Terminal } from './terminal.ts';

// Loaded when a command runs, so that none pays for what another one needs.
const mainCommands = () => import('./run.ts');
const scanCommand = () => import('./run-scan.ts');

/** Builds the program; `finish` is told the exit code of the command that ran. */
export function createProgram(terminal: Terminal, version: string, finish: Finish): Command {
  const program: Command = new Command('buildlog')
    .description('Why did the Docker build fail, and which version, load or neighbour did it?')
    .version(version)
    .addOption(
      new Option('--color <when>', 'emphasis: auto is on a terminal only')
        .choices(colorChoices)
        .default('auto'),
    )
    .showSuggestionAfterError()
    .showHelpAfterError('(add --help for examples)')
    .configureHelp({
      showGlobalOptions: true,
      visibleGlobalOptions: ({ parent }) =>
        parent === null ? [] : program.options.filter(({ long }) => long !== '--version'),
    })
    .hook('preAction', (_, command) => {
      terminal.color = command.optsWithGlobals<{ color: ColorChoice }>().color;
    })
    .configureOutput({
      writeErr: (text) => terminal.say(text.trimEnd()),
      getOutHelpWidth: () => terminal.columns,
      getErrHelpWidth: () => terminal.columns,
    })
    .exitOverride();

  const ingest = addIngest(program, terminal, finish);
  addIngestGithub(ingest, terminal, version, finish);
  addScanAndReport(program, terminal, finish);
  addStoryAndDemo(program, terminal, finish);
  addExport(program, terminal, finish);
  addCheck(program, terminal, finish);
  addSql(program, terminal, finish);
  addPatterns(program, terminal, finish);
  addUpkeep(program, terminal, finish);
  addDoctor(program, terminal, version, finish);
  addHelp(program, terminal, finish);
  groupCommands(program);
  program.addHelpText(
    'after',
    `\n${wrap(exitCodeHelp(), terminal.columns).join('\n')}\n${topicList()}\n${examples('buildlog demo', 'buildlog scan job.log', 'buildlog report versions')}`,
  );
  return program;
}

const commandGroups: Readonly<Record<string, readonly string[]>> = {
  'One log:': ['scan'],
  'Many logs:': ['ingest', 'report', 'show', 'sql', 'export', 'demo'],
  'Before a re-run:': ['check'],
};

/** What is in no group comes last. */
function groupCommands(program: Command): void {
  for (const command of program.commands) {
    const [title] =
      Object.entries(commandGroups).find(([, names]) => names.includes(command.name())) ?? [];
    command.helpGroup(title ?? 'The program itself:');
  }
}

function addIngest(program: Command, terminal: Terminal, finish: Finish): Command {
  const ingest = program
    .command('ingest')
    .helpCommand(false)
    .description('read job logs into the database')
    .addHelpText(
      'after',
      examples("buildlog ingest files 'logs/*.log'", 'buildlog ingest github acme/shop'),
    );
  ingest
    .command('files')
    .description(
      'job logs from disk: plain, .gz, run-log .zip, output of `gh run view --log`, or -',
    )
    .argument('<glob...>', 'files or patterns')
    .addOption(
      repeatable('--metadata <file>', "GitHub's list of jobs (JSON): conclusions, steps, runners"),
    )
    .addOption(repeatable('--runs <file>', "GitHub's list of workflow runs (JSON)"))
    .addOption(databaseOption())
    .addOption(patternsOption())
    .addOption(redactOption())
    .addHelpText(
      'after',
      examples(
        "buildlog ingest files 'logs/*.log'",
        "buildlog ingest files 'logs/*.log' --metadata jobs.json --runs runs.json",
        'gh run view 123 --log | buildlog ingest files -',
      ),
    )
    .action(async (globs: string[], options: IngestOptions) => {
      finish(await (await mainCommands()).runIngestFiles(terminal, globs, options));
    });
  return ingest;
}

function addIngestGithub(
  ingest: Command,
  terminal: Terminal,
  version: string,
  finish: Finish,
): void {
  ingest
    .command('github')
    .description('every attempt of every run since the last time, from github.com, ghe.com or GHES')
    .argument('[repository...]', 'OWNER/REPO')
    .addOption(repeatable('--org <org>', 'all repositories of an organization'))
    .option('--since <time>', 'how far back the first time: 14d, 36h or a date (default: 14d)')
    .addOption(repeatable('--workflow <file>', 'only this workflow: ci.yml'))
    .option('--max-calls <n>', 'stop after this many calls', count)
    .option('--min-remaining <n>', 'leave this many calls of the rate limit to others', count, 50)
    .option('--sample-green <share>', 'read the logs of this share of green jobs', share, 1)
    .option(
      '--keep-logs <folder>',
      'keep every log as it is, secrets in it too, compressed, under the digest of its content',
    )
    .option('--max-log-size <mb>', 'skip larger logs', count, 512)
    .option('--api-url <url>', 'the API; else GITHUB_API_URL, else that of GH_HOST')
    .addOption(repeatable('--log-host <host>', 'a host that your GHES keeps logs on'))
    .option('--dry-run', 'say what would be read, and read only the lists')
    .addOption(databaseOption())
    .addOption(patternsOption())
    .addOption(redactOption())
    .addHelpText(
      'after',
      examples(
        'GH_TOKEN=... buildlog ingest github acme/shop acme/billing',
        'buildlog ingest github --org acme --since 30d --sample-green 0.2',
      ),
    )
    .action(async (repositories: string[], options: IngestGithubOptions) => {
      const { runIngestGithub } = await import('./run-github.ts');
      finish(await runIngestGithub(terminal, repositories, options, version));
    });
}

function addDoctor(program: Command, terminal: Terminal, version: string, finish: Finish): void {
  program
    .command('doctor')
    .description('whether token, budget, clock, database and patterns are fit for an ingest')
    .option('--probe <repository>', 'also try how GitHub answers there, with about six calls')
    .option('--api-url <url>', 'the API; else GITHUB_API_URL, else that of GH_HOST')
    .addOption(repeatable('--log-host <host>', 'a host that your GHES keeps logs on'))
    .addOption(databaseOption())
    .addOption(patternsOption())
    .addHelpText('after', examples('buildlog doctor', 'buildlog doctor --probe acme/shop'))
    .action(async (options: DoctorOptions) => {
      const { runDoctor } = await import('./run-doctor.ts');
      finish(await runDoctor(terminal, options, version));
    });
}

function share(text: string): number {
  const value = Number(text);
  if (!(value >= 0 && value <= 1)) throw new InvalidArgumentError('It must be between 0 and 1.');
  return value;
}

function addScanAndReport(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command('scan')
    .description('cause, proof and advice for one log or more, without a database')
    .argument('<file...>', 'job logs; - is standard input')
    .addOption(formatOption())
    .addOption(patternsOption())
    .addOption(redactOption())
    .addHelpText('after', examples('buildlog scan job.log', 'buildlog scan --format json *.log'))
    .action(async (files: string[], options: CommonOptions) => {
      finish(await (await scanCommand()).runScan(terminal, files, options));
    });

  program
    .command('report')
    .description('questions asked of the database')
    .addArgument(
      oneOf(program.createArgument('[name]', 'which question'), 'report', [
        ...Object.keys(reportSummaries),
        allReports,
      ]).default('summary'),
    )
    .option('--explain', "print the definitions of the report's words and its SQL instead")
    .addOption(
      new Option('--format <format>', 'how to print the answer')
        .choices(['table', 'json', 'ndjson', 'csv', 'markdown', 'html'])
        .default('table'),
    )
    .addOption(
      new Option(
        '--level <level>',
        'what load is counted on; other than engine counts all jobs anew',
      )
        .choices(loadLevels)
        .default('engine'),
    )
    .addOption(
      repeatable(
        '--reference <component=version>',
        'what versions are compared with, as buildkit=0.13.1; else the most used',
      ),
    )
    .option('--out <file>', 'write the answer into a file')
    .addOption(databaseOption())
    .addOption(patternsOption())
    .addHelpText('after', reportHelp())
    .action(async (name: string, options: ReportOptions) =>
      finish(await (await mainCommands()).runReport(terminal, name, options)),
    );
}

function addStoryAndDemo(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command('show')
    .description('the story of one job: verdict, proof, builders, neighbours')
    .argument('<job>', 'a job id')
    .addOption(formatOption())
    .addOption(databaseOption())
    .addOption(patternsOption())
    .addHelpText('after', examples('buildlog show 32910000133'))
    .action(async (job: string, options: CommonOptions) =>
      finish((await mainCommands()).runShow(terminal, job, options)),
    );

  program
    .command('demo')
    .description('the summary of a bundled history of real builds with known causes')
    .addOption(formatOption())
    .option('--db <file>', 'keep the demo database here, to try other commands on')
    .addHelpText(
      'after',
      examples(
        'buildlog demo',
        'buildlog demo --db demo.db && buildlog report collisions --db demo.db',
      ),
    )
    .action(async (options: CommonOptions) =>
      finish(await (await mainCommands()).runDemo(terminal, options)),
    );
}

function reportHelp(): string {
  const names = Object.entries(reportSummaries).map(
    ([name, summary]) => `  ${name.padEnd(13)}${summary}`,
  );
  names.push(`  ${allReports.padEnd(13)}all of them, as one page or document`);
  return `\nReports:\n${names.join('\n')}\n${examples('buildlog report', 'buildlog report versions', 'buildlog report all --format html --out builds.html', 'buildlog report --format markdown >> $GITHUB_STEP_SUMMARY')}`;
}

function exitCodeHelp(): string {
  const { done, error, usage, partial, authentication, interrupted } = exitCode;
  return (
    `Exit codes: ${done} done, ${error} error, ${usage} bad usage or pattern, ` +
    `${partial} done but something could not be read, ${authentication} no token or a bad one, ` +
    `${exitCode.gateCode}-${exitCode.gateUnknown} \`check\` says no, ${interrupted} interrupted.`
  );
}
