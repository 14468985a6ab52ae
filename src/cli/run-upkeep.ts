/** The commands that look after a database: rematch, merge, prune, backup; and what differs between two pattern folders. */
import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';

import { plural } from '../model/plural.ts';
import { patternChanges, patternDiffJson, patternDiffText } from '../output/pattern-diff.ts';
import { rematchJson, rematchText } from '../output/rematch-text.ts';
import { loadPatterns } from '../patterns/load.ts';
import { formatProblem } from '../patterns/problem.ts';
import { withIngestLock } from '../store/ingest-lock.ts';
import { mergeStore } from '../store/merge.ts';
import { Store } from '../store/store.ts';
import { prune, type PruneResult } from './commands/prune.ts';
import { rematch } from './commands/rematch.ts';
import { checkedPatterns } from './checked-patterns.ts';
import { databasePath, readDatabase, requireDatabase } from './database.ts';
import { exitCode, UsageError, type ExitCode } from './exit-code.ts';
import { sinceOf } from './github-access.ts';
import { linkJobs } from './link-jobs.ts';
import type { CommonOptions, PruneOptions, RematchOptions } from './options.ts';
import type { Terminal } from './terminal.ts';

export async function runRematch(terminal: Terminal, options: RematchOptions): Promise<ExitCode> {
  const { patterns, problems } = await checkedPatterns(terminal, options);
  const file = requireDatabase(databasePath(options.db, terminal.env));
  return withIngestLock(file, async () => {
    const store = Store.open(file);
    try {
      const request = { keptLogs: options.keepLogs ?? null, write: options.write ?? false };
      const result = await rematch(store, patterns, request, terminal);
      terminal.answer(options.format === 'json' ? rematchJson(result) : rematchText(result));
      if (problems.length > 0) return exitCode.usage;
      return result.judged < result.logs ? exitCode.partial : exitCode.done;
    } finally {
      store.close();
    }
  });
}

export async function runMerge(
  terminal: Terminal,
  otherFile: string,
  options: CommonOptions,
): Promise<ExitCode> {
  const { patterns } = await checkedPatterns(terminal, options);
  const file = databasePath(options.db, terminal.env);
  if (path.resolve(otherFile) === file) {
    throw new UsageError(`${otherFile} is the database itself`, 'name another one');
  }
  return withIngestLock(file, () =>
    readDatabase(otherFile, (other) => {
      other.refuseDamage();
      const store = Store.open(file);
      try {
        const { jobs, added, logs } = store.transaction(() => {
          const merged = mergeStore(store, other);
          linkJobs(store, patterns);
          return merged;
        });
        terminal.answer(
          `${plural(jobs, 'job')} of ${otherFile}: ${added} added, ${plural(logs, 'log')} taken\nsaved in ${file}`,
        );
        return Promise.resolve(exitCode.done);
      } finally {
        store.close();
      }
    }),
  );
}

export async function runPrune(terminal: Terminal, options: PruneOptions): Promise<ExitCode> {
  const { patterns } = await checkedPatterns(terminal, options);
  const file = requireDatabase(databasePath(options.db, terminal.env));
  const before = new Date(sinceOf(options.olderThan, '--older-than')(Date.now())).toISOString();
  const { write = false, keepLogs = null } = options;
  return withIngestLock(file, () => {
    const size = statSync(file).size;
    const store = Store.open(file);
    try {
      const result = prune(store, patterns, { before, keptLogs: keepLogs, write }, terminal);
      terminal.answer(pruneText(result, keepLogs !== null));
      if (result.written && result.jobs > 0) {
        terminal.answer(`${file}: ${inMegabytes(size)}, now ${inMegabytes(statSync(file).size)}`);
      }
      return Promise.resolve(exitCode.done);
    } finally {
      store.close();
    }
  });
}

function pruneText(result: PruneResult, hasFolder: boolean): string {
  const { before, jobs, all, files, written } = result;
  const which = `${jobs} of ${plural(all, 'job')} ended before ${before.slice(0, 16)}Z`;
  if (jobs === 0) return `${which}: there is nothing to prune`;
  if (!written) {
    return `${which}: their logs, facts and verdicts would go; reports would still count them\nnothing was deleted; --write does it`;
  }
  const kept =
    files === 0
      ? ''
      : hasFolder
        ? `; ${plural(files, 'kept log')} deleted`
        : `; ${plural(files, 'kept log')} left on the disk, since --keep-logs did not name the folder`;
  return `${which}: pruned, and still counted by all reports${kept}`;
}

function inMegabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** The copy has its name when it is whole: an earlier one stays until then. */
export async function runBackup(
  terminal: Terminal,
  target: string,
  options: CommonOptions,
): Promise<ExitCode> {
  const file = requireDatabase(databasePath(options.db, terminal.env));
  if (path.resolve(target) === file) {
    throw new UsageError(`${target} is the database itself`, 'name another file');
  }
  const store = Store.open(file, { readonly: true });
  const part = `${target}.part`;
  try {
    await store.copyTo(part);
    renameSync(part, target);
  } finally {
    rmSync(part, { force: true });
    store.close();
  }
  terminal.answer(`${file} copied to ${target}`);
  return exitCode.done;
}

export function runPatternsDiff(
  terminal: Terminal,
  older: string,
  newer: string,
  { format }: CommonOptions,
): ExitCode {
  const [before, after] = [older, newer].map((folder) => {
    if (!existsSync(folder)) {
      throw new UsageError(`${folder} is not there`, 'name two folders of patterns');
    }
    return loadPatterns([folder]);
  });
  const problems = [...(before?.problems ?? []), ...(after?.problems ?? [])];
  for (const problem of problems) terminal.say(formatProblem(problem));
  if (before === undefined || after === undefined) return exitCode.usage;
  const changes = patternChanges(before.set, after.set);
  terminal.answer(format === 'json' ? patternDiffJson(changes) : patternDiffText(changes));
  return problems.length > 0 ? exitCode.usage : exitCode.done;
}
