/** `buildlog doctor`: whether token, budget, clock, hosts, database and patterns are fit for an ingest. */
import { existsSync } from 'node:fs';

import { GithubClient } from '../ingest/github/client.ts';
import { GithubFailure, redact } from '../ingest/github/failure.ts';
import type { Finding } from '../ingest/github/finding.ts';
import { Gate } from '../ingest/github/gate.ts';
import { probe, readAccess } from '../ingest/github/probe.ts';
import { plural } from '../model/plural.ts';
import { countLeft, countLogStates } from '../store/fetch-states.ts';
import { lastIngest } from '../store/journal.ts';
import { Store } from '../store/store.ts';
import { nameOf } from './commands/ingest-github/context.ts';
import { checkedPatterns } from './checked-patterns.ts';
import { databasePath } from './database.ts';
import { exitCode, UsageError, type ExitCode } from './exit-code.ts';
import { githubAccess, githubTransport, repositoryOf } from './github-access.ts';
import type { DoctorOptions } from './options.ts';
import type { Terminal } from './terminal.ts';

const mark = { good: 'ok  ', bad: 'BAD ', note: '    ' } as const;
const worryingSkew = 60_000;

export async function runDoctor(
  terminal: Terminal,
  options: DoctorOptions,
  version: string,
): Promise<ExitCode> {
  const findings = [
    ...(await patternFindings(terminal, options)),
    ...databaseFindings(
      databasePath(options.db, terminal.env),
      githubAccess(options, terminal.env).server.host,
    ),
    ...(await githubFindings(terminal, options, version)),
  ];
  for (const { state, text } of findings) terminal.answer(`${mark[state]} ${redact(text)}`);
  return findings.some(({ state }) => state === 'bad') ? exitCode.partial : exitCode.done;
}

async function patternFindings(terminal: Terminal, options: DoctorOptions): Promise<Finding[]> {
  const { patterns, problems } = await checkedPatterns(terminal, options);
  const count = `${plural(patterns.signatures.size, 'signature')}, set ${patterns.set.fingerprint}`;
  return problems.length === 0
    ? [{ state: 'good', text: `patterns: ${count}` }]
    : [
        {
          state: 'bad',
          text: `patterns: ${count}; ${plural(problems.length, 'problem')}, see above`,
        },
      ];
}

function databaseFindings(file: string, host: string): Finding[] {
  if (!existsSync(file))
    return [{ state: 'note', text: `database: ${file} is not there yet; an ingest makes it` }];
  const store = Store.open(file, { readonly: true });
  try {
    const last = lastIngest(store.db);
    const states = countLogStates(store.db);
    const { attempts } = countLeft(store.db, host);
    const logs = states.map(({ state, count }) => `${count} ${state}`).join(', ');
    return [
      { state: 'good', text: `database: ${file}, last ingest ${last ?? 'never'}` },
      {
        state: 'note',
        text: `logs: ${logs === '' ? 'none from GitHub' : logs}; ${plural(attempts, 'attempt')} to be read`,
      },
    ];
  } finally {
    store.close();
  }
}

async function githubFindings(
  terminal: Terminal,
  options: DoctorOptions,
  version: string,
): Promise<Finding[]> {
  const { server, credential, credentialFrom } = githubAccess(options, terminal.env);
  const known: Finding =
    credential.kind === 'none'
      ? { state: 'bad', text: `token: ${credentialFrom} is not set` }
      : { state: 'good', text: `token: from ${credentialFrom}, for ${server.host} only` };
  if (credential.kind === 'none' && !server.loopback) return [known];
  const { signal } = new AbortController();
  const gate = new Gate({ maxCalls: 50, minRemaining: 0 }, signal);
  const userAgent = `buildlog/${version}`;
  const { fetch, proxy } = await githubTransport(terminal.env);
  const client = await GithubClient.create(server, credential, gate, signal, {
    userAgent,
    fetch,
    warn: (text) => terminal.warn(server.host, redact(text)),
  });
  const findings: Finding[] = [known];
  if (proxy !== null) findings.push({ state: 'note', text: `proxy: ${proxy}` });
  try {
    findings.push(...(await readAccess(client)), clockFinding(gate.skew));
    if (options.probe !== undefined) {
      const download = { server, fetch, pace: gate.pace, signal, userAgent, maxBytes: 64e6 };
      findings.push(...(await probe(client, nameOf(repositoryOf(options.probe)), download)));
    }
  } catch (error) {
    if (error instanceof UsageError || !(error instanceof GithubFailure)) throw error;
    findings.push({ state: 'bad', text: `${server.api}: ${error.message}` });
  }
  return findings;
}

function clockFinding(skew: number | null): Finding {
  if (skew === null) return { state: 'note', text: 'clock: the server tells no time' };
  const seconds = Math.round(skew / 1000);
  return Math.abs(skew) > worryingSkew
    ? {
        state: 'bad',
        text: `clock: ${Math.abs(seconds)} s ${seconds > 0 ? 'behind' : 'ahead of'} the server's; waits are reckoned by the server's`,
      }
    : { state: 'good', text: "clock: as the server's" };
}
