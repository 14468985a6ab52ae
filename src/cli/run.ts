/** What each command does with the terminal: opens, calls, prints, and says how it ended. */
import { setFlagsFromString } from 'node:v8';

import { plural } from '../model/plural.ts';
import { storyJson } from '../output/story-json.ts';
import { storyText } from '../output/story-text.ts';
import { readStories } from '../reports/job-story.ts';
import { isPruned } from '../store/prune.ts';
import { withIngestLock } from '../store/ingest-lock.ts';
import { readRunJobs } from '../store/read-run.ts';
import { Store } from '../store/store.ts';
import { demoStore } from './commands/demo.ts';
import { ingestFiles, type IngestReporter, type IngestResult } from './commands/ingest-files.ts';
import { checkedPatterns } from './checked-patterns.ts';
import { databasePath, readDatabase } from './database.ts';
import { exitCode, UsageError, type ExitCode } from './exit-code.ts';
import type { CommonOptions, IngestOptions, ReportOptions } from './options.ts';
import { figuresFor, patternSet, printReport } from './print-report.ts';
import { storyAdvice } from './story-advice.ts';
import type { Terminal } from './terminal.ts';

export async function runIngestFiles(
  terminal: Terminal,
  globs: readonly string[],
  options: IngestOptions,
): Promise<ExitCode> {
  // As for GitHub: ten thousand logs leave garbage that V8 would let grow beyond 200 MB.
  setFlagsFromString('--heap-growing-percent=20');
  const { patterns, problems } = await checkedPatterns(terminal, options);
  const file = databasePath(options.db, terminal.env);
  return withIngestLock(file, async () => {
    const store = Store.open(file);
    try {
      const request = { globs, metadata: options.metadata ?? [], runs: options.runs ?? [] };
      const result = await ingestFiles(store, patterns, request, reporterOf(terminal));
      terminal.answer(ingestText(result, file));
      if (problems.length > 0) return exitCode.usage;
      return result.notices.length > 0 ? exitCode.partial : exitCode.done;
    } finally {
      store.close();
    }
  });
}

export async function runReport(
  terminal: Terminal,
  name: string,
  options: ReportOptions,
): Promise<ExitCode> {
  const figures = await figuresFor(options.format);
  return readDatabase(databasePath(options.db, terminal.env), (store) => {
    printReport(terminal, name, store, patternSet(options), options, figures);
    return exitCode.done;
  });
}

export function runShow(terminal: Terminal, job: string, options: CommonOptions): ExitCode {
  const jobId = Number(/(\d+)\/?$/.exec(job)?.[1]);
  if (!Number.isSafeInteger(jobId)) {
    throw new UsageError(
      `${job} is not a job id`,
      "give the number from the job's address: buildlog show 32910000133",
    );
  }
  return readDatabase(databasePath(options.db, terminal.env), (store) => {
    const stories = readStories(store.db, jobId);
    if (stories.length === 0) {
      if (isPruned(store.db, jobId)) {
        throw new UsageError(
          `of job ${jobId} only the numbers are left: it was pruned`,
          'ingest its log again to see it whole',
        );
      }
      const ofRun = readRunJobs(store.db, jobId).map((each) => each.job_id);
      throw new UsageError(
        `no job ${jobId} in ${store.path}`,
        ofRun.length > 0
          ? `it is a run; its jobs are ${ofRun.slice(0, 12).join(', ')}`
          : 'list the jobs there are: buildlog sql "select job_id, job, cause from job_overview"',
      );
    }
    const { causes } = patternSet(options);
    for (const story of stories) {
      if (options.format === 'json') terminal.answer(storyJson(story));
      else {
        const advice = storyAdvice(story, causes);
        terminal.answer(storyText(story, causes, advice, terminal.columns, terminal.style));
      }
    }
    return exitCode.done;
  });
}

export async function runDemo(terminal: Terminal, options: CommonOptions): Promise<ExitCode> {
  const { patterns } = await checkedPatterns(terminal, {});
  const { store } = await demoStore(patterns, reporterOf(terminal), options.db);
  try {
    printReport(terminal, 'summary', store, patterns.set, options, null);
    if (options.db !== undefined) terminal.say(`kept in ${options.db}`);
    return exitCode.done;
  } finally {
    store.close();
  }
}

function reporterOf(terminal: Terminal): IngestReporter {
  return {
    workers: terminal.env['BUILDLOG_WORKERS'],
    now: () => new Date().toISOString(),
    progress: (text) => terminal.progress(text),
    warn: (source, message, help) => terminal.warn(source, message, help),
  };
}

function ingestText({ counts, logs, notices, collisions }: IngestResult, file: string): string {
  const { added, changed, unchanged } = counts;
  const news =
    added + changed === 0
      ? `nothing new: ${plural(unchanged, 'job')} unchanged`
      : `${plural(added, 'job')} added, ${changed} changed, ${unchanged} unchanged`;
  const left =
    notices.length === 0 ? '' : `; ${plural(notices.length, 'thing')} left out, see above`;
  return `${plural(logs, 'log')} read, ${news}; ${plural(collisions, 'job')} hit by a neighbour or an engine stop${left}\nsaved in ${file}`;
}
