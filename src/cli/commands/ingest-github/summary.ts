/** What an ingest has done, what it could not have and why, and what is left for the next one. */
import { plural } from '../../../model/plural.ts';
import type { Notice } from '../../../store/journal.ts';
import { size } from './context.ts';
import type { GithubIngestResult } from './ingest.ts';

const groupsShown = 8;

/** Lines without the last, which names the database; `seconds` is how long it took. */
export function summaryText(result: GithubIngestResult, seconds: number): string {
  const { counts, tally, calls, notices, collisions, left } = result;
  const { added, changed, unchanged } = counts;
  const read = [
    plural(tally.attempts, 'attempt'),
    `${plural(tally.logs, 'log')}${tally.logs === 0 ? '' : ` (${size(tally.bytes)})`}`,
  ].join(' and ');
  const lines = [
    `${plural(tally.runs, 'run')} listed, ${read} read with ${plural(calls, 'call')} in ${Math.round(seconds)} s`,
    added + changed === 0
      ? 'nothing new'
      : `${plural(added, 'job')} added, ${changed} changed, ${unchanged} unchanged; ` +
        `${collisions} of all jobs so far hit by a neighbour or an engine stop`,
    ...missingLines(notices),
  ];
  const rest = [
    ...(left.attempts > 0 ? [plural(left.attempts, 'attempt')] : []),
    ...(left.logs > 0 ? [plural(left.logs, 'log')] : []),
  ];
  if (rest.length > 0) lines.push(`left for the next time: ${rest.join(' and ')}`);
  return lines.join('\n');
}

/** One line for each reason: five hundred logs that have expired are one fact. */
function missingLines(notices: readonly Notice[]): string[] {
  if (notices.length === 0) return [];
  const reasons = new Map<string, string[]>();
  for (const { source, message } of notices) {
    reasons.set(message, [...(reasons.get(message) ?? []), source]);
  }
  const groups = [...reasons].toSorted(([, a], [, b]) => b.length - a.length);
  const shown = groups.slice(0, groupsShown).map(([message, sources]) => {
    const [first = '', ...more] = sources;
    return `  ${message}: ${first}${more.length === 0 ? '' : ` and ${more.length} more`}`;
  });
  const hidden = groups.length - shown.length;
  return [
    'could not be had:',
    ...shown,
    ...(hidden === 0 ? [] : [`  and ${plural(hidden, 'other reason')}, see above`]),
  ];
}
