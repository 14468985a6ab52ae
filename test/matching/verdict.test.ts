/** From all sightings of one log to one verdict: the root and not what followed from it, or an honest "unexplained". */
import { describe, expect, test } from 'vitest';

import type { JobOutcome } from '../../src/matching/verdict.ts';
import {
  canceled,
  exitCode,
  failedRun,
  failedVertex,
  gracefulStop,
  noDaemon,
  operationCanceled,
  push401,
  push503,
  shutdownSignal,
  streamEof,
} from '../support/failing-lines.ts';
import {
  actionStep,
  buildStep,
  jobLog,
  lines,
  otherBuilder,
  removal,
  scriptStep,
  setupStep,
} from '../support/job-log.ts';
import { sayVerdict, verdictOf } from '../support/scan-log.ts';

const header =
  '#0 building with "default" instance using docker driver\n#1 [internal] load .dockerignore\n#1 DONE 0.1s';

/** What is concluded for a job of these steps, with nothing known but its log. */
function concluded(...steps: string[]): string {
  return sayVerdict(verdictOf(jobLog(...steps)));
}

const failure: JobOutcome = { conclusion: 'failure', steps: [] };

describe('the root wins over what followed from it', () => {
  test('a builder that was told to stop, over the error of a vertex beside it', () => {
    const run = 'process "/bin/sh -c make" did not complete successfully: exit code: 2';
    expect(
      concluded(
        buildStep(`#5 [1/2] RUN make\n#5 ERROR: ${run}\n${gracefulStop}\n##[error]buildx failed`),
      ),
    ).toBe('explained: builder-stopped');
  });

  test('the death of the runner, over everything and from anywhere', () => {
    expect(
      concluded(
        buildStep(lines(failedRun('make', 2), '##[error]buildx failed')),
        scriptStep('sleep 60', shutdownSignal),
      ),
    ).toBe('explained: runner-shutdown');
  });

  test('a shutdown signal, over the cancellation that it causes', () => {
    const output = lines(shutdownSignal, canceled, exitCode(143), operationCanceled);
    expect(concluded(buildStep(output))).toBe('explained: runner-shutdown');
  });

  test('a timeout, over the cancellation that it causes', () => {
    const timeout = "##[error]The action 'Build and push' has timed out after 30 minutes.";
    expect(concluded(buildStep(lines('#5 [2/2] RUN sleep 9999', canceled, timeout)))).toBe(
      'explained: timeout',
    );
  });

  test('the runner, which knows who ended the build, over the client, which does not', () => {
    expect(concluded(buildStep(lines(canceled, operationCanceled)))).toBe(
      'explained: job-canceled',
    );
  });

  test('the network inside a RUN step, over the exit code of that step', () => {
    const log = `#7 [2/2] RUN npm ci\n#7 9.1 npm error code ECONNRESET\n#7 ERROR: process "/bin/sh -c npm ci" did not complete successfully: exit code: 1`;
    expect(concluded(buildStep(lines(log, exitCode(1))))).toBe('explained: run-step-network');
  });
});

test('the evidence is the root first, then each consequence once', () => {
  const log = jobLog(
    buildStep(
      lines(
        failedVertex('exporting to image', push503),
        `##[error]buildx failed with: ERROR: failed to solve: ${push503}`,
        exitCode(1),
      ),
    ),
  );
  const { evidence } = verdictOf(log);
  expect(evidence.map(({ signature }) => signature)).toEqual(['registry-5xx', 'step-exit-code']);
  const [root] = evidence;
  expect(log.split('\n')[(root?.line ?? 0) - 1]).toBe(`${root?.at} ${root?.text}`);
});

describe('the step that failed supplies the root', () => {
  const tolerated = buildStep(lines(failedVertex('exporting to image', push503)));

  test('an error of a step that went on does not count', () => {
    expect(concluded(tolerated, scriptStep('npm test', exitCode(1)))).toBe(
      'explained: step-failed',
    );
  });

  test('an error of a later step does not count', () => {
    expect(concluded(scriptStep('npm test', exitCode(1)), buildStep(streamEof))).toBe(
      'explained: step-failed',
    );
  });

  test('an error after the job does not count', () => {
    const cleanup = lines(removal(), noDaemon, `##[error]${noDaemon}`);
    expect(concluded(setupStep(), scriptStep('npm test', exitCode(1)), cleanup)).toBe(
      'explained: step-failed',
    );
  });

  test('a job whose cleanup fails has passed, as far as its log tells', () => {
    expect(concluded(setupStep(), buildStep('#5 DONE 1.0s'), lines(removal(), noDaemon))).toBe(
      'passed',
    );
  });
});

