/** What a rematch found, for people and for programs. */
import type { JobKey } from '../model/job.ts';
import { escapeControls, toJson } from './escape.ts';

interface VerdictWords extends JobKey {
  readonly job: string | null;
  readonly status: string;
  readonly cause: string | null;
  readonly confidence: string | null;
}

export interface VerdictChange {
  readonly before: VerdictWords;
  readonly after: VerdictWords;
}

export interface RematchResult {
  /** Logs behind verdicts, and how many of them were there to be judged. */
  readonly logs: number;
  readonly judged: number;
  readonly verdicts: number;
  readonly changes: readonly VerdictChange[];
  readonly written: boolean;
}

/** One line for each verdict that differs, and the numbers. */
export function rematchText(result: RematchResult): string {
  const { logs, judged, verdicts, changes, written } = result;
  const lines = changes.map(({ before, after }) => {
    const name = after.job === null ? '' : `  ${escapeControls(after.job)}`;
    return `${after.jobId}${name}\n  - ${words(before)}\n  + ${words(after)}`;
  });
  const gone = judged < logs ? ` (not there any more: ${logs - judged}, whose verdicts stay)` : '';
  const done = written ? 'written' : 'nothing is written without --write';
  lines.push(
    `logs judged again: ${judged} of ${logs}${gone}; verdicts that differ: ${changes.length} of ${verdicts}; ${done}`,
  );
  return `${lines.join('\n')}\n`;
}

export function rematchJson(result: RematchResult): string {
  const { logs, judged, verdicts, changes, written } = result;
  return toJson({
    logs,
    judged,
    verdicts,
    written,
    changes: changes.map(({ before, after }) => ({
      host: after.host,
      job_id: after.jobId,
      before: plain(before),
      after: plain(after),
    })),
  });
}

function words({ status, cause, confidence }: VerdictWords): string {
  return cause === null ? status : `${status}: ${cause} (${confidence ?? 'unknown'})`;
}

function plain({ status, cause, confidence }: VerdictWords): object {
  return { status, cause, confidence };
}
