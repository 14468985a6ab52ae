#!/usr/bin/env node
/** The entry point: builds the program, runs it, and turns every end into an exit code and a sentence. */
import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';

import { CommanderError } from 'commander';

import { escapeControls } from '../output/escape.ts';
import { reportSummaries } from '../reports/names.ts';
import type { StoreError } from '../store/store-error.ts';
import { exitCode, type UsageError } from './exit-code.ts';
import { isFileError } from './file-error.ts';
import { packageFile } from './package-files.ts';
import { createProgram } from './program.ts';
import { commandWith, nearestWords } from './suggest.ts';
import { Terminal } from './terminal.ts';

// A regex that starts to run away is finished by V8's linear engine. Patterns are proven not to; this is
// for what the proof does not cover.
setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks');

const terminal = new Terminal();

// `buildlog report | head` closes the pipe: that is the reader's right, not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(exitCode.done);
  terminal.say(`buildlog: the answer cannot be written: ${escapeControls(error.message)}`);
  process.exit(exitCode.error);
});

// Whoever closes the other stream does not want to be told; what was asked for is done all the same.
process.stderr.on('error', () => {});

void main();

async function main(): Promise<void> {
  try {
    const program = createProgram(terminal, packageVersion(), (code) => {
      process.exitCode = code;
    });
    if (process.argv.length > 2) await program.parseAsync();
    else (await import('./start-page.ts')).startPage(terminal);
  } catch (error) {
    process.exitCode = report(error);
  }
}

function report(error: unknown): number {
  if (error instanceof CommanderError) {
    if (error.code === 'commander.unknownCommand') adviseOnCommand(error.message);
    return error.exitCode === 0 ? exitCode.done : exitCode.usage;
  }
  const message = error instanceof Error ? error.message : String(error);
  terminal.say(`buildlog: ${escapeControls(message)}`);
  if (isExplained(error)) {
    terminal.say(`  help: ${escapeControls(error.help)}`);
    return error.name === 'UsageError' ? exitCode.usage : exitCode.error;
  }
  if (isFileError(error)) {
    const { path: place, syscall } = error;
    const help =
      syscall === 'uv_cwd'
        ? 'the current folder is gone: go to one that is there'
        : `look at ${escapeControls(place ?? 'the disk')}, or name another place`;
    terminal.say(`  help: ${help}`);
    return exitCode.error;
  }
  const stack = error instanceof Error ? error.stack : undefined;
  if (terminal.env['BUILDLOG_DEBUG']) terminal.say(stack ?? message);
  else
    terminal.say(
      '  help: this should not happen; run it again with BUILDLOG_DEBUG=1 and report the stack',
    );
  return exitCode.error;
}

/** Commands are bundled apart, each with its own copy of a class: the name tells. */
function isExplained(error: unknown): error is UsageError | StoreError {
  return error instanceof Error && ['UsageError', 'StoreError'].includes(error.name);
}

/** The name of a report, a file, a job or a repository is soon taken for a command. */
function adviseOnCommand(message: string): void {
  if (message.includes('Did you mean')) return;
  const [, typed = ''] = /'(.*)'/.exec(message) ?? [];
  const [name] = nearestWords(typed, Object.keys(reportSummaries));
  const isIngest = process.argv.includes('ingest');
  const meant = commandWith(typed, isIngest) ?? (name === undefined ? null : `report ${name}`);
  terminal.say(`  help: buildlog ${escapeControls(meant ?? '--help')}`);
}

function packageVersion(): string {
  const text = readFileSync(packageFile, 'utf8');
  return /"version": "([^"]+)"/.exec(text)?.[1] ?? 'unknown';
}
