/** Where every line of a log stands. What a line says decides nothing here. */
import { describe, expect, test } from 'vitest';

import { stamped } from '../support/job-log.ts';
import { misplaced } from '../support/marked-lines.ts';
import { placeLines } from '../support/scan-log.ts';

test('a job from its header to its closing words', () => {
  expect(
    misplaced(`
    header       | Current runner version: '2.323.0'
    header       | Machine name: 'ci-build-01'
    group        | ##[group]Operating System
    header       | Ubuntu
    group        | ##[endgroup]
    header       | Complete job name: image (web)
    group        | ##[group]Run docker/build-push-action@v6
    echo         | with:
    echo         |   push: true
    echo         | env:
    echo         |   DOCKER_BUILD_SUMMARY: false
    group        | ##[endgroup]
    group        | ##[group]Docker info
    command      | [command]/usr/bin/docker version
    output       | Client:
    group        | ##[endgroup]
    command      | [command]/usr/bin/docker buildx build --push .
    vertex       | #0 building with "builder-x" instance using docker-container driver
    output       |
    vertex       | #1 [internal] load build definition from Dockerfile
    vertex       | #1 transferring dockerfile: 222B done
    vertex       | #1 DONE 0.1s
    vertex       | #5 [2/3] RUN make
    run-log      | #5 0.103 ERROR: no such target
    vertex       | #5 ...
    vertex       | #6 [3/3] RUN true
    vertex       | #6 CACHED
    vertex       | #6 CANCELED
    vertex       | #6 WARN: this is deprecated
    vertex-error | #5 ERROR: process "/bin/sh -c make" did not complete successfully: exit code: 2
    replay       | ------
    replay       |  > [2/3] RUN make:
    replay       | 0.103 ERROR: no such target
    replay       | ------
    output       | Dockerfile:2
    output       | --------------------
    frame        |    1 |     FROM debian:12
    frame        |    2 | >>> RUN make
    output       | --------------------
    final        | ERROR: failed to solve: process "/bin/sh -c make" did not complete successfully: exit code: 2
    group        | ##[group]Reference
    output       | No build reference found
    group        | ##[endgroup]
    annotation   | ##[error]buildx failed with: ERROR: failed to solve: process "/bin/sh -c make" did not complete successfully: exit code: 2
    remark       | ##[warning]No build summary
    post         | Post job cleanup.
    post         | ##[group]Removing builder
    post         | [command]/usr/bin/docker buildx rm builder-x
    post         | ERROR: failed to remove one or more builders
    post         | ##[error]failed to remove one or more builders
    post         | ##[endgroup]
    post         | Cleaning up orphan processes
  `),
  ).toEqual([]);
});

test('a script is echoed before anything of it has run', () => {
  expect(
    misplaced(`
    group        | ##[group]Run docker buildx build . || cat <<'END'
    echo         | docker buildx build . || cat <<'END'
    echo         | ERROR: failed to solve: boom
    echo         | ##[error]boom
    echo         | #5 ERROR: boom
    echo         | shell: /usr/bin/bash -e {0}
    echo         | env:
    echo         |   NOTE: ERROR: failed to solve: boom
    group        | ##[endgroup]
    final        | ERROR: failed to solve: boom
  `),
  ).toEqual([]);
});

test('a bright cyan line is echo wherever it stands', () => {
  const log = stamped('##[group]Run ls\n##[endgroup]\n\u001B[36;1mERROR: failed to solve\u001B[0m');
  expect(placeLines(log).at(-1)?.position).toBe('echo');
});

test('a quoted log is echo, group marks and all', () => {
  expect(
    misplaced(`
    group        | ##[group]Run gh run view --log-failed
    group        | ##[endgroup]
    echo         | 2026-08-21T09:12:12.1234567Z ##[group]Run docker build .
    echo         | 2026-08-21T09:12:12.1234567Z ERROR: failed to solve: boom
    echo         | 2026-08-21T09:12:12.1234567Z Post job cleanup.
    output       | and our own word
  `),
  ).toEqual([]);
});

