/** What GitHub says of a job beside its log: conclusions, times of steps, a runner that was lost. */
import { describe, expect, test } from 'vitest';

import { decideWithoutLog, type JobOutcome } from '../../src/matching/verdict.ts';
import type { Conclusion, JobStep } from '../../src/model/job.ts';
import { exitCode, gracefulStop, push503, streamEof } from '../support/failing-lines.ts';
import {
  buildStep,
  closing,
  cutLog,
  header,
  jobLog,
  scriptStep,
  stamped,
} from '../support/job-log.ts';
import { sayVerdict, verdictOf } from '../support/scan-log.ts';

function at(second: number): string {
  return new Date(Date.UTC(2026, 7, 21, 10, 12, second)).toISOString().replace('.000', '');
}

/** A step between two seconds after the minute in which all these jobs begin. */
function step(from: number, to: number, conclusion: Conclusion): JobStep {
  const status = conclusion === null ? 'in_progress' : 'completed';
  const completedAt = conclusion === null ? null : at(to);
  return { number: 1, name: 'step', status, conclusion, startedAt: at(from), completedAt };
}

/** A log of pieces, each beginning at its second. */
function timedLog(...pieces: readonly (readonly [second: number, text: string])[]): string {
  return pieces.map(([second, text]) => stamped(text.replace(/^\n/, ''), at(second))).join('');
}

function verdictOn(log: string, conclusion: Conclusion, steps: readonly JobStep[] = []): string {
  const outcome: JobOutcome = { conclusion, steps };
  return sayVerdict(verdictOf(log, outcome));
}

describe('a conclusion', () => {
  test.each(['success', 'neutral', 'skipped'] as const)(
    '%s is a pass, whatever the log says',
    (conclusion) => {
      expect(verdictOn(jobLog(buildStep(gracefulStop)), conclusion)).toBe('passed');
    },
  );

  test('failure is no pass, though the log has no error in it', () => {
    expect(verdictOn(jobLog(buildStep('#5 DONE 1.0s')), 'failure')).toBe('unexplained');
  });

  test('failure of a log that was cut before the failure is no more than that', () => {
    expect(verdictOn(cutLog(buildStep('#5 [2/2] RUN make')), 'failure')).toBe('partial');
  });

  test('that is unknown is read from the closing words of the runner', () => {
    expect(sayVerdict(verdictOf(jobLog(buildStep('#5 DONE 1.0s'))))).toBe('passed');
    expect(sayVerdict(verdictOf(cutLog(buildStep('#5 [2/2] RUN make'))))).toBe('partial');
    expect(sayVerdict(verdictOf(cutLog(buildStep(gracefulStop))))).toBe(
      'explained: builder-stopped',
    );
  });
});

describe('bare output of a tool', () => {
  test('passed when it ends without an error', () => {
    expect(sayVerdict(verdictOf('#1 [internal] load .dockerignore\n#1 DONE 0.1s\n'))).toBe(
      'passed',
    );
  });

  test('is partial when it ends in the middle of a line', () => {
    expect(sayVerdict(verdictOf('#1 [internal] load .dockerignore\n#1 DONE 0.'))).toBe('partial');
  });

  test('is explained by the client’s last word', () => {
    expect(sayVerdict(verdictOf(`#5 [2/2] RUN make\n${streamEof}\n`))).toBe(
      'explained: builder-died',
    );
  });
});

test('a text that holds nothing of a job is not a job that passed', () => {
  expect(sayVerdict(verdictOf('# A readme\n\nThis builds images.\n'))).toBe('partial');
  expect(sayVerdict(verdictOf('{"vertexes":[{"digest":"sha256:905d"}]}\n'))).toBe('partial');
});

