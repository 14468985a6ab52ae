/** Builders that a script makes: its commands are not printed, only echoed before any of them has run. */
import { describe, expect, test } from 'vitest';

import {
  buildStep,
  jobLog,
  lines,
  otherBuilder,
  scriptStep,
  setupStep,
} from '../support/job-log.ts';
import { scanLog } from '../support/scan-log.ts';

const made = '#5 [2/2] RUN make\n#5 DONE 1.2s';
const creating = 'docker buildx create --name ci --driver docker-container --use';

function eventsIn(...steps: string[]): string[] {
  return scanLog(jobLog(...steps)).builderEvents.map(({ event, name }) => `${event} ${name}`);
}

describe('a creation is known once', () => {
  test('when it stands in the middle of the script', () => {
    expect(eventsIn(scriptStep(`echo begin\n${creating}\necho end`, 'begin\nci\nend'))).toEqual([
      'created ci',
    ]);
  });

  test('when it is the first line, which is the title of the step too', () => {
    expect(eventsIn(scriptStep(creating, 'ci'))).toEqual(['created ci']);
  });

  test('when the shell prints its commands (set -x)', () => {
    expect(eventsIn(scriptStep(`set -x\n${creating}`, `+ ${creating}\nci`))).toEqual([
      'created ci',
    ]);
  });

  test('when the script prints nothing at all', () => {
    const silent = lines(
      '##[group]Run set -e',
      '\u001B[36;1mset -e\u001B[0m',
      `\u001B[36;1m${creating} > /dev/null\u001B[0m`,
      'shell: /usr/bin/bash -e {0}',
      '##[endgroup]',
    );
    expect(eventsIn(silent, buildStep(made, 'ci'))).toEqual(['created ci', 'used ci']);
  });
});

test('a command in a comment has made nothing', () => {
  expect(eventsIn(scriptStep(`echo begin\n# ${creating}`, 'begin'))).toEqual([]);
});

test('a command with a name that only the shell knows is left out', () => {
  expect(eventsIn(scriptStep('docker buildx create --name "$NAME" --use', 'x'))).toEqual([]);
});

test('`buildx use` makes a builder current, so that building on another one is odd', () => {
  const script = 'docker buildx create --name ci --driver docker-container\ndocker buildx use ci';
  const { builders } = scanLog(jobLog(scriptStep(script, 'ci'), buildStep(made, otherBuilder)));
  expect(builders).toMatchObject({ created: ['ci'], used: otherBuilder, foreign: true });
});

test('a removal is known by its answer, and began after its script did', () => {
  const log = jobLog(scriptStep('sleep 1\ndocker buildx rm ci', 'ci removed'));
  const events = scanLog(log).builderEvents;
  expect(events).toMatchObject([
    { event: 'removing', name: 'ci', explicit: false, text: 'docker buildx rm ci' },
    { event: 'removed', name: 'ci' },
  ]);
});

describe('a container of a builder', () => {
  const printed = `web\nbuildx_buildkit_${otherBuilder}0`;

  test.each([
    'docker ps --format "{{.Names}}" | grep buildx_buildkit | xargs docker stop',
    'for c in $(docker ps -q -f name=buildx_buildkit_); do\n  docker rm -f "$c"\ndone',
    'docker kill \\\n  buildx_buildkit_x0',
  ])('was stopped by %s', (stop) => {
    expect(eventsIn(scriptStep(stop, printed))).toEqual([`stopped ${otherBuilder}`]);
  });

  test.each([
    'docker ps --format "{{.Names}}"\ndocker stop web',
    'docker ps | grep buildx_buildkit\ndocker rm -f web',
  ])('was only listed by %s', (list) => {
    expect(eventsIn(scriptStep(list, printed))).toEqual([]);
  });
});

describe('a builder of the job’s own', () => {
  const setup = setupStep();
  const own = { foreign: false, pointerReset: false };

  test.each([
    ['--name ci-$GITHUB_RUN_ID', 'ci-10000000999'],
    ['--name "ci-${X}"', 'ci-31337'],
    ['--name "$NAME"', 'whatever'],
    ["--name 'my-ci'", 'my-ci'],
    ['--platform linux/arm64', 'angry_hopper'],
  ])('is one made with %s', (options, name) => {
    const step = scriptStep(`docker buildx create --use ${options}`, name);
    const { builders } = scanLog(jobLog(setup, step, buildStep(made, name)));
    expect(builders).toMatchObject({ used: name, ...own });
    expect(builders.created).toContain(name);
  });

  test('is not one that looks otherwise', () => {
    const step = scriptStep('docker buildx create --use --name ci-$GITHUB_RUN_ID', 'ci-1');
    const { builders } = scanLog(jobLog(setup, step, buildStep(made, 'team-builder')));
    expect(builders).toMatchObject({ foreign: true });
  });

  test.each([
    ['--builder in a script', scriptStep('docker buildx build --builder ci .', onCi())],
    ['BUILDX_BUILDER in a script', scriptStep('BUILDX_BUILDER=ci docker buildx build .', onCi())],
    [
      'BUILDX_BUILDER in the step’s environment',
      scriptStep('make image', onCi()).replace('shell: ', 'env:\n  BUILDX_BUILDER: ci\nshell: '),
    ],
  ])('need not be one that was asked for by %s', (_, step) => {
    expect(scanLog(jobLog(setup, step)).builders).toMatchObject({ used: 'ci', ...own });
  });
});

test('the version of a builder made over several lines is that of its image, rootless or not', () => {
  const script =
    'docker buildx create \\\n  --name ci \\\n  --driver-opt image=moby/buildkit:v0.16.0-rootless \\\n  --use';
  const { facts } = scanLog(jobLog(scriptStep(script, 'ci'), buildStep(made, 'ci')));
  expect(facts).toContainEqual(expect.objectContaining({ name: 'buildkit', value: 'v0.16.0' }));
});

describe('a removal by a command', () => {
  test('that `make` prints without a mark begins there', () => {
    const printed = 'docker buildx rm ci\nci removed';
    expect(eventsIn(scriptStep('make clean', printed))).toEqual(['removing ci', 'removed ci']);
  });

  test('that `make` prints is none without the tool’s answer', () => {
    expect(eventsIn(scriptStep('make help', 'docker buildx rm ci'))).toEqual([]);
  });

  test('that names the builder before the verb is one', () => {
    const printed = '+ docker buildx --builder ci rm\nci removed';
    expect(eventsIn(scriptStep('set -x\n./clean', printed))).toEqual(['removing ci', 'removed ci']);
  });
});

function onCi(): string {
  return `#0 building with "ci" instance using docker-container driver\n${made}`;
}
