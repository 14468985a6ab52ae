/** Builds inside a job, and the fate of their vertices: what a build survived did not fail the job. */
import { describe, expect, test } from 'vitest';

import {
  actionStep,
  buildStep,
  cutLog,
  jobLog,
  lines,
  otherBuilder,
  ownBuilder,
  scriptStep,
  setupStep,
} from '../support/job-log.ts';
import { scanLog } from '../support/scan-log.ts';

const push503 =
  'failed to push registry.acme.test/shop/web:1: unexpected status from HEAD request to https://registry.acme.test/v2/shop/web/blobs/sha256:0a1b: 503 Service Unavailable';

/** Every sighting of a log, and whether it counts. */
function sightings(log: string): string[] {
  return scanLog(log).occurrences.map(
    ({ signature, position, healed }) => `${signature} ${position} ${healed ? 'healed' : 'fatal'}`,
  );
}

describe('a build begins', () => {
  test('with its command, and takes the name of its builder from its header', () => {
    const { builds } = scanLog(jobLog(buildStep('#5 [2/2] RUN make\n#5 DONE 1.2s')));
    expect(builds).toMatchObject([
      { step: 0, builder: ownBuilder, driver: 'docker-container', error: null, auxiliary: false },
    ]);
  });

  test('with a header of its own when one command builds twice', () => {
    const { builds } = scanLog(
      jobLog(
        scriptStep(
          './build-all.sh',
          '#0 building with "a" instance using docker driver\n#1 [internal] load .dockerignore\n#1 DONE 0.1s\n' +
            '#0 building with "b" instance using docker driver\n#1 [internal] load .dockerignore\n#1 DONE 0.1s',
        ),
      ),
    );
    expect(builds.map(({ builder }) => builder)).toEqual(['a', 'b']);
  });

  test('when the first internal vertex comes again, with a Buildx that prints no header', () => {
    const once =
      '#1 [internal] load .dockerignore\n#1 DONE 0.1s\n#2 [1/1] FROM alpine\n#2 DONE 0.4s';
    const { builds } = scanLog(jobLog(scriptStep('./build-all.sh', lines(once, once, once))));
    expect(builds).toHaveLength(3);
  });

  test('not when a base image is returned to after its end', () => {
    const { builds } = scanLog(
      jobLog(
        scriptStep(
          'docker build .',
          '#1 [1/2] FROM alpine\n#1 DONE 0.1s\n#2 [2/2] RUN make\n#1 [1/2] FROM alpine\n#1 CACHED\n#2 DONE 3.0s',
        ),
      ),
    );
    expect(builds).toHaveLength(1);
  });

  test('in each step anew', () => {
    const { builds } = scanLog(jobLog(buildStep('#5 DONE 1.2s'), buildStep('#5 DONE 1.2s')));
    expect(builds.map(({ step }) => step)).toEqual([0, 1]);
  });

  test('and the boot of a builder is none of the job’s builds', () => {
    const { builds } = scanLog(jobLog(setupStep(), buildStep('#5 DONE 1.2s')));
    expect(builds.map(({ auxiliary }) => auxiliary)).toEqual([true, false]);
  });
});

test('a build keeps the client’s last word without its wrappers, and the time when it was last heard of', () => {
  const log = cutLog(
    buildStep(`#5 exporting to image\nERROR: failed to build: failed to solve: ${push503}`),
  );
  const { builds, lastAt } = scanLog(log);
  expect(builds[0]?.error?.text).toBe(push503);
  expect(builds[0]?.endedAt).toBe(lastAt);
});

describe('a vertex', () => {
  const retried = `#12 exporting to image
#12 5.1 error: ${push503.replace('failed to push registry.acme.test/shop/web:1: ', '')}
#12 5.1 retrying in 1s`;

  test('that ends well acquits what it tried again', () => {
    expect(sightings(jobLog(buildStep(`${retried}\n#12 DONE 9.0s`)))).toEqual([
      'registry-5xx vertex-retry healed',
    ]);
  });

  test('that is never heard of again proves nothing', () => {
    expect(sightings(cutLog(buildStep(retried)))).toEqual(['registry-5xx vertex-retry healed']);
  });

  test('that fails lets its retries count', () => {
    expect(
      sightings(
        jobLog(buildStep(`${retried}\n#12 ERROR: ${push503}\nERROR: failed to solve: ${push503}`)),
      ),
    ).toEqual([
      'registry-5xx vertex-retry fatal',
      'registry-5xx vertex-error fatal',
      'registry-5xx final fatal',
    ]);
  });

  test('says why it failed near its end; what a program printed long before is not why', () => {
    const chatter = Array.from({ length: 60 }, (_, n) => `#7 ${n}.12 ok ${n}`).join('\n');
    const command = 'process "/bin/sh -c npm ci" did not complete successfully: exit code: 1';
    const failing = (early: string, late: string): string =>
      jobLog(buildStep(lines('#7 [2/2] RUN npm ci', early, chatter, late, `#7 ERROR: ${command}`)));
    const reset = '#7 9.12 npm error code ECONNRESET';
    expect(sightings(failing(reset, '#7 61.0 1 failing'))).toEqual([
      'user-run-step-network run-log healed',
      'user-run-step-failed vertex-error fatal',
    ]);
    expect(sightings(failing('#7 0.1 begin', reset))).toEqual([
      'user-run-step-network run-log fatal',
      'user-run-step-failed vertex-error fatal',
    ]);
  });

  test('is another one in the next build, though it has the same number', () => {
    const first = `#12 exporting to image\n#12 5.1 error: failed to copy: failed to do request: Put "https://ghcr.io/v2/x": EOF\n#12 5.1 retrying in 1s\n#12 DONE 6.0s`;
    const second =
      '#12 [2/2] RUN false\n#12 ERROR: process "/bin/sh -c false" did not complete successfully: exit code: 1';
    expect(sightings(jobLog(buildStep(first), buildStep(second)))).toEqual([
      'registry-conn-reset vertex-retry healed',
      'user-run-step-failed vertex-error fatal',
    ]);
  });
});

