/** The logs that are wanted: fetched, read as they come, judged, and stored, each as one unit. */
import { drawOf } from '../../../ingest/github/choice.ts';
import { GithubFailure } from '../../../ingest/github/failure.ts';
import { LogKeeper, type KeptLog } from '../../../ingest/github/kept-log.ts';
import { listRuns } from '../../../ingest/github/lists.ts';
import { LogDownload, LogFailure } from '../../../ingest/github/log-download.ts';
import { logsInStream } from '../../../log/open-logs.ts';
import { UnreadableLog } from '../../../log/unreadable-log.ts';
import type { Job } from '../../../model/job.ts';
import {
  raiseShare,
  readLogState,
  readNotSampled,
  readWantedLogs,
  writeKeptLog,
  writeLogState,
  type LogState,
  type LogStateName,
} from '../../../store/fetch-states.ts';
import type { JudgedJob } from '../../../store/judged-job.ts';
import { readJob } from '../../../store/known-jobs.ts';
import { readLogWithDigest } from '../../read-log.ts';
import { judgeReadLog, knownJob } from '../judged-job.ts';
import {
  day,
  eachOf,
  hour,
  isForAll,
  mostNights,
  nameOf,
  nextNight,
  type IngestContext,
} from './context.ts';

const width = 4;
const mostRestarts = 3;

/** A log that was read whole, and what is known of how it came. */
interface FetchedLog {
  readonly judged: JudgedJob;
  readonly kept: KeptLog | null;
  readonly bytes: number;
  readonly verified: boolean;
}

/** What is to be done about a log that was not had. */
interface Missing {
  readonly state: LogStateName;
  readonly note: string;
  /** Milliseconds until the next try; null for never. */
  readonly again: number | null;
}

/** The logs of a repository that are to be fetched by now. A larger share than before adds to them. */
export function wantedLogs(context: IngestContext, repository: string): LogState[] {
  const { store, host, request } = context;
  store.transaction(() => {
    raiseShare(store.db, host, repository, request.share);
    for (const key of readNotSampled(store.db, host, repository)) {
      const state = readLogState(store.db, key);
      if (state !== null && drawOf(key) < request.share)
        writeLogState(store.db, { ...state, state: 'wanted' });
    }
  });
  return readWantedLogs(store.db, host, repository, context.now());
}

/** Fetches logs. @throws Deferred, or a failure that ends the whole ingest */
export async function readLogs(context: IngestContext, wanted: readonly LogState[]): Promise<void> {
  await eachOf(wanted, width, async (state) => {
    const job = readJob(context.store.db, state);
    if (job !== null) await readOne(context, job, state);
    context.advance();
  });
}

async function readOne(context: IngestContext, job: Job, state: LogState): Promise<void> {
  try {
    const { judged, kept, bytes, verified } = await fetchLog(context, job);
    context.tally.logs++;
    context.tally.bytes += bytes;
    // A cut that nobody could notice shows when the log is fetched once more.
    const again = !verified && state.tries === 0;
    const next = { tries: state.tries + 1, nextTry: again ? context.from(nextNight) : null };
    context.store.transaction(() => {
      context.write(judged);
      if (kept !== null) writeKeptLog(context.store.db, job, kept);
      writeLogState(context.store.db, { ...state, ...next, state: 'stored', note: null, verified });
    });
  } catch (error) {
    const missing = await whatIsMissing(context, job, error);
    const tries = state.tries + 1;
    // What could not be had three nights in a row is given up, and what was had once stays.
    const isOver = missing.again === null || (tries >= mostNights && missing.again >= nextNight);
    const settled = state.state === 'stored' ? 'stored' : missing.state;
    const nextTry = isOver ? null : context.from(missing.again ?? 0);
    const next = {
      tries: missing.again !== null && missing.again < nextNight ? state.tries : tries,
      nextTry,
    };
    const name = isOver ? settled : state.state;
    context.store.transaction(() =>
      writeLogState(context.store.db, { ...state, ...next, state: name, note: missing.note }),
    );
    const source = job.url ?? `job ${job.jobId}`;
    const canBeRead = job.conclusion !== 'cancelled' || missing.state !== 'absent';
    if (canBeRead) context.leaveOut(source, `its log: ${missing.note}`);
  }
}

