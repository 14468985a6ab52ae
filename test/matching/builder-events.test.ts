/** The lives of builders as one job saw them, and which builder the job made and which it built on. */
import { describe, expect, test } from 'vitest';

import type { BuilderUse } from '../../src/model/scan.ts';
import {
  actionStep,
  buildStep,
  group,
  jobLog,
  lines,
  otherBuilder,
  ownBuilder,
  removal,
  scriptStep,
  setupStep,
} from '../support/job-log.ts';
import { scanLog } from '../support/scan-log.ts';

const made = '#5 [2/2] RUN make\n#5 DONE 1.2s';
const checkout = actionStep('actions/checkout@v4', 'HEAD is now at 1a2b3c4');

/** The events of a log, in order. */
function eventsIn(log: string): string[] {
  return scanLog(log).builderEvents.map(({ event, name }) => `${event} ${name}`);
}

function usesOf(...steps: string[]): BuilderUse {
  return scanLog(jobLog(...steps)).builders;
}

test('a builder is created, booted, used and removed', () => {
  expect(eventsIn(jobLog(setupStep(), buildStep(made), removal()))).toEqual([
    `created ${ownBuilder}`,
    `booted ${ownBuilder}`,
    `used ${ownBuilder}`,
    `removing ${ownBuilder}`,
    `removed ${ownBuilder}`,
  ]);
});

test('an event has its line, its time and the line itself as proof', () => {
  const log = jobLog(checkout, removal());
  const { builderEvents } = scanLog(log);
  const [removing] = builderEvents;
  const at = log.split('\n')[(removing?.line ?? 0) - 1];
  expect(at).toBe(`${removing?.at} ${removing?.text}`);
  expect(removing?.text).toBe(`[command]/usr/bin/docker buildx rm ${ownBuilder}`);
});

describe('the end of a builder', () => {
  test('is missing when somebody else had removed it before', () => {
    expect(eventsIn(jobLog(checkout, removal(ownBuilder, `${ownBuilder} does not exist`)))).toEqual(
      [`removing ${ownBuilder}`, `missing ${ownBuilder}`],
    );
  });

  test('is missing without a command: the action looks before it removes', () => {
    expect(
      eventsIn(
        jobLog(
          checkout,
          'Post job cleanup.',
          group('Removing builder', `${ownBuilder} does not exist`),
        ),
      ),
    ).toEqual([`missing ${ownBuilder}`]);
  });

  test('may fail', () => {
    const answer = `failed to remove ${ownBuilder}: context deadline exceeded`;
    expect(eventsIn(jobLog(checkout, removal(ownBuilder, answer)))).toEqual([
      `removing ${ownBuilder}`,
      `removal-failed ${ownBuilder}`,
    ]);
  });

  test('may be the end of several, by one command with options', () => {
    const command = `[command]/usr/bin/docker buildx rm --force ${ownBuilder} ${otherBuilder}`;
    expect(
      eventsIn(
        jobLog(
          actionStep(
            'acme/cleanup@v1',
            `${command}\n${ownBuilder} removed\n${otherBuilder} removed`,
          ),
        ),
      ),
    ).toEqual([
      `removing ${ownBuilder}`,
      `removing ${otherBuilder}`,
      `removed ${ownBuilder}`,
      `removed ${otherBuilder}`,
    ]);
  });

  test('may come by a stop, of Buildx or of the engine', () => {
    expect(
      eventsIn(
        jobLog(
          actionStep('acme/stop@v1', '[command]/usr/bin/docker buildx stop shared'),
          scriptStep(
            'docker stop $(docker ps -q -f name=buildx_buildkit_)',
            'buildx_buildkit_shared0',
          ),
        ),
      ),
    ).toEqual(['stopped shared', 'stopped shared']);
  });

  test('is found by a build that asked for it', () => {
    const error = `ERROR: no builder "${ownBuilder}" found`;
    const command = `[command]/usr/bin/docker buildx build --builder ${ownBuilder} .`;
    const step = actionStep(
      'docker/build-push-action@v6',
      `${command}\n${error}\n##[error]buildx failed with: ${error}`,
    );
    const missing = scanLog(jobLog(step)).builderEvents.filter(({ event }) => event === 'missing');
    expect(missing.map(({ name }) => name)).toContain(ownBuilder);
  });
});

