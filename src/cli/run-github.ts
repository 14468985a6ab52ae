/** `buildlog ingest github` from its arguments to its exit code. Loaded only when it is asked for, since octokit is large. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';

import { GithubClient } from '../ingest/github/client.ts';
import { redact } from '../ingest/github/failure.ts';
import { defaultPace, Gate } from '../ingest/github/gate.ts';
import { isName } from '../ingest/github/server.ts';
import { requireRoom } from '../store/folder.ts';
import { withIngestLock } from '../store/ingest-lock.ts';
import { Store } from '../store/store.ts';
import { IngestContext, type GithubRequest } from './commands/ingest-github/context.ts';
import { ingestGithub, type GithubIngestResult } from './commands/ingest-github/ingest.ts';
import { summaryText } from './commands/ingest-github/summary.ts';
import { checkedPatterns } from './checked-patterns.ts';
import { databasePath } from './database.ts';
import { exitCode, UsageError, type ExitCode } from './exit-code.ts';
import { githubAccess, githubTransport, repositoryOf, sinceOf } from './github-access.ts';
import type { IngestGithubOptions } from './options.ts';
import type { Terminal } from './terminal.ts';

export async function runIngestGithub(
  terminal: Terminal,
  repositories: readonly string[],
  options: IngestGithubOptions,
  version: string,
): Promise<ExitCode> {
  const orgs = options.org ?? [];
  if (repositories.length + orgs.length === 0) {
    throw new UsageError(
      'no repository is named',
      'buildlog ingest github OWNER/REPO, or --org ORG',
    );
  }
  const request = requestOf(repositories, orgs, options);
  const { server, credential, credentialFrom } = githubAccess(options, terminal.env);
  if (credential.kind === 'none' && !server.loopback) {
    terminal.say(`buildlog: no token for ${server.host}: without one GitHub gives no logs`);
    terminal.say(`  help: set ${credentialFrom} to a token with read access to Actions`);
    return exitCode.authentication;
  }
  const { fetch } = await githubTransport(terminal.env);
  // Thousands of logs leave garbage that V8 would let grow to three times of what is alive.
  setFlagsFromString('--heap-growing-percent=20');
  const { patterns, problems } = await checkedPatterns(terminal, options);
  const file = databasePath(options.db, terminal.env);
  const isNew = request.dryRun && !existsSync(file);
  return withIngestLock(isNew ? ':memory:' : file, async () => {
    const store = Store.open(isNew ? ':memory:' : file);
    const stop = stopping(terminal);
    try {
      if (!request.dryRun) requireRoom(path.dirname(file));
      const userAgent = `buildlog/${version}`;
      const budget = { maxCalls: options.maxCalls ?? null, minRemaining: options.minRemaining };
      const gate = new Gate(budget, stop.signal, paceOf(terminal.env), (until, why) =>
        terminal.say(`wait   ${why}: going on at ${until.toISOString().slice(11, 19)} UTC`),
      );
      const warn = (message: string): void => terminal.warn(server.host, message);
      const about = { userAgent, fetch, warn };
      const way = { server, fetch, userAgent, signal: stop.signal };
      const client = await GithubClient.create(server, credential, gate, stop.signal, about);
      const context = new IngestContext({
        store,
        patterns,
        client,
        download: { ...way, pace: gate.pace, maxBytes: options.maxLogSize * 1e6 },
        request,
        signal: stop.signal,
        reporter: {
          now: () => new Date().toISOString(),
          progress: (text) => terminal.progress(text),
          say: (text) => terminal.say(redact(text)),
          warn: (source, message, help) =>
            terminal.warn(source, redact(message), help === undefined ? undefined : redact(help)),
        },
      });
      const run = (): Promise<GithubIngestResult> => ingestGithub(context);
      const started = performance.now();
      const result = request.dryRun ? await store.tryOut(run) : await run();
      const seconds = (performance.now() - started) / 1000;
      terminal.answer(
        request.dryRun ? dryText(result) : `${summaryText(result, seconds)}\nsaved in ${file}`,
      );
      if (result.ending === 'interrupted') {
        terminal.say('interrupted; what was read is saved, and the same command goes on from here');
      }
      return result.ending === 'done' && problems.length > 0
        ? exitCode.usage
        : exitCode[result.ending];
    } finally {
      stop.end();
      store.close();
    }
  });
}

function dryText({ plan }: GithubIngestResult): string {
  return `${plan || 'nothing could be listed'}\ndry run: nothing was read or saved`;
}

function requestOf(
  repositories: readonly string[],
  orgs: readonly string[],
  options: IngestGithubOptions,
): GithubRequest {
  const badOrg = orgs.find((org) => !isName(org));
  if (badOrg !== undefined) {
    throw new UsageError(`${badOrg} is no organization`, 'give its name: --org acme');
  }
  return {
    repositories: repositories.map(repositoryOf),
    orgs,
    since: options.since === undefined ? null : sinceOf(options.since),
    workflows: options.workflow ?? [],
    share: options.sampleGreen,
    keepLogs: options.keepLogs === undefined ? null : path.resolve(options.keepLogs),
    dryRun: options.dryRun ?? false,
  };
}

/** Ctrl-C and SIGTERM stop cleanly; a second one stops at once. */
function stopping(terminal: Terminal): { signal: AbortSignal; end: () => void } {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(exitCode.interrupted);
    terminal.say('stopping: what is on its way is given up, what was read is saved');
    controller.abort(new Error('interrupted'));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return {
    signal: controller.signal,
    end: () => {
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
    },
  };
}

/** Tests need not wait for what GitHub makes people wait for. */
function paceOf(env: NodeJS.ProcessEnv): typeof defaultPace {
  const factor = Number(env['BUILDLOG_PACE'] ?? '1');
  if (!(factor > 0 && factor < 1)) return defaultPace;
  const { backoff, secondary, slack, ...rest } = defaultPace;
  return {
    ...rest,
    backoff: backoff * factor,
    secondary: secondary * factor,
    slack: slack * factor,
  };
}
