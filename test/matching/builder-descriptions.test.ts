/** The version of BuildKit, from the best of the places that tell it, for the builder that built. */
import { describe, expect, test } from 'vitest';

import {
  actionStep,
  buildStep,
  group,
  jobLog,
  lines,
  otherBuilder,
  ownBuilder,
} from '../support/job-log.ts';
import { scanLog } from '../support/scan-log.ts';

const creating = (image = ''): string =>
  group(
    'Creating a new builder instance',
    `[command]/usr/bin/docker buildx create --name ${ownBuilder} --driver docker-container ${image}--use`,
    ownBuilder,
  );
const inspecting = (version: string, key = 'BuildKit version'): string =>
  group(
    'Booting builder',
    `Name:          ${ownBuilder}`,
    'Driver:        docker-container',
    '',
    'Nodes:',
    `Name:                  ${ownBuilder}0`,
    'Endpoint:              unix:///var/run/docker.sock',
    `${key}:      ${version}`,
  );
const json = (version: string): string =>
  group(
    'Inspect builder',
    '{',
    '  "nodes": [',
    '    {',
    `      "name": "${ownBuilder}0",`,
    `      "buildkit": "${version}"`,
    '    }',
    '  ],',
    `  "name": "${ownBuilder}",`,
    '  "driver": "docker-container"',
    '}',
  );
const versionGroup = (version: string): string =>
  group('BuildKit version', `${ownBuilder}0: ${version}`);

/** The version that a job with this setup, and a build on its builder, is said to have built with. */
function versionOf(...setup: string[]): string | null {
  const setupLog = actionStep('docker/setup-buildx-action@v3', lines(...setup));
  const { facts } = scanLog(jobLog(setupLog, buildStep('#5 DONE 1.2s')));
  return facts.find(({ name }) => name === 'buildkit')?.value ?? null;
}

test('each place tells the version where it is the only one', () => {
  expect(versionOf(creating(), versionGroup('v0.17.2'))).toBe('v0.17.2');
  expect(versionOf(creating(), json('v0.17.1'))).toBe('v0.17.1');
  expect(versionOf(creating(), inspecting('v0.17.0'))).toBe('v0.17.0');
  expect(versionOf(creating(), inspecting('v0.11.6', 'Buildkit'))).toBe('v0.11.6');
  expect(versionOf(creating('--driver-opt image=moby/buildkit:v0.16.0 '))).toBe('v0.16.0');
});

test('the better place wins, whichever comes first', () => {
  const image = creating('--driver-opt image=moby/buildkit:v0.1.0 ');
  const [text, object, own] = [inspecting('v0.2.0'), json('v0.3.0'), versionGroup('v0.4.0')];
  expect(versionOf(image, text)).toBe('v0.2.0');
  expect(versionOf(image, text, object)).toBe('v0.3.0');
  expect(versionOf(image, object, text)).toBe('v0.3.0');
  expect(versionOf(image, text, object, own)).toBe('v0.4.0');
  expect(versionOf(image, own, object, text)).toBe('v0.4.0');
});

test('a tag that moves tells no version', () => {
  expect(versionOf(creating('--driver-opt image=moby/buildkit:buildx-stable-1 '))).toBe(null);
  expect(versionOf(creating('--driver-opt image=moby/buildkit:latest '))).toBe(null);
});

test.each([
  'v0.12.2+6560bb937e8c',
  'v0.11.0-moby',
  '20.10.17',
  '37657a1',
  'v0.20.0-rc2-4-gd30d8e22c.m',
])('the odd forms of versions are kept as they are: %s', (version) => {
  expect(versionOf(creating(), inspecting(version))).toBe(version);
});

test('`undefined` is no version, and hides none', () => {
  expect(versionOf(creating(), inspecting('v0.17.0'), versionGroup('undefined'))).toBe('v0.17.0');
  expect(versionOf(creating(), versionGroup('undefined'))).toBe(null);
});

test('a JSON that was cut or masked tells nothing, and does no harm', () => {
  const cut = group('Inspect builder', '{', '  "nodes": [', '}');
  expect(versionOf(creating(), cut, inspecting('v0.17.0'))).toBe('v0.17.0');
});

test('the old action’s own JSON', () => {
  const old = group(
    'Inspect builder',
    '{',
    `  "name": "${ownBuilder}",`,
    '  "driver": "docker-container",',
    '  "node_buildkit": "v0.10.5"',
    '}',
  );
  expect(versionOf(creating(), old)).toBe('v0.10.5');
});

describe('of two builders', () => {
  const info = group(
    'Builder info',
    '{',
    '  "nodes": [',
    '    {',
    `      "name": "${otherBuilder}0",`,
    '      "buildkit": "v0.13.2"',
    '    }',
    '  ],',
    `  "name": "${otherBuilder}",`,
    '  "driver": "docker-container"',
    '}',
  );

  test('the one that built tells the version, not the one that was set up', () => {
    const setup = actionStep(
      'docker/setup-buildx-action@v3',
      lines(creating(), versionGroup('v0.17.0')),
    );
    const build = buildStep('#5 DONE 1.2s', otherBuilder).replace(
      '[command]',
      `${info}\n[command]`,
    );
    const scan = scanLog(jobLog(setup, build));
    const facts = scan.facts.filter(({ name }) => name === 'buildkit' || name === 'driver');
    expect(facts.map(({ value }) => value).toSorted()).toEqual(['docker-container', 'v0.13.2']);
    expect(scan.builderEvents.map(({ event, name, buildkit }) => [event, name, buildkit])).toEqual([
      ['created', ownBuilder, 'v0.17.0'],
      ['current', otherBuilder, 'v0.13.2'],
      ['used', otherBuilder, 'v0.13.2'],
    ]);
  });

  test('a builder of which nothing is said has no version, although the other has', () => {
    const setup = actionStep(
      'docker/setup-buildx-action@v3',
      lines(creating(), versionGroup('v0.17.0')),
    );
    const { facts } = scanLog(jobLog(setup, buildStep('#5 DONE 1.2s', otherBuilder)));
    expect(facts.filter(({ name }) => name === 'buildkit')).toEqual([]);
  });
});

test('a job that only sets up a builder is known by that builder', () => {
  const setup = actionStep(
    'docker/setup-buildx-action@v3',
    lines(creating(), versionGroup('v0.17.0')),
  );
  const { facts } = scanLog(jobLog(setup));
  expect(facts.find(({ name }) => name === 'buildkit')?.value).toBe('v0.17.0');
});

test('the line of a version is the line that tells it', () => {
  const setup = actionStep(
    'docker/setup-buildx-action@v3',
    lines(creating(), versionGroup('v0.17.0')),
  );
  const log = jobLog(setup, buildStep('#5 DONE 1.2s'));
  const fact = scanLog(log).facts.find(({ name }) => name === 'buildkit');
  expect(log.split('\n')[(fact?.line ?? 0) - 1]).toContain(`${ownBuilder}0: v0.17.0`);
});