describe('what only looks like an event', () => {
  test('a RUN step prints that a builder was removed', () => {
    const printed = `#5 [2/2] RUN go test ./cleanup\n#5 0.1 ${otherBuilder} removed\n#5 0.2 [command]/usr/bin/docker buildx rm ${otherBuilder}\n#5 DONE 1.2s`;
    expect(eventsIn(jobLog(buildStep(printed)))).toEqual([`used ${ownBuilder}`]);
  });

  test('a test suite prints that a builder was removed', () => {
    expect(
      eventsIn(
        jobLog(scriptStep('npm test', `${otherBuilder} removed\n${otherBuilder} does not exist`)),
      ),
    ).toEqual([]);
  });

  test('a replay, a source frame and a quoted log', () => {
    const replay = `------\n > [2/2] RUN x:\n0.1 + docker buildx rm ${otherBuilder}\n${otherBuilder} removed\n------`;
    const frame = `   3 | >>> RUN docker buildx rm ${otherBuilder}`;
    const quoted = `2026-08-21T09:00:00.1234567Z [command]/usr/bin/docker buildx rm ${otherBuilder}`;
    expect(eventsIn(jobLog(buildStep(lines(replay, frame, quoted))))).toEqual([
      `used ${ownBuilder}`,
    ]);
  });

  test('an echoed line of a script that never ran before the step', () => {
    expect(
      eventsIn(jobLog(scriptStep(`# cleanup\ntrap 'docker buildx rm ${otherBuilder}' EXIT`, 'ok'))),
    ).toEqual([]);
  });

  test('a creation that was refused', () => {
    const command =
      '[command]/usr/bin/docker buildx create --name shared --driver docker-container --use';
    const refusal =
      'ERROR: existing instance for "shared" but no append mode, specify the node name to make changes for existing instances';
    const step = actionStep(
      'docker/setup-buildx-action@v3',
      `${command}\n${refusal}\n##[error]${refusal}`,
    );
    const { builderEvents, builders } = scanLog(jobLog(step));
    expect(builderEvents).toEqual([]);
    expect(builders.created).toEqual([]);
  });
});

describe('the builder that was used', () => {
  test('is the job’s own', () => {
    expect(usesOf(setupStep(), buildStep(made))).toEqual({
      created: [ownBuilder],
      used: ownBuilder,
      usedSeen: true,
      driver: 'docker-container',
      foreign: false,
      pointerReset: false,
    });
  });

  test('is foreign when this job made another one', () => {
    expect(usesOf(setupStep(), buildStep(made, otherBuilder))).toMatchObject({
      used: otherBuilder,
      foreign: true,
      pointerReset: false,
    });
  });

  test('is foreign when its name was made up by the action in some other job', () => {
    expect(usesOf(buildStep(made, otherBuilder))).toMatchObject({ created: [], foreign: true });
  });

  test('is not foreign when it is a builder of long standing', () => {
    expect(usesOf(buildStep(made, 'team-builder'))).toMatchObject({ foreign: false });
    expect(
      usesOf(setupStep(), buildStep(made, 'team-builder', '--builder team-builder ')),
    ).toMatchObject({
      foreign: false,
    });
  });

  test('is foreign when it was there already and the setup only took it over', () => {
    const adopted = group(
      'Creating a new builder instance',
      'Builder shared already exists, skipping creation',
    );
    expect(
      usesOf(
        actionStep('docker/setup-buildx-action@v3', adopted),
        buildStep(made, 'shared', '--builder shared '),
      ),
    ).toMatchObject({ created: [], used: 'shared', foreign: true });
  });

  test('is the engine’s own after the pointer to this job’s builder was reset', () => {
    expect(usesOf(setupStep(), buildStep(made, 'default'))).toMatchObject({
      used: 'default',
      driver: 'docker',
      pointerReset: true,
    });
  });

  test.each([
    ['a job that made no builder', [buildStep(made, 'default')]],
    ['a job that asks for it', [setupStep(), buildStep(made, 'default', '--builder default ')]],
    [
      'a job that made a builder and did not select it',
      [scriptStep('docker buildx create --name ci', 'ci'), buildStep(made, 'default')],
    ],
  ])('is the engine’s own by choice in %s', (_, steps) => {
    expect(usesOf(...steps)).toMatchObject({
      used: 'default',
      pointerReset: false,
      foreign: false,
    });
  });

  test('stays the foreign one, although the job built on its own as well', () => {
    expect(usesOf(setupStep(), buildStep(made, otherBuilder), buildStep(made))).toMatchObject({
      used: otherBuilder,
      foreign: true,
    });
  });

  test('is known from `Builder info` when the build never got as far as its header', () => {
    const info = group(
      'Builder info',
      '{',
      `  "name": "${otherBuilder}",`,
      '  "driver": "docker-container"',
      '}',
    );
    const { builderEvents, builders } = scanLog(
      jobLog(setupStep(), actionStep('docker/build-push-action@v6', info)),
    );
    expect(builderEvents.at(-1)).toMatchObject({ event: 'current', name: otherBuilder });
    expect(builders).toMatchObject({
      used: otherBuilder,
      usedSeen: false,
      driver: 'docker-container',
      foreign: true,
    });
  });
});
