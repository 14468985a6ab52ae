/** May the failed jobs of a run be run again? Only if all of them failed for reasons that are not the change's. */
import type { Blame, Cause } from '../model/pattern.ts';
import type { Confidence, VerdictStatus } from '../model/verdict.ts';

export type GateVerdict = 'infra' | 'code' | 'mixed' | 'unknown';

/** One failed job as its verdict describes it. */
export interface FailedJob {
  readonly status: VerdictStatus | null;
  readonly cause: string | null;
  readonly blame: Blame | null;
  readonly confidence: Confidence | null;
  readonly transient: Cause['transient'] | null;
}

export interface Gate {
  readonly verdict: GateVerdict;
  /** One sentence without the verdict. */
  readonly why: string;
  /** Whether a re-run usually ends better; null where that is not known for all jobs. */
  readonly rerunHelps: Cause['transient'] | null;
}

/** What one failed job says. A cause with weak proof says nothing: a wrong re-run costs more than none. */
export function gateOfJob({ status, blame, confidence }: FailedJob): GateVerdict {
  if (status !== 'explained' || blame === null || confidence === 'low') return 'unknown';
  return blame;
}

/**
 * All failed jobs together: one that nobody can explain makes all unknown, different kinds are mixed.
 * `unfinished` counts jobs that are not over yet.
 */
export function rerunGate(jobs: readonly FailedJob[], unfinished = 0): Gate {
  const verdicts = jobs.map((job) => gateOfJob(job));
  const verdict = unfinished > 0 ? 'unknown' : together(verdicts);
  const rerunHelps = verdict === 'infra' || verdict === 'code' ? leastHelp(jobs) : null;
  return { verdict, why: whyOf(jobs, verdicts, unfinished), rerunHelps };
}

function together(verdicts: readonly GateVerdict[]): GateVerdict {
  const [first = 'unknown'] = verdicts;
  if (verdicts.includes('unknown')) return 'unknown';
  return verdicts.every((each) => each === first) ? first : 'mixed';
}

function leastHelp(jobs: readonly FailedJob[]): Gate['rerunHelps'] {
  const answers = new Set(jobs.map(({ transient }) => transient));
  for (const answer of ['no', null, 'maybe'] as const) if (answers.has(answer)) return answer;
  return 'yes';
}

function whyOf(
  jobs: readonly FailedJob[],
  verdicts: readonly GateVerdict[],
  unfinished: number,
): string {
  if (unfinished > 0)
    return `${unfinished} of its jobs ${unfinished === 1 ? 'is' : 'are'} not over`;
  if (jobs.length === 0) return 'no job failed';
  const groups = new Map<string, number>();
  jobs.forEach((job, index) => {
    const words = wordsFor(job, verdicts[index] ?? 'unknown');
    groups.set(words, (groups.get(words) ?? 0) + 1);
  });
  const parts = [...groups].map(([words, count]) => (count === 1 ? words : `${count} × ${words}`));
  return `${jobs.length} failed: ${parts.join(', ')}`;
}

function wordsFor({ status, cause, confidence }: FailedJob, verdict: GateVerdict): string {
  if (cause === null) return status === 'no-log' ? 'no log to read' : (status ?? 'no verdict');
  return `${cause} (${verdict === 'unknown' ? `confidence ${confidence ?? 'unknown'}` : verdict})`;
}