describe('an error of a vertex that the build does without', () => {
  const importing = '#7 importing cache manifest from registry.acme.test/shop/web:cache';
  const missing = 'registry.acme.test/shop/web:cache: not found';

  test('is healed when the build goes on', () => {
    expect(
      sightings(
        jobLog(buildStep(`${importing}\n#7 ERROR: ${missing}\n#8 [2/2] RUN make\n#8 DONE 2.0s`)),
      ),
    ).toEqual(['registry-manifest-not-found vertex-error healed']);
  });

  test('is healed although the build then fails of something else', () => {
    const command = 'process "/bin/sh -c make" did not complete successfully: exit code: 2';
    expect(
      sightings(
        jobLog(
          buildStep(
            `${importing}\n#7 ERROR: ${missing}\n#8 [2/2] RUN make\n#8 ERROR: ${command}\nERROR: failed to solve: ${command}`,
          ),
        ),
      ),
    ).toEqual([
      'registry-manifest-not-found vertex-error healed',
      'user-run-step-failed vertex-error fatal',
      'user-run-step-failed final fatal',
    ]);
  });

  test('counts when the client ends with it', () => {
    expect(
      sightings(
        jobLog(buildStep(`${importing}\n#7 ERROR: ${missing}\nERROR: failed to solve: ${missing}`)),
      ),
    ).toEqual([
      'registry-manifest-not-found vertex-error fatal',
      'registry-manifest-not-found final fatal',
    ]);
  });

  test('is healed when it is the last to end in a step that ends well (ignore-error=true)', () => {
    const step = buildStep(
      '#14 exporting to GitHub Actions Cache\n#14 ERROR: error writing layer blob: failed to reserve cache',
    );
    expect(sightings(jobLog(step, scriptStep('docker push x', 'pushed')))).toEqual([
      'cache-gha-write-failed vertex-error healed',
    ]);
  });
});

test('an unspecific last word leaves the weight to the vertex that failed', () => {
  expect(
    sightings(
      jobLog(
        buildStep(
          `#12 exporting to image\n#12 ERROR: ${push503}\nERROR: failed to solve: DeadlineExceeded: context deadline exceeded`,
        ),
      ),
    ),
  ).toEqual(['registry-5xx vertex-error fatal', 'solve-deadline-exceeded final fatal']);
});

test('a word of the script behind the client’s last one acquits nothing', () => {
  const refused =
    'Error response from daemon: Get "https://registry-1.docker.io/v2/": context deadline exceeded';
  const output = `#1 [internal] booting buildkit\n#1 pulling image moby/buildkit:buildx-stable-1\n#1 ERROR: ${refused}\nERROR: ${refused}\nERROR: giving up, no builder`;
  const { occurrences } = scanLog(
    jobLog(scriptStep('docker buildx create --use --bootstrap', output)),
  );
  expect(
    occurrences.find(({ signature }) => signature === 'builder-image-pull-failed'),
  ).toMatchObject({
    position: 'vertex-error',
    healed: false,
  });
});

test('a command that names its builder is told from one that takes the current', () => {
  const { builderEvents } = scanLog(
    jobLog(
      buildStep('#5 DONE 1.2s', otherBuilder),
      buildStep('#5 DONE 1.2s', otherBuilder, `--builder ${otherBuilder} `),
    ),
  );
  expect(builderEvents.map(({ event, explicit }) => [event, explicit])).toEqual([
    ['used', false],
    ['used', true],
  ]);
});

test('an image that the runner builds for a container action is none of the job’s', () => {
  const log = jobLog(
    '##[group]Build container for action use: "/home/runner/_work/_actions/acme/lint/v1/Dockerfile".',
    '##[command]/usr/bin/docker build -t 1a2b3c:4d5e "/home/runner/_work/_actions/acme/lint/v1"',
    '#0 building with "default" instance using docker driver',
    '#1 [internal] load build definition from Dockerfile',
    '#1 DONE 0.1s',
    '##[endgroup]',
    actionStep('acme/lint@v1', 'no findings'),
  );
  const { builds, builders } = scanLog(log);
  expect(builds.filter(({ auxiliary }) => !auxiliary)).toEqual([]);
  expect(builders.used).toBe(null);
});
