/** Where every line of a log stands. What a line says decides nothing here. */
import { describe, expect, test } from 'vitest';

import { header, jobLog, scriptStep, stamped } from '../support/job-log.ts';
import { readMarked } from '../support/marked-lines.ts';
import { placeLines, scanLog } from '../support/scan-log.ts';

/** Each line of `text` is read with a runner's stamp before it and must stand where its mark says. */
function check(text: string): void {
  const { marks, log } = readMarked(text);
  const placed = placeLines(stamped(log.replace(/\n$/, '')));
  expect(placed.map(({ position, line }) => `${position} | ${line.text}`)).toEqual(
    log
      .split('\n')
      .slice(0, -1)
      .map((line, index) => `${marks[index]} | ${line}`),
  );
}

test('a job from its header to its closing words', () => {
  check(`
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
  `);
});

test('a script is echoed before anything of it has run', () => {
  check(`
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
  `);
});

test('a bright cyan line is echo wherever it stands', () => {
  const log = stamped('##[group]Run ls\n##[endgroup]\n\u001B[36;1mERROR: failed to solve\u001B[0m');
  expect(placeLines(log).at(-1)?.position).toBe('echo');
});

test('a quoted log is echo, group marks and all', () => {
  check(`
    group        | ##[group]Run gh run view --log-failed
    group        | ##[endgroup]
    echo         | 2026-08-21T09:12:12.1234567Z ##[group]Run docker build .
    echo         | 2026-08-21T09:12:12.1234567Z ERROR: failed to solve: boom
    echo         | 2026-08-21T09:12:12.1234567Z Post job cleanup.
    output       | and our own word
  `);
});

describe('an error at the left edge', () => {
  test('is output in a step that runs no docker', () => {
    check(`
      group        | ##[group]Run npm test
      group        | ##[endgroup]
      output       | ERROR: connection reset by peer
      output       | Error: failed to solve
    `);
  });

  test('is the client’s last word from the moment that a build speaks', () => {
    check(`
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
    `);
  });

  test('does not come with the docker of an earlier step', () => {
    check(`
      group        | ##[group]Run docker build .
      group        | ##[endgroup]
      final        | ERROR: failed to solve: boom
      group        | ##[group]Run npm test
      group        | ##[endgroup]
      output       | ERROR: failed to solve: boom
    `);
  });
});

test('numbers behind a hash are vertices only where BuildKit speaks', () => {
  check(`
    group        | ##[group]Run npm test
    group        | ##[endgroup]
    output       | #1 the first rule
    output       | #12 fixes a typo
    output       | # 5 ERROR: a heading
    vertex       | #1 [internal] load build definition from Dockerfile
    vertex       | #2 the first rule
    output       | #1234567 too many digits
  `);
});

test('a log that was cut in the middle of a build is understood from there', () => {
  check(`
    run-log      | #9 12.31 cc -c b.c
    vertex       | #9 DONE 14.0s
    vertex-error | #10 ERROR: failed to push x: boom
    final        | ERROR: failed to solve: failed to push x: boom
  `);
});

test('rules of dashes open a replay only with a name below them', () => {
  check(`
    group        | ##[group]Run docker build .
    group        | ##[endgroup]
    replay       | ------
    final        | ERROR: failed to solve: boom
    output       | --------
    output       |  > [2/3] RUN make:
    final        | ERROR: failed to solve: boom
  `);
});

test('a replay that is never closed ends with its step', () => {
  check(`
    group        | ##[group]Run docker build .
    group        | ##[endgroup]
    vertex       | #1 [internal] load build definition from Dockerfile
    replay       | ------
    replay       |  > [internal] load build definition from Dockerfile:
    replay       | ERROR: failed to solve: boom
    group        | ##[group]Run docker push x
    group        | ##[endgroup]
    final        | ERROR: failed to solve: boom
  `);
});

test('a daemon’s own log, by its form or by its group', () => {
  check(`
    group        | ##[group]Run docker logs buildx_buildkit_builder0
    group        | ##[endgroup]
    daemon-log   | time="2026-08-21T10:12:12Z" level=info msg="stopping server"
    group        | ##[group]BuildKit container logs
    daemon-log   | panic: runtime error: index out of range
    group        | ##[endgroup]
    output       | panic: runtime error: index out of range
  `);
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

test('groups, steps and vertices are known for each line', () => {
  const log = stamped(
    `${header.trim()}\n${scriptStep('docker build .', '##[group]Docker info\nServer:\n##[endgroup]\n#12 [2/3] RUN make')}`,
  );
  const placed = placeLines(log);
  const at = (text: string) => placed.find(({ line }) => line.text === text);
  expect(at("Runner name: 'ci-build-01-runner-3'")).toMatchObject({ step: -1, setup: true });
  expect(at('Server:')).toMatchObject({ step: 0, group: 'Docker info', setup: false });
  expect(at('#12 [2/3] RUN make')).toMatchObject({ step: 0, group: null, vertex: 12 });
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
    check(`
      group        | ::group::Run docker buildx build .
      echo         | docker buildx build .
      group        | ::endgroup::
      vertex       | #1 [internal] load build definition from Dockerfile
      final        | ERROR: failed to solve: boom
      annotation   | ::error::Process completed with exit code 1.
      remark       | ::warning file=Dockerfile::deprecated
    `);
  });

  test('bare output of Buildx is one step without a name', () => {
    const scan = scanLog('#1 [internal] load .dockerignore\n#1 DONE 0.1s\nERROR: failed to solve: boom\n');
    expect(scan.structured).toBe(false);
    expect(scan.steps).toMatchObject([{ title: '', line: 1, docker: true, setup: false }]);
  });
});

test('a step knows its title, its times, its first error and its exit code', () => {
  const scan = scanLog(
    jobLog(
      scriptStep('npm ci', 'added 812 packages'),
      scriptStep('npm test', '1 failing\n##[error]Process completed with exit code 3.\n##[error]again'),
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
