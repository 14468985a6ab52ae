/** Facts of a job’s surroundings: read where they are told, not where a program prints the same words. */
import { describe, expect, test } from 'vitest';

import type { Fact } from '../../src/model/scan.ts';
import {
  actionStep,
  buildStep,
  group,
  header,
  jobLog,
  lines,
  scriptStep,
} from '../support/job-log.ts';
import { scanLog } from '../support/scan-log.ts';

const dockerVersion = `[command]/usr/bin/docker version
Client: Docker Engine - Community
 Version:           27.1.1
 API version:       1.46
Server: Docker Engine - Community
 Engine:
  Version:          27.3.1
  API version:      1.47
 containerd:
  Version:          1.7.22
 runc:
  Version:          1.1.14`;
const dockerInfo = `[command]/usr/bin/docker info
Client:
 Plugins:
  buildx: Docker Buildx (Docker Inc.)
    Version:  v0.15.1
Server:
 Containers: 9
  Running: 8
 Server Version: 27.3.1
 Operating System: Ubuntu 22.04.4 LTS
 CPUs: 4
 Total Memory: 15.61GiB
 Name: ci-build-01
 ID: 584d62f5-11d9-4074-87e4-acacf60905a6`;
const buildxVersion = group(
  'Buildx version',
  '[command]/usr/bin/docker buildx version',
  'github.com/docker/buildx v0.19.2 1fc5647dc281ca3c2ad5b451aeff2dce84f1dc49',
);

function factsOf(log: string): Record<string, string> {
  return Object.fromEntries(scanLog(log).facts.map(({ name, value }) => [name, value]));
}

test('the header of a self-hosted runner', () => {
  expect(factsOf(jobLog(actionStep('actions/checkout@v4')))).toMatchObject({
    'runner-version': '2.323.0',
    'runner-name': 'ci-build-01-runner-3',
    'runner-group': 'Default',
    'machine-name': 'ci-build-01',
    'job-name': 'image (web)',
    'action-ref:actions/checkout': 'v4',
  });
});

test('the image of a hosted runner', () => {
  const image = lines(
    group('Operating System', 'Ubuntu', '22.04.2', 'LTS'),
    group('Runner Image', 'Image: ubuntu-22.04', 'Version: 20230402.1'),
  );
  expect(factsOf(jobLog(image, actionStep('actions/checkout@v4')))).toMatchObject({
    'os-image': 'ubuntu-22.04',
    'os-image-version': '20230402.1',
  });
});

test('client and server differ often, and are told apart by where they stand', () => {
  const facts = factsOf(
    jobLog(actionStep('docker/setup-buildx-action@v3', group('Docker info', dockerVersion))),
  );
  expect(facts).toMatchObject({ 'docker-client': '27.1.1', 'docker-server': '27.3.1' });
});

test('the engine, its host and what runs on it', () => {
  const facts = factsOf(
    jobLog(actionStep('docker/setup-buildx-action@v3', group('Docker info', dockerInfo))),
  );
  expect(facts).toMatchObject({
    'docker-server': '27.3.1',
    'engine-name': 'ci-build-01',
    'engine-id': '584d62f5-11d9-4074-87e4-acacf60905a6',
    'engine-containers-running': '8',
    'operating-system': 'Ubuntu 22.04.4 LTS',
    cpus: '4',
    'total-memory': '15.61GiB',
  });
});

describe('the version of Buildx', () => {
  test('is what Buildx says of itself, not what the engine lists as a plugin', () => {
    for (const order of [
      [group('Docker info', dockerInfo), buildxVersion],
      [buildxVersion, group('Docker info', dockerInfo)],
    ]) {
      const log = jobLog(actionStep('docker/setup-buildx-action@v3', lines(...order)));
      expect(factsOf(log)['buildx']).toBe('v0.19.2');
    }
  });

  test.each(['v0.12.1-desktop.4', '0.9.1+azure-2', '0.21.1-1', 'v0.10.4'])(
    'may have an odd form: %s',
    (version) => {
      const log = jobLog(
        actionStep('docker/setup-buildx-action@v3', `github.com/docker/buildx ${version} c513d3`),
      );
      expect(factsOf(log)['buildx']).toBe(version);
    },
  );
});

function names(facts: readonly Fact[]): string[] {
  return facts.map(({ name }) => name);
}

describe('a program that prints the same words tells nothing', () => {
  const words = lines(
    header.trim(),
    dockerInfo.replace('[command]', '$ '),
    'github.com/docker/buildx v0.1.0 abc',
  );

  test('in a RUN step', () => {
    const printed = words
      .split('\n')
      .map((line) => `#5 0.1 ${line}`)
      .join('\n');
    const log = `##[group]Run docker build .\n##[endgroup]\n${buildStep(`#5 [2/2] RUN env\n${printed}\n#5 DONE 1.0s`)}`;
    expect(names(scanLog(log).facts)).toEqual(['action-ref:docker/build-push-action', 'driver']);
  });

  test('in the echo of a script', () => {
    const log = scriptStep(`cat <<'END'\n${words}\nEND`, 'done');
    expect(names(scanLog(log).facts)).toEqual([]);
  });

  test('in a quoted log', () => {
    const quoted = words
      .split('\n')
      .map((line) => `2026-08-21T10:00:00.0000000Z 2026-08-20T10:00:00.0000000Z ${line}\n`)
      .join('');
    expect(
      names(
        scanLog(
          `2026-08-21T10:00:00.0000000Z ##[group]Run gh run view\n2026-08-21T10:00:00.0000000Z ##[endgroup]\n${quoted}`,
        ).facts,
      ),
    ).toEqual([]);
  });

  test('after the header, as far as the runner is concerned', () => {
    const log = jobLog(scriptStep('cat old.log', "Runner name: 'other'\nMachine name: 'other'"));
    expect(factsOf(log)).toMatchObject({
      'runner-name': 'ci-build-01-runner-3',
      'machine-name': 'ci-build-01',
    });
  });
});

test('each fact is told once, with its line, in the order of the log', () => {
  const twice = lines(
    group('Docker info', dockerVersion, dockerInfo),
    group('Docker info', dockerVersion),
  );
  const log = jobLog(actionStep('docker/setup-buildx-action@v3', twice));
  const { facts } = scanLog(log);
  expect(new Set(facts.map(({ name }) => name)).size).toBe(facts.length);
  expect(facts.map(({ line }) => line)).toEqual(
    facts.map(({ line }) => line).toSorted((a, b) => a - b),
  );
  const toldAt = (line: number): string => log.split('\n')[line - 1] ?? '';
  expect(facts.filter(({ value, line }) => !toldAt(line).includes(value))).toEqual([]);
});
