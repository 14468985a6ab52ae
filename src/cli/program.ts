/** The commands, their options and their help. What a command does is in commands/. */
import { Command, Option } from 'commander';

import { exitCode, type ExitCode } from './exit-code.ts';
import { runDemo, runExport, runIngestFiles, runReport, runScan, runShow } from './run.ts';
import type {
  CommonOptions,
  DraftOptions,
  ExplainOptions,
  IngestOptions,
  ReportOptions,
} from './options.ts';
import {
  runPatternsCheck,
  runPatternsDraft,
  runPatternsExplain,
  runPatternsList,
  runPatternsSchema,
} from './run-patterns.ts';
import type { Terminal } from './terminal.ts';
import { reports } from '../reports/catalog.ts';

const formatOption = (): Option =>
  new Option('--format <format>', 'how to print the answer')
    .choices(['table', 'json'])
    .default('table');
const databaseOption = (): Option =>
  new Option('--db <file>', 'the database; else BUILDLOG_DB, else buildlog.db in your data folder');
const patternsOption = (): Option =>
  repeatable('--patterns <folder>', 'a pattern folder of your own, read over the shipped ones');

/** An option that may be given several times. It takes one value each, so that files may follow it. */
function repeatable(flags: string, description: string): Option {
  return new Option(flags, `${description}; may be given again`).argParser(
    (value: string, before: string[] | undefined) => [...(before ?? []), value],
  );
}

type Finish = (code: ExitCode) => void;

/** Builds the program; `finish` is told the exit code of the command that ran. */
export function createProgram(terminal: Terminal, version: string, finish: Finish): Command {
  const program = new Command('buildlog')
    .description('Why did the Docker build fail, and which version, load or neighbour did it?')
    .version(version)
    .showSuggestionAfterError()
    .configureOutput({ writeErr: (text) => terminal.say(text.trimEnd()) })
    .exitOverride();

  addIngest(program, terminal, finish);
  addScanAndReport(program, terminal, finish);
  addStoryAndTables(program, terminal, finish);
  addPatterns(program, terminal, finish);
  program.addHelpText('after', exitCodeHelp());
  return program;
}

function addIngest(program: Command, terminal: Terminal, finish: Finish): void {
  const ingest = program.command('ingest').description('read job logs into the database');
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
    .addHelpText(
      'after',
      examples(
        "buildlog ingest files 'logs/*.log'",
        "buildlog ingest files 'logs/*.log' --metadata jobs.json --runs runs.json",
        'gh run view 123 --log | buildlog ingest files -',
      ),
    )
    .action(async (globs: string[], options: IngestOptions) => {
      finish(await runIngestFiles(terminal, globs, options));
    });
}

function addScanAndReport(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command('scan')
    .description('cause, proof and advice for one log or more, without a database')
    .argument('<file...>', 'job logs; - is standard input')
    .addOption(formatOption())
    .addOption(patternsOption())
    .addHelpText('after', examples('buildlog scan job.log', 'buildlog scan --format json *.log'))
    .action(async (files: string[], options: CommonOptions) => {
      finish(await runScan(terminal, files, options));
    });

  program
    .command('report')
    .description('questions asked of the database')
    .addArgument(
      program
        .createArgument('[name]', 'which question')
        .choices(Object.keys(reports))
        .default('summary'),
    )
    .option('--explain', "print the definitions of the report's words and its SQL instead")
    .addOption(formatOption())
    .addOption(databaseOption())
    .addOption(patternsOption())
    .addHelpText('after', reportHelp())
    .action((name: string, options: ReportOptions) => finish(runReport(terminal, name, options)));
}

function addStoryAndTables(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command('show')
    .description('the story of one job: verdict, proof, builders, neighbours')
    .argument('<job>', 'a job id')
    .addOption(formatOption())
    .addOption(databaseOption())
    .addOption(patternsOption())
    .addHelpText('after', examples('buildlog show 32910000133'))
    .action((job: string, options: CommonOptions) => finish(runShow(terminal, job, options)));

  program
    .command('export')
    .description(
      'every table as one file: jobs, verdicts, occurrences, facts, builder events, collisions',
    )
    .addArgument(program.createArgument('<format>', 'csv or ndjson').choices(['csv', 'ndjson']))
    .argument('<folder>', 'where the files go; it is made if needed')
    .addOption(databaseOption())
    .addHelpText('after', examples('buildlog export csv postmortem/'))
    .action((format: 'csv' | 'ndjson', folder: string, options: CommonOptions) =>
      finish(runExport(terminal, format, folder, options)),
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
    .action(async (options: CommonOptions) => finish(await runDemo(terminal, options)));
}

function addPatterns(program: Command, terminal: Terminal, finish: Finish): void {
  const patterns = program
    .command('patterns')
    .description('what is known about failures: list, check, explain, draft');
  patterns
    .command('list')
    .description('all signatures, nearest to the root first')
    .addOption(formatOption())
    .addOption(patternsOption())
    .action((options: CommonOptions) => finish(runPatternsList(terminal, options)));
  patterns
    .command('check')
    .description('hold all patterns against their laws')
    .addOption(patternsOption())
    .addHelpText('after', examples('buildlog patterns check --patterns mine/'))
    .action((options: CommonOptions) => finish(runPatternsCheck(terminal, options)));
  patterns
    .command('schema')
    .description('the JSON Schema of pattern files, for your editor')
    .action(() => finish(runPatternsSchema(terminal)));
  patterns
    .command('explain')
    .description('how far each line of a log got: words, position, vertex, regex, captures, rank')
    .argument('<file>', 'a job log')
    .requiredOption('--signature <id>', 'the signature to follow')
    .addOption(patternsOption())
    .addHelpText('after', examples('buildlog patterns explain job.log --signature grpc-stream-eof'))
    .action(async (file: string, options: ExplainOptions) => {
      finish(await runPatternsExplain(terminal, file, options));
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
    .action((fingerprint: string, options: DraftOptions) =>
      finish(runPatternsDraft(terminal, fingerprint, options)),
    );
}

function examples(...lines: string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`;
}

function reportHelp(): string {
  const names = Object.entries(reports).map(
    ([name, { summary }]) => `  ${name.padEnd(13)}${summary}`,
  );
  return `\nReports:\n${names.join('\n')}\n${examples('buildlog report', 'buildlog report versions', 'buildlog report collisions --format json')}`;
}

function exitCodeHelp(): string {
  const { done, error, usage, partial } = exitCode;
  return (
    `\nExit codes: ${done} done, ${error} error, ${usage} bad usage or pattern, ` +
    `${partial} done but something could not be read.`
  );
}
