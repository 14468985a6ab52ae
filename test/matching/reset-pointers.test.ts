/** When a build on the engine's own builder tells that somebody reset the pointer to the current one. */
import { describe, expect, test } from 'vitest';

import type { BuilderUse } from '../../src/model/scan.ts';
import {
  actionStep,
  buildStep,
  jobLog,
  ownBuilder,
  scriptStep,
  setupStep,
} from '../support/job-log.ts';
import { scanLog } from '../support/scan-log.ts';

function usesOf(...steps: string[]): BuilderUse {
  return scanLog(jobLog(...steps)).builders;
}

describe('the engine’s own builder instead of the one that was made', () => {
  const setup = setupStep();
  const docker =
    '#0 building with "default" instance using docker driver\n#5 [2/2] RUN make\n#5 DONE 1.2s';
  const script = (text: string): string => scriptStep(text, docker);

  test.each([
    ['docker/build-push-action', buildStep('#5 DONE 1.2s', 'default')],
    ['a script’s `docker buildx build`', script('docker buildx build --push .')],
    ['a script’s `docker buildx bake`', script('docker buildx bake image')],
    [
      'a printed `docker buildx build`',
      scriptStep('set -x\n./x', `+ docker buildx build .\n${docker}`),
    ],
  ])('is a pointer that was reset in %s', (_, step) => {
    expect(usesOf(setup, step)).toMatchObject({ foreign: true, pointerReset: true });
  });

  test.each([
    ['`docker build`, which takes the engine’s builder', [setup, script('docker build -t x .')]],
    ['a command that `make` hides', [setup, script('make image')]],
    ['root, which has a pointer of its own', [setup, script('sudo docker buildx build .')]],
    ['a job that chose it', [setup, script('docker buildx use default\ndocker buildx build .')]],
    [
      'a job that removed its own builder',
      [
        setup,
        scriptStep('docker buildx rm x', `${ownBuilder} removed`),
        script('docker buildx build .'),
      ],
    ],
    [
      'a job whose script was silent about its removal',
      [
        setup,
        scriptStep(`docker buildx rm ${ownBuilder} > /dev/null`),
        script('docker buildx build .'),
      ],
    ],
  ])('is nobody’s doing in %s', (_, steps) => {
    expect(usesOf(...steps)).toMatchObject({
      used: 'default',
      foreign: false,
      pointerReset: false,
    });
  });

  test('is a reset pointer where `docker build` was made to mean `docker buildx build`', () => {
    const install = actionStep('acme/install@v1', '[command]/usr/bin/docker buildx install');
    expect(usesOf(setup, install, script('docker build -t x .'))).toMatchObject({
      pointerReset: true,
    });
  });

  test('is nobody’s doing on a hosted runner, which no other job uses', () => {
    const log = jobLog(setup, buildStep('#5 DONE 1.2s', 'default'));
    const hosted = log.replace(/^.*Machine name: .*$/m, (line) =>
      [
        line.replace(/Machine name.*/, '##[group]Runner Image'),
        line.replace(/Machine name.*/, 'Image: ubuntu-24.04'),
        line.replace(/Machine name.*/, '##[endgroup]'),
      ].join('\n'),
    );
    expect(scanLog(hosted).builders).toMatchObject({ foreign: false, pointerReset: false });
  });
});
