/** What an ingest is about to do, and whether the budget is enough for it, before it does it. */
import { plural } from '../../../model/plural.ts';
import type { PendingAttempt } from '../../../store/fetch-states.ts';
import { countLogStates } from '../../../store/fetch-states.ts';
import { countJobsAndAttempts } from '../../../store/scans.ts';
import type { IngestContext } from './context.ts';

/** Jobs of an attempt, while nothing is known of the repository. */
const usualJobs = 2;

/** One line, or two. The calls are an estimate: how many jobs an attempt has is known only when it is read. */
export function planText(
  context: IngestContext,
  repositories: readonly string[],
  attempts: readonly PendingAttempt[],
  logs: number,
): string {
  const headers = attempts.filter(({ startedAt }) => startedAt === null).length;
  const { jobs, attempts: known } = countJobsAndAttempts(context.store.db, context.host);
  const perAttempt = known === 0 ? usualJobs : jobs / known;
  const calls =
    attempts.length + headers + logs + Math.round(attempts.length * perAttempt * read(context));
  const what =
    repositories.length === 1 ? (repositories[0] ?? '') : `${repositories.length} repositories`;
  const { quota } = context.client.gate;
  const have =
    quota === null
      ? 'this server tells of no limit'
      : `you have ${quota.remaining} of ${quota.limit} until ${new Date(quota.resetAt).toISOString().slice(11, 16)} UTC`;
  const short =
    quota !== null && calls > quota.remaining
      ? '\n       more than there are: failures come first, the rest next time'
      : '';
  const todo = [
    ...(attempts.length > 0
      ? [`${plural(attempts.length, 'attempt')} to read, then their logs`]
      : []),
    ...(logs > 0 ? [`${plural(logs, 'log')} left from before`] : []),
  ];
  const cost =
    todo.length === 0 ? 'nothing to read' : `${todo.join(' and ')}: about ${plural(calls, 'call')}`;
  return `plan   ${what} · ${cost}; ${have}${short}`;
}

/** The share of jobs whose logs are read, as far as the store tells. */
function read(context: IngestContext): number {
  const states = countLogStates(context.store.db);
  const all = states.reduce((sum, { count }) => sum + count, 0);
  const left = states.filter(({ state }) => state === 'not-sampled' || state === 'copied');
  const none = left.reduce((sum, { count }) => sum + count, 0);
  return all === 0 ? Math.max(context.request.share, 0.1) : (all - none) / all;
}
