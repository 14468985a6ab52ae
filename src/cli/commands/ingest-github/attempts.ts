/**
 * The jobs of attempts that have ended: every job is a row, whether its log will be read or not. An attempt
 * is taken as one: all its jobs and the mark that it is done, or nothing.
 */
import { chooseLog, isCarriedOver } from '../../../ingest/github/choice.ts';
import { GithubFailure } from '../../../ingest/github/failure.ts';
import { listJobs, readRunNow, type JobList } from '../../../ingest/github/lists.ts';
import type { Job } from '../../../model/job.ts';
import type { Instant } from '../../../model/time.ts';
import {
  isTwinOfEarlier,
  readLogState,
  readPendingAttempts,
  writeAttemptState,
  writeLogState,
  type PendingAttempt,
} from '../../../store/fetch-states.ts';
import { closeRun } from '../../../store/scans.ts';
import { writeRun } from '../../../store/write-jobs.ts';
import { judgeWithoutLog, knownJob } from '../judged-job.ts';
import { eachOf, isForAll, mostNights, nameOf, nextNight, type IngestContext } from './context.ts';

const width = 4;
const noJobs: JobList = { jobs: [], flaw: null };

/** The attempts of a repository that are to be read by now. */
export function pendingAttempts(context: IngestContext, repository: string): PendingAttempt[] {
  const { store, host } = context;
  return readPendingAttempts(store.db, host, repository, context.now()).filter(({ path }) =>
    context.wants(path),
  );
}

/** Reads the jobs of all attempts that are to be read. @throws Deferred, or a failure that ends the whole ingest */
export async function readAttempts(context: IngestContext, repository: string): Promise<void> {
  const runs = new Map<number, PendingAttempt[]>();
  for (const attempt of pendingAttempts(context, repository)) {
    runs.set(attempt.runId, [...(runs.get(attempt.runId) ?? []), attempt]);
  }
  // A run's attempts one after the other: a copied job is known by its twin in an earlier one.
  await eachOf([...runs.values()], width, async (attempts) => {
    for (const attempt of attempts) {
      await readAttempt(context, attempt);
      context.tally.attempts++;
      context.advance();
    }
  });
}

async function readAttempt(context: IngestContext, attempt: PendingAttempt): Promise<void> {
  const { client, store, host } = context;
  const { runId, repository, attempt: number } = attempt;
  const source = `${repository} run ${runId} attempt ${number}`;
  try {
    const { startedAt, conclusion } = await headerOf(context, attempt);
    // A run that could not be started has no jobs.
    const list =
      conclusion === 'startup_failure'
        ? noJobs
        : await listJobs(client, nameOf(repository), runId, number);
    const flaw = list.flaw ?? emptiness(list, conclusion);
    const tries = attempt.tries + 1;
    const isFinal = flaw === null || tries >= mostNights;
    const nextTry = isFinal ? null : context.from(nextNight);
    store.transaction(() => {
      for (const job of list.jobs) keepJob(context, job, startedAt);
      const later = { tries: flaw === null ? 0 : tries, nextTry, note: flaw };
      writeAttemptState(store.db, attempt, isFinal ? 'complete' : 'pending', later);
    });
    if (flaw !== null)
      context.leaveOut(source, isFinal ? flaw : `${flaw}; it is asked for again next time`);
  } catch (error) {
    if (!(error instanceof GithubFailure) || isForAll(error)) throw error;
    if (error.kind !== 'not-found') {
      context.leaveOut(source, error.message, error.help ?? undefined);
      return;
    }
    store.transaction(() => {
      writeAttemptState(store.db, attempt, 'deleted');
      closeRun(store.db, host, runId, 'deleted');
    });
    context.leaveOut(source, 'was deleted; what is stored of it stays');
  }
}

/** When the attempt began. The list tells it only of the newest; the others are asked for. */
async function headerOf(
  context: IngestContext,
  { runId, attempt, repository, startedAt, conclusion }: PendingAttempt,
): Promise<{ startedAt: Instant | null; conclusion: string | null }> {
  if (startedAt !== null) return { startedAt, conclusion };
  const listed = await readRunNow(context.client, nameOf(repository), runId, attempt);
  if (listed === null) return { startedAt, conclusion };
  // The answer is of this attempt, whatever it says.
  const run = { ...listed.run, repository, attempt };
  context.store.transaction(() => writeRun(context.store.db, run));
  return run;
}

/** An attempt that ended without a job is one that never started. */
function emptiness({ jobs }: JobList, conclusion: string | null): string | null {
  return jobs.length > 0 || conclusion === 'startup_failure' ? null : 'it has no jobs';
}

function keepJob(context: IngestContext, listed: Job, attemptStartedAt: Instant | null): void {
  const { store, patterns, request } = context;
  const { db } = store;
  const job = knownJob(db, listed);
  context.write(judgeWithoutLog(job, patterns));
  if (job.status !== 'completed' || readLogState(db, job) !== null) return;
  const { runId, attempt } = job;
  const isTwin =
    runId !== null && attempt !== null && isTwinOfEarlier(db, { ...job, runId, attempt });
  const choice = chooseLog(job, isTwin || isCarriedOver(job, attemptStartedAt), request.share);
  writeLogState(db, {
    host: job.host,
    jobId: job.jobId,
    ...choice,
    tries: 0,
    nextTry: null,
    verified: null,
  });
}
