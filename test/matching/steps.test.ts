/** Steps and groups of a job log, and logs that have none because no runner wrote them. */
import { describe, expect, test } from 'vitest';

import type { PlacedLine } from '../../src/matching/context.ts';
import { header, jobLog, scriptStep, stamped } from '../support/job-log.ts';
import { misplaced } from '../support/marked-lines.ts';
import { placeLines, scanLog } from '../support/scan-log.ts';

function placedLine(placed: readonly PlacedLine[], text: string): PlacedLine | undefined {
  return placed.find(({ line }) => line.text === text);
}

test('groups, steps and vertices are known for each line', () => {
  const log = stamped(
    `${header.trim()}\n${scriptStep('docker build .', '##[group]Docker info\nServer:\n##[endgroup]\n#12 [2/3] RUN make')}`,
  );
  const placed = placeLines(log);
  expect(placedLine(placed, "Runner name: 'ci-build-01-runner-3'")).toMatchObject({
    step: -1,
    setup: true,
  });
  expect(placedLine(placed, 'Server:')).toMatchObject({
    step: 0,
    group: 'Docker info',
    setup: false,
  });
  expect(placedLine(placed, '#12 [2/3] RUN make')).toMatchObject({
    step: 0,
    group: null,
    vertex: 12,
  });
});

test('a step knows its title, its times, its first error and its exit code', () => {
  const scan = scanLog(
    jobLog(
      scriptStep('npm ci', 'added 812 packages'),
      scriptStep(
        'npm test',
        '1 failing\n##[error]Process completed with exit code 3.\n##[error]again',
      ),
    ),
  );
  expect(scan.steps).toMatchObject([
    { title: 'npm ci', docker: false, firstError: null, exitCode: null },
    { title: 'npm test', docker: false, exitCode: 3 },
  ]);
  const [first, second] = scan.steps;
  expect(first?.endedAt).toBe(second?.startedAt);
  expect(scan).toMatchObject({ structured: true, ended: true, cutMidLine: false });
});

describe('logs that no runner wrote', () => {
  test('a copy from the web page has no stamps, and `Error:` is the runner’s mark', () => {
    const copy = [
      'Run docker/build-push-action@v6',
      '#1 [internal] load build definition from Dockerfile',
      'ERROR: failed to solve: boom',
      'Error: buildx failed with: ERROR: failed to solve: boom',
    ];
    expect(placeLines(`${copy.join('\n')}\n`).map(({ position }) => position)).toEqual([
      'output',
      'vertex',
      'final',
      'annotation',
    ]);
  });

  test('Gitea leaves the workflow commands as they are', () => {
    expect(
      misplaced(`
      group        | ::group::Run docker buildx build .
      echo         | docker buildx build .
      group        | ::endgroup::
      vertex       | #1 [internal] load build definition from Dockerfile
      final        | ERROR: failed to solve: boom
      annotation   | ::error::Process completed with exit code 1.
      remark       | ::warning file=Dockerfile::deprecated
    `),
    ).toEqual([]);
  });

  test('bare output of Buildx is one step without a name', () => {
    const scan = scanLog(
      '#1 [internal] load .dockerignore\n#1 DONE 0.1s\nERROR: failed to solve: boom\n',
    );
    expect(scan.structured).toBe(false);
    expect(scan.steps).toMatchObject([{ title: '', line: 1, docker: true, setup: false }]);
  });
});
