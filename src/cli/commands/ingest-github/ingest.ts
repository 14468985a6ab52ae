/**
 * `buildlog ingest github`: first the lists of all repositories, then the jobs of all attempts, then logs,
 * those of failures first. What is written is complete in itself at every moment, so that the same command
 * goes on where it was stopped.
 */
import { Deferred, GithubFailure } from '../../../ingest/github/failure.ts';
import { KeepingFailed, makeLogFolder, sweepParts } from '../../../ingest/github/kept-log.ts';
import { listRepositories } from '../../../ingest/github/lists.ts';
import { LogFailure } from '../../../ingest/github/log-download.ts';
import { countLeft } from '../../../store/fetch-states.ts';
import type { Notice } from '../../../store/journal.ts';
import { writeIngest } from '../../../store/journal.ts';
import { readScan, writeScan } from '../../../store/scans.ts';
import type { Change } from '../../../store/write-jobs.ts';
import { linkJobs } from '../../link-jobs.ts';
import { pendingAttempts, readAttempts } from './attempts.ts';
import { isForAll, type IngestContext, type Tally } from './context.ts';
import { discover } from './discover.ts';
import { readLogs, wantedLogs } from './logs.ts';
import { planText } from './plan.ts';

const worryingSkew = 60_000;

/** How an ingest ended. */
export type Ending = 'done' | 'error' | 'partial' | 'authentication' | 'interrupted';

export interface GithubIngestResult {
  readonly ending: Ending;
  readonly counts: Readonly<Record<Change, number>>;
  readonly tally: Readonly<Tally>;
  readonly calls: number;
  readonly notices: readonly Notice[];
  readonly collisions: number;
  /** What was, or with `dryRun` would be, read. */
  readonly plan: string;
  /** What is known of and not read, now or never: the next ingest asks for it. */
  readonly left: { readonly attempts: number; readonly logs: number };
}

/** Reads all that is new. What was saved before an error or an interruption stays. @throws StoreError */
export async function ingestGithub(context: IngestContext): Promise<GithubIngestResult> {
  const startedAt = context.reporter.now();
  let ending: Ending = 'done';
  let collisions = 0;
  let plan = '';
  try {
    plan = await fetchAll(context);
    if (context.notices.length > 0) ending = 'partial';
  } catch (error) {
    ending = endingOf(context, error);
  } finally {
    if (!context.request.dryRun) {
      collisions = linkJobs(context.store, context.patterns).length;
      writeJournal(context, startedAt);
    }
  }
  const { counts, tally, notices } = context;
  const { calls } = context.client.gate;
  const left = countLeft(context.store.db, context.host);
  return { ending, counts, tally, calls, notices, collisions, plan, left };
}

async function fetchAll(context: IngestContext): Promise<string> {
  const { request, store } = context;
  if (request.keepLogs !== null && !request.dryRun) await makeLogFolder(request.keepLogs);
  const names: string[] = [];
  for (const repository of await repositoriesOf(context)) {
    names.push(await discover(context, repository));
    context.progress();
  }
  warnOfClock(context);
  const attempts = names.flatMap((name) => pendingAttempts(context, name));
  const known = names.flatMap((name) => wantedLogs(context, name)).length;
  const plan = planText(context, names, attempts, known);
  if (request.dryRun) return plan;
  if (attempts.length + known > 0) context.reporter.say(plan);
  context.begin('attempts', attempts.length);
  for (const name of names) await readAttempts(context, name);
  const logs = names.flatMap((name) => wantedLogs(context, name));
  if (request.keepLogs !== null) await sweepParts(request.keepLogs);
  context.begin('logs', logs.length);
  await readLogs(context, logs);
  store.transaction(() => {
    for (const name of names) {
      const scan = readScan(store.db, context.host, name);
      if (scan.completeAt !== null) writeScan(store.db, { ...scan, settled: true });
    }
  });
  return plan;
}

/** The repositories that are named, and those of the organizations. */
async function repositoriesOf(context: IngestContext): Promise<ReadonlySet<string>> {
  const { request, client } = context;
  const repositories = new Set(request.repositories);
  for (const org of request.orgs) {
    try {
      const names = await listRepositories(client, org);
      for (const name of names) repositories.add(name);
      if (names.length === 0) context.leaveOut(org, 'has no repository that the token may see');
    } catch (error) {
      if (!(error instanceof GithubFailure) || isForAll(error)) throw error;
      if (error.kind === 'not-found') {
        const help = "check its name; a user's repositories are named one by one, OWNER/REPO";
        context.leaveOut(org, 'is no organization that the token may see', help);
      } else context.leaveOut(org, error.message, error.help ?? undefined);
    }
  }
  return repositories;
}

/** Waits and ages are reckoned by the server's clock; what else runs here goes by the wrong one. */
function warnOfClock({ client, reporter }: IngestContext): void {
  const skew = client.gate.skew ?? 0;
  if (Math.abs(skew) < worryingSkew) return;
  const seconds = Math.round(Math.abs(skew) / 1000);
  const words = `the clock of this machine is ${seconds} s ${skew > 0 ? 'behind' : 'ahead of'} the server's`;
  reporter.warn(client.server.host, words, 'set it; until then the times of the server are used');
}

function endingOf(context: IngestContext, error: unknown): Ending {
  if (context.signal.aborted) return 'interrupted';
  const { server } = context.client;
  if (error instanceof Deferred) {
    context.leaveOut(server.host, `${error.message}; the rest is left to the next ingest`);
    return 'partial';
  }
  if (error instanceof LogFailure) {
    const help = 'if it belongs to your GitHub, name it: --log-host HOST';
    context.leaveOut(server.host, error.message, help);
    return 'partial';
  }
  if (error instanceof KeepingFailed) {
    const help = 'free some space or name another folder, then run the same command again';
    context.leaveOut(context.request.keepLogs ?? '', error.message, help);
    return 'error';
  }
  if (error instanceof GithubFailure) {
    context.leaveOut(server.host, error.message, error.help ?? undefined);
    return error.kind === 'authentication' ? 'authentication' : 'partial';
  }
  throw error;
}

function writeJournal(context: IngestContext, startedAt: string): void {
  const { counts, notices, request, store, reporter } = context;
  const { added, changed, unchanged } = counts;
  if (added + changed + notices.length === 0) return;
  const command = `ingest github ${[...request.repositories, ...request.orgs.map((org) => `--org ${org}`)].join(' ')}`;
  const record = {
    startedAt,
    finishedAt: reporter.now(),
    command,
    added,
    changed,
    unchanged,
    notices,
  };
  store.transaction(() => writeIngest(store.db, record));
}
