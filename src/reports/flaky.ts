/** Is it flaky? The same job on the same commit, red and then green: how often, and what it cost. */
import { cleanBuildsToVerify, proportion } from '../analysis/proportion.ts';
import { residualAfterRetries } from '../analysis/remedies.ts';
import { rerunsByCause, type Attempt, type Reruns } from '../analysis/reruns.ts';
import { plural } from '../model/plural.ts';
import type { History } from './history.ts';
import type { Report } from './report.ts';
import { casesOf, rateAmong } from './study.ts';

export function flakyReport(history: History): Report {
  const rows = [...rerunsByCause(attemptsOf(history))]
    .map(([cause, reruns]) => ({ cause, ...reruns }))
    .toSorted((a, b) => b.rerun - a.rerun || b.failed - a.failed || (a.cause < b.cause ? -1 : 1));
  const copies = history.carriedOver;
  return {
    id: 'flaky',
    title: 'Red, then green on the same commit',
    scope: history.scope,
    findings: [],
    sections: [
      {
        id: 'reruns',
        title: 'The next attempt of failed jobs, by cause',
        columns: [
          { key: 'cause', title: 'cause', kind: 'id' },
          { key: 'failed', title: 'failed', kind: 'count' },
          { key: 'passed', title: 'next attempt passed (95 %)', kind: 'proportion' },
          { key: 'never', title: 'never re-run', kind: 'count' },
          { key: 'bounds', title: 'if all were re-run', kind: 'id' },
          { key: 'persisting', title: 'same cause again', kind: 'count' },
          { key: 'minutes', title: 'minutes lost', kind: 'count' },
          { key: 'left', title: 'after 1 retry', kind: 'id' },
          { key: 'verify', title: 'clean builds', kind: 'count' },
          { key: 'verdict', title: 'flaky?', kind: 'text' },
        ],
        rows: rows.map(({ cause, failed, rerun, passed, persisting, minutesLost, verdict }) => ({
          cause,
          failed,
          passed: rerun === 0 ? null : proportion(passed, rerun),
          never: failed - rerun,
          bounds: boundsText(failed, rerun, passed),
          persisting,
          minutes: Math.round(minutesLost * 10) / 10,
          ...afterwards(history, cause, { passed, rerun }),
          verdict,
        })),
        note:
          'How to read: a failure that comes again when it is run again counts once, with its first re-run. A cause is called flaky when its next attempt passes more often than not beyond doubt, not flaky when it rarely does. ' +
          `What people did not re-run may differ: if all were re-run, so many would pass if none, or all, of the others did. ${allText(rows)} After 1 retry: the share of builds that would still fail of it if each were run ` +
          `again once. Clean builds: so many in a row without it, and its old rate is over (95 %). Not counted: ${plural(copies, 'job')} that partial re-runs only copied.`,
      },
    ],
  };
}

/** What one automatic retry would leave, and when a fix has proven itself. */
function afterwards(
  history: History,
  cause: string,
  reruns: { readonly passed: number; readonly rerun: number },
): { readonly left: string | null; readonly verify: number | null } {
  const first = history.built.filter((builds) => builds.isFirst);
  const { rate, count } = rateAmong(casesOf(history, cause).length, first);
  if (rate === null || count === 0 || rate >= 1) return { left: null, verify: null };
  const verify = cleanBuildsToVerify(rate);
  if (reruns.rerun < fewestReruns) return { left: null, verify };
  const { residual, low, high } = residualAfterRetries(rate, reruns, 1);
  const [middle, from, to] = [residual, low, high].map(toShortPercent);
  return { left: `${middle} % (${from}–${to})`, verify };
}

/** `25`, `3`, `0.04`: one digit, or whole percents. */
function toShortPercent(share: number): string {
  const percent = share * 100;
  return percent >= 1 ? percent.toFixed(0) : percent.toPrecision(1);
}

/** People re-run what they believe flaky; this is how far those that they did not could shift the share. */
function boundsText(failed: number, rerun: number, passed: number): string | null {
  if (rerun === 0 || rerun === failed) return null;
  const [low, high] = [passed / failed, (passed + failed - rerun) / failed];
  return `${toShortPercent(low)}–${toShortPercent(high)} %`;
}

/** What a cause's share is to be held against. */
function allText(rows: readonly Pick<Reruns, 'rerun' | 'passed'>[]): string {
  const [rerun, passed] = rows.reduce(
    ([runs, passes], row) => [runs + row.rerun, passes + row.passed],
    [0, 0],
  );
  return `Of all these failures together the next attempt passed ${passed} of ${plural(rerun, 'time')}.`;
}

/** Below that the rate of passing re-runs is not worth a forecast. */
const fewestReruns = 5;

function attemptsOf(history: History): Attempt[] {
  return history.attempts().map(([work, run, attempt, passed, cause, minutes]): Attempt => ({
    group: `${work}/${run}`,
    attempt,
    passed: passed === 1,
    cause,
    minutes: minutes ?? 0,
  }));
}