describe('an error at the left edge', () => {
  test('is output in a step that runs no docker', () => {
    expect(
      misplaced(`
      group        | ##[group]Run npm test
      group        | ##[endgroup]
      output       | ERROR: connection reset by peer
      output       | Error: failed to solve
    `),
    ).toEqual([]);
  });

  test('is the client’s last word from the moment that a build speaks', () => {
    expect(
      misplaced(`
      group        | ##[group]Run ./ci/images.sh
      group        | ##[endgroup]
      output       | ERROR: no images
      vertex       | #1 [internal] load build definition from Dockerfile
      final        | ERROR: failed to solve: boom
      final        | error: failed to solve: boom
      final        | failed to solve: boom
      final        | target web: failed to solve: boom
      output       |   ERROR: indented
      output       | an ERROR: further on
      output       | ERROR:
    `),
    ).toEqual([]);
  });

  test('does not come with the docker of an earlier step', () => {
    expect(
      misplaced(`
      group        | ##[group]Run docker build .
      group        | ##[endgroup]
      final        | ERROR: failed to solve: boom
      group        | ##[group]Run npm test
      group        | ##[endgroup]
      output       | ERROR: failed to solve: boom
    `),
    ).toEqual([]);
  });
});

test('numbers behind a hash are vertices only where BuildKit speaks', () => {
  expect(
    misplaced(`
    group        | ##[group]Run npm test
    group        | ##[endgroup]
    output       | #1 the first rule
    output       | #12 fixes a typo
    output       | # 5 ERROR: a heading
    vertex       | #1 [internal] load build definition from Dockerfile
    vertex       | #2 the first rule
    output       | #1234567 too many digits
  `),
  ).toEqual([]);
});

test('a log that was cut in the middle of a build is understood from there', () => {
  expect(
    misplaced(`
    run-log      | #9 12.31 cc -c b.c
    vertex       | #9 DONE 14.0s
    vertex-error | #10 ERROR: failed to push x: boom
    final        | ERROR: failed to solve: failed to push x: boom
  `),
  ).toEqual([]);
});

test('rules of dashes open a replay only with a name below them', () => {
  expect(
    misplaced(`
    group        | ##[group]Run docker build .
    group        | ##[endgroup]
    replay       | ------
    final        | ERROR: failed to solve: boom
    output       | --------
    output       |  > [2/3] RUN make:
    final        | ERROR: failed to solve: boom
  `),
  ).toEqual([]);
});

test('a replay that is never closed ends with its step', () => {
  expect(
    misplaced(`
    group        | ##[group]Run docker build .
    group        | ##[endgroup]
    vertex       | #1 [internal] load build definition from Dockerfile
    replay       | ------
    replay       |  > [internal] load build definition from Dockerfile:
    replay       | ERROR: failed to solve: boom
    group        | ##[group]Run docker push x
    group        | ##[endgroup]
    final        | ERROR: failed to solve: boom
  `),
  ).toEqual([]);
});

test('a daemon’s own log, by its form or by its group', () => {
  expect(
    misplaced(`
    group        | ##[group]Run docker logs buildx_buildkit_builder0
    group        | ##[endgroup]
    daemon-log   | time="2026-08-21T10:12:12Z" level=info msg="stopping server"
    group        | ##[group]BuildKit container logs
    daemon-log   | panic: runtime error: index out of range
    group        | ##[endgroup]
    output       | panic: runtime error: index out of range
  `),
  ).toEqual([]);
});

test('the body is what the mark of a position leaves', () => {
  const log = stamped(
    [
      '##[group]Run docker build .',
      '##[endgroup]',
      '[command]/usr/bin/docker build .',
      '##[command]/usr/bin/docker pull x',
      '#5 [2/3] RUN make',
      '#5 1.25 a line',
      '#5 ERROR: boom',
      '##[error]boom',
      '::error file=a.ts,line=3::boom',
    ].join('\n'),
  );
  expect(placeLines(log).map(({ body }) => body)).toEqual([
    'Run docker build .',
    '',
    '/usr/bin/docker build .',
    '/usr/bin/docker pull x',
    '[2/3] RUN make',
    'a line',
    'boom',
    'boom',
    'boom',
  ]);
});

test('a progress bar with its CRs is still the vertex’s output, and a command still a command', () => {
  const placed = placeLines('#5 [1/2] RUN get\n#5 1.5 10%\r20%\u2028ok\n[command]docker a\rb\n');
  expect(placed.map(({ position }) => position)).toEqual(['vertex', 'run-log', 'command']);
});