async function fetchLog(context: IngestContext, job: Job): Promise<FetchedLog> {
  for (let restarts = 0; ; restarts++) {
    try {
      return await fetchOnce(context, job);
    } catch (error) {
      const changed = error instanceof LogFailure && error.kind === 'changed';
      if (!changed || restarts >= mostRestarts) throw error;
    }
  }
}

async function fetchOnce(context: IngestContext, job: Job): Promise<FetchedLog> {
  const { client, download, request, patterns, store } = context;
  const { owner, repo } = nameOf(job.repository ?? '');
  const log = new LogDownload(() => client.logAddress(owner, repo, job.jobId), download);
  const keeper = request.keepLogs === null ? null : await LogKeeper.begin(request.keepLogs);
  let failure: unknown = null;
  // The reader turns every error into one of its own; what really happened is remembered here.
  const watched = async function* (): AsyncGenerator<Buffer> {
    try {
      yield* keeper === null ? log.chunks() : keeper.keep(log.chunks());
    } catch (error) {
      failure = error;
      throw error;
    }
  };
  try {
    const source = job.url ?? `https://${job.host}/${owner}/${repo}/actions/jobs/${job.jobId}`;
    let judged: JudgedJob | null = null;
    for await (const opened of logsInStream(source, watched())) {
      const read = await readLogWithDigest(opened, patterns);
      judged = judgeReadLog(read, patterns, knownJob(store.db, job));
    }
    if (judged === null) throw new LogFailure('missing', 'the log is empty');
    const kept = keeper === null ? null : await keeper.commit();
    return { judged, kept, bytes: log.bytes, verified: log.verified };
  } catch (error) {
    await keeper?.discard();
    throw failure ?? error;
  }
}

/** Why a log could not be had and whether it ever will. @throws what ends the whole ingest */
async function whatIsMissing(context: IngestContext, job: Job, error: unknown): Promise<Missing> {
  context.signal.throwIfAborted();
  const age =
    job.completedAt === null
      ? 0
      : context.client.gate.now().getTime() - Date.parse(job.completedAt);
  if (error instanceof UnreadableLog) {
    return { state: 'failed', note: error.message, again: nextNight };
  }
  if (error instanceof LogFailure) {
    if (error.kind === 'refused') throw error;
    if (error.kind === 'missing') return notThere(job, age, error.message);
    if (error.kind === 'too-big') return { state: 'too-big', note: error.message, again: null };
    return { state: 'failed', note: error.message, again: nextNight };
  }
  if (!(error instanceof GithubFailure) || isForAll(error)) throw error;
  if (error.kind === 'not-found') return notThere(job, age, error.message);
  if (error.kind === 'gone') {
    if (age > day && (await listsWork(context, job))) {
      return { state: 'expired', note: 'GitHub has deleted it', again: null };
    }
    return {
      state: 'failed',
      note: `${error.message}, although it cannot have expired`,
      again: nextNight,
    };
  }
  const state = error.kind === 'denied' || error.kind === 'blocked' ? 'denied' : 'failed';
  return {
    state,
    note: error.help === null ? error.message : `${error.message}; ${error.help}`,
    again: nextNight,
  };
}

/** Logs come a while after the job's end; a job that was canceled in time has none. */
function notThere(job: Job, age: number, note: string): Missing {
  if (job.conclusion === 'cancelled')
    return { state: 'absent', note: 'canceled before it had a log', again: null };
  if (age < hour)
    return { state: 'absent', note: `${note}; the job has just ended`, again: hour - age };
  return { state: 'absent', note, again: nextNight };
}

/** 410 has two meanings; only where the same token still gets lists does it mean that the log is gone. */
async function listsWork(context: IngestContext, job: Job): Promise<boolean> {
  if (context.client.lastListAt !== null) return true;
  for await (const page of listRuns(context.client, nameOf(job.repository ?? '')))
    return page.runs.length >= 0;
  return false;
}