describe('of the tries in one step the last one decides', () => {
  const again = lines(header, failedVertex('exporting to image', push503));

  test('also when an earlier one failed of something nearer the root', () => {
    const last = lines(header, failedVertex('exporting to image', push401));
    expect(concluded(scriptStep('./retry.sh', lines(again, again, last, exitCode(1))))).toBe(
      'explained: registry-auth',
    );
  });

  test('also when there were forty', () => {
    const tries = Array.from({ length: 40 }, () => again);
    expect(concluded(scriptStep('./retry.sh', lines(...tries, exitCode(1))))).toBe(
      'explained: registry-unavailable',
    );
  });

  test('also when it went through, and the step failed of something else', () => {
    const through = lines(
      header,
      '#12 exporting to image\n#12 DONE 2.0s',
      '1 failing',
      exitCode(1),
    );
    expect(concluded(scriptStep('./retry.sh', lines(again, through)))).toBe(
      'explained: step-failed',
    );
  });

  test('and a job that went through in the end has passed', () => {
    const through = lines(header, '#12 exporting to image\n#12 DONE 2.0s');
    expect(concluded(scriptStep('./retry.sh', lines(again, through)))).toBe('passed');
  });
});

describe('circumstances change what a wording means', () => {
  test('an engine that had answered before was stopped; one that never did was not there', () => {
    const asking = lines(noDaemon, `##[error]${noDaemon}`);
    expect(
      concluded(setupStep(), buildStep('#5 DONE 1.0s'), scriptStep('docker push x', asking)),
    ).toBe('explained: daemon-stopped');
    expect(concluded(scriptStep('docker build .', asking))).toBe('explained: daemon-unreachable');
  });

  test.each([
    ['v0.13.2', 'builder-stopped'],
    ['v0.17.0', 'job-canceled'],
  ])('BuildKit %s says `context canceled` for %s', (version, cause) => {
    const setup = setupStep(undefined, version);
    expect(
      concluded(setup, buildStep(`#5 CANCELED\n${lines(canceled, '##[error]buildx failed')}`)),
    ).toBe(`explained: ${cause}`);
  });

  test.each([
    ['v0.17.1', 'grpc-flow-control-bug'],
    ['v0.18.0', 'transport-interrupted'],
  ])('an unexpected EOF from BuildKit %s is %s', (version, cause) => {
    const eof =
      'ERROR: failed to solve: Internal: rpc error: code = Internal desc = unexpected EOF';
    expect(
      concluded(setupStep(undefined, version), buildStep(lines(eof, '##[error]buildx failed'))),
    ).toBe(`explained: ${cause}`);
  });

  test('a single log never accuses another job', () => {
    const stopped = buildStep(lines(gracefulStop, '##[error]buildx failed'), otherBuilder);
    expect(concluded(setupStep(), stopped)).toBe('explained: builder-stopped');
  });
});

describe('what no signature knows is unexplained, with the line it died with', () => {
  const unknown = 'ERROR: failed to solve: the moon is in the wrong phase';

  test('a client’s last word', () => {
    const verdict = verdictOf(
      jobLog(buildStep(lines(unknown, `##[error]buildx failed with: ${unknown}`))),
    );
    expect(verdict).toMatchObject({ status: 'unexplained', cause: null, evidence: [] });
    expect(verdict.primaryError?.text).toBe(unknown);
  });

  test('also when the exit code of the step is known: it only says that the step failed', () => {
    const verdict = verdictOf(jobLog(scriptStep('docker build .', lines(unknown, exitCode(1)))));
    expect(verdict.status).toBe('unexplained');
    expect(verdict.primaryError?.text).toBe(unknown);
  });

  test('an annotation of an action', () => {
    const log = jobLog(actionStep('acme/deploy@v2', '##[error]No such environment: blue'));
    const verdict = verdictOf(log);
    expect(verdict.status).toBe('unexplained');
    expect(verdict.primaryError?.text).toBe('##[error]No such environment: blue');
  });

  test('a script that ran no docker is the step’s own failure', () => {
    expect(concluded(scriptStep('npm test', lines('ERROR: 3 failing', exitCode(1))))).toBe(
      'explained: step-failed',
    );
  });
});

describe('confidence', () => {
  test('is high for an unmistakable wording, low for one that many causes share', () => {
    expect(verdictOf(jobLog(buildStep(gracefulStop)), failure).confidence).toBe('high');
    expect(verdictOf(jobLog(buildStep(canceled)), failure).confidence).toBe('low');
  });

  test('is not high when two steps failed and nobody says which of them counted', () => {
    const steps = [
      buildStep(lines(gracefulStop, '##[error]buildx failed')),
      scriptStep('npm test', exitCode(1)),
    ];
    expect(verdictOf(jobLog(...steps)).confidence).toBe('medium');
  });

  test('is not high for the words of a program inside a RUN step', () => {
    const log = `#7 [2/2] RUN npm ci\n#7 9.1 npm error code ECONNRESET\n#7 ERROR: process "/bin/sh -c npm ci" did not complete successfully: exit code: 1`;
    expect(verdictOf(jobLog(buildStep(log)), failure).confidence).toBe('medium');
  });
});