describe('a step that may fail (continue-on-error)', () => {
  const allowed = buildStep(`${gracefulStop}\n##[error]buildx failed with: ${gracefulStop}`);
  const failing = scriptStep('npm test', exitCode(1));

  test('is not why the job failed', () => {
    const log = timedLog([0, header], [2, allowed], [20, failing], [30, closing]);
    const steps = [step(2, 10, 'success'), step(20, 25, 'failure')];
    expect(verdictOn(log, 'failure', steps)).toBe('explained: step-failed');
  });

  test('is not why the job failed in the very second in which it ended', () => {
    const log = timedLog([0, header], [2, allowed], [4, failing], [8, closing]);
    const steps = [step(2, 4, 'success'), step(4, 5, 'failure')];
    expect(verdictOn(log, 'failure', steps)).toBe('explained: step-failed');
  });

  test('is not why the job failed, though it is a composite action with two headers in the log', () => {
    const composite = [2, `${scriptStep('npm ci', 'ok')}\n${allowed}`] as const;
    const log = timedLog([0, header], composite, [4, failing], [8, closing]);
    const steps = [step(2, 4, 'success'), step(4, 5, 'failure')];
    expect(verdictOn(log, 'failure', steps)).toBe('explained: step-failed');
  });

  test('is not why the job failed ten minutes later, even if a disk was full', () => {
    const full = '##[error]write /cache/x: no space left on device';
    const log = timedLog([0, header], [2, buildStep(full)], [600, failing], [602, closing]);
    const steps = [step(2, 10, 'success'), step(600, 601, 'failure')];
    expect(verdictOn(log, 'failure', steps)).toBe('explained: step-failed');
    const soon = timedLog([0, header], [2, buildStep(full)], [20, failing], [22, closing]);
    const both = [step(2, 10, 'success'), step(20, 21, 'failure')];
    expect(verdictOn(soon, 'failure', both)).toBe('explained: disk-full');
  });

  test('is not why the job failed, though the log ends before the step that was', () => {
    const log = timedLog([0, header], [2, allowed], [20, scriptStep('npm test', 'running')]);
    const steps = [step(2, 10, 'success'), step(20, 25, 'failure')];
    expect(verdictOn(log, 'failure', steps)).toBe('partial');
  });

  test('is taken for the one that failed as long as nobody says otherwise', () => {
    const log = timedLog([0, header], [2, allowed], [20, failing], [30, closing]);
    expect(verdictOn(log, 'failure')).toBe('explained: builder-stopped');
  });
});

describe('a runner that was lost', () => {
  const running = [step(0, 5, 'success'), step(6, 0, null)];

  test('leaves a log that stops, and a step that never ends', () => {
    const log = cutLog(buildStep('#5 [2/2] RUN make\n#5 12.1 cc -c a.c'));
    expect(verdictOn(log, 'failure', running)).toBe('explained: runner-lost');
  });

  test('is no guess where the log tells why', () => {
    expect(verdictOn(cutLog(buildStep(gracefulStop)), 'failure', running)).toBe(
      'explained: builder-stopped',
    );
  });

  test('is no guess where a step was concluded as failed', () => {
    const log = cutLog(buildStep('#5 [2/2] RUN make'));
    expect(verdictOn(log, 'failure', [...running, step(6, 9, 'failure')])).toBe('partial');
  });

  test('is not what a job that still runs looks like', () => {
    expect(verdictOn(cutLog(buildStep('#5 [2/2] RUN make')), null, running)).toBe('partial');
  });
});

test('a cancelled job is explained by what its log says of the cancellation', () => {
  const log = jobLog(buildStep('#5 [2/2] RUN make\n##[error]The operation was canceled.'));
  expect(verdictOn(log, 'cancelled', [step(0, 30, 'cancelled')])).toBe('explained: job-canceled');
});

test('a failure in a log without any stamp is explained all the same', () => {
  const log = `Run docker/build-push-action@v6\n#12 exporting to image\n#12 ERROR: ${push503}\nERROR: failed to solve: ${push503}\nError: buildx failed with: ERROR: failed to solve: ${push503}\n`;
  expect(verdictOn(log, 'failure', [step(0, 30, 'failure')])).toBe(
    'explained: registry-unavailable',
  );
});

describe('a job without a log', () => {
  test('has passed, or is known to have failed, or is still to come', () => {
    expect(decideWithoutLog({ conclusion: 'success' })?.status).toBe('passed');
    expect(decideWithoutLog({ conclusion: 'failure' })).toMatchObject({
      status: 'no-log',
      cause: null,
    });
    expect(decideWithoutLog({ conclusion: 'timed_out' })?.reason).toContain('timed_out');
    expect(decideWithoutLog({ conclusion: null })).toBe(null);
    expect(decideWithoutLog({ conclusion: 'skipped' })).toBe(null);
  });
});
