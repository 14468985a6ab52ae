/**
 * What the tools really print when a builder ends: one cause prints three different lines, depending on
 * the version of BuildKit, and all of them must be known for it.
 */
import { describe, expect, test } from 'vitest';

import { partsOfForm, readForm } from '../support/form.ts';
import { actionStep, jobLog, setupStep } from '../support/job-log.ts';
import { sayVerdict, scanLog, verdictOf } from '../support/scan-log.ts';

/** A job that set up a builder of this version and printed the form while it built on it. */
function inJob(form: string, buildkit: string): string {
  const builder = /building with "([^"]+)"/.exec(form)?.[1] ?? 'b1';
  const output = `${form.trim()}\n##[error]buildx failed`;
  return jobLog(setupStep(builder, buildkit), actionStep('docker/build-push-action@v6', output));
}

function concluded(log: string): string {
  return sayVerdict(verdictOf(log));
}

describe('SIGTERM, and SIGKILL ten seconds later', () => {
  test.each(['v0.16.0', 'v0.17.0', 'v0.18.2', 'v0.22.0'])(
    'BuildKit %s: the goaway says that the builder was told to stop',
    (version) => {
      const verdict = verdictOf(readForm(`term10-buildkit-${version}.client.log`));
      expect(verdict).toMatchObject({ cause: 'builder-stopped', confidence: 'high' });
      expect(verdict.evidence.map(({ signature }) => signature)).toEqual([
        'grpc-goaway-graceful-stop',
      ]);
    },
  );

  test.each([
    ['v0.13.2', 'term10-buildkit-v0.13.2.client.log'],
    ['v0.11.6', 'term-buildkit-v0.11.6-buildctl.client.log'],
  ])(
    'BuildKit %s: a cancellation, which proves it only once the version is known',
    (version, form) => {
      const alone = verdictOf(readForm(form));
      expect(alone.confidence).toBe('low');
      expect(alone.evidence.map(({ signature }) => signature)).toEqual(['solve-canceled']);
      expect(concluded(inJob(readForm(form), version))).toBe('explained: builder-stopped');
    },
  );

  test('BuildKit v0.12, by the words of its gRPC: a goaway that says no more', () => {
    const form = partsOfForm('grpc-forms.txt', '##').get(
      'same, server grpc-go 1.53 (as in BuildKit v0.12)',
    );
    expect(concluded(form ?? '')).toBe('explained: builder-stopped');
  });

  test.each(['v0.13.2', 'v0.16.0', 'v0.17.0', 'v0.18.2', 'v0.22.0'])(
    'BuildKit %s: its own log says so, whatever its client prints',
    (version) => {
      const { occurrences } = scanLog(readForm(`term10-buildkit-${version}.daemon.log`));
      expect(occurrences.map(({ signature }) => signature)).toContain('buildkitd-sigterm');
    },
  );
});

test('SIGTERM alone: the build goes on to its end and passes', () => {
  expect(concluded(readForm('term-only-buildkit-v0.17.0.client.log'))).toBe('passed');
});

test('SIGKILL alone: the builder died, nobody told it to stop', () => {
  expect(concluded(readForm('kill9-buildkit-v0.17.0.client.log'))).toBe('explained: builder-died');
});

describe('the same with the docker-container driver', () => {
  test.each(['v0.13.2', 'v0.16.0', 'v0.17.0', 'v0.18.2', 'v0.22.0'])(
    'BuildKit %s: a removed builder was stopped, a killed one died',
    (version) => {
      const removed = readForm(`docker-container/${version}-rm.client.log`);
      const killed = readForm(`docker-container/${version}-kill.client.log`);
      expect(concluded(inJob(removed, version))).toBe('explained: builder-stopped');
      expect(concluded(inJob(killed, version))).toBe('explained: builder-died');
    },
  );
});

test('a stream that breaks leaves its vertex without any end, and nothing is replayed', () => {
  const { errors } = scanLog(readForm('term10-buildkit-v0.17.0.client.log'));
  expect(errors.map(({ position }) => position)).toEqual(['final']);
});

test.each([
  ['SIGTERM (GracefulStop) then SIGKILL, server grpc-go >= 1.56', 'builder-stopped'],
  ['SIGKILL only, or Server.Stop()', 'builder-died'],
  ['TCP RST', 'transport-interrupted'],
  ['unix socket absent', 'builder-not-ready'],
  ['TCP port closed', 'builder-not-ready'],
  ['peer speaks HTTP/1.1', 'transport-misrouted'],
  [
    'frozen server, client keepalive switched on (stock Buildx/BuildKit set none)',
    'transport-interrupted',
  ],
  ['client pings too often (stderr line of grpc-go, then the error)', 'transport-interrupted'],
])('gRPC, %s: %s', (heading, cause) => {
  expect(concluded(partsOfForm('grpc-forms.txt', '##').get(heading) ?? '')).toBe(
    `explained: ${cause}`,
  );
});

test.each([
  ['lookalike: RUN prints the words, build succeeds', 'passed'],
  ['RUN fails', 'explained: run-step-failed'],
  ['COPY missing', 'explained: dockerfile-invalid'],
  ['parse error', 'explained: dockerfile-invalid'],
  ['DNS failure', 'explained: dns-failure'],
  ['connection refused registry', 'explained: registry-unavailable'],
  ['missing target', 'explained: dockerfile-invalid'],
  ['push refused', 'explained: registry-unavailable'],
  ['137 in RUN', 'passed'],
  ['no Dockerfile', 'explained: dockerfile-invalid'],
])('user errors, %s: %s', (heading, verdict) => {
  expect(concluded(partsOfForm('user-errors-v0.17.0.log', '$ #').get(heading) ?? '')).toBe(verdict);
});

describe('two jobs that share the pointer to the current builder', () => {
  const parts = partsOfForm('builder-pointer-race.log', '#');

  function usedIn(heading: string): string | null {
    return scanLog(parts.get(heading) ?? '').builders.used;
  }

  test('the first one builds on the builder that the second one made', () => {
    expect(usedIn('job A: build without --builder')).toBe('builder-B');
  });

  test('after the second one has removed it, the first one falls to the engine or finds it missing', () => {
    expect(concluded(parts.get('job A: next build without --builder') ?? '')).toBe(
      'explained: daemon-unreachable',
    );
    const missing = parts.get('job A: build with --builder builder-B') ?? '';
    expect(concluded(missing)).toBe('explained: builder-missing');
    expect(scanLog(missing).builderEvents).toMatchObject([{ event: 'missing', name: 'builder-B' }]);
  });

  test('with its own builder by name it is right throughout', () => {
    expect(usedIn('job A: build with its own --builder builder-A')).toBe('builder-A');
  });
});

test('the versions of the tools are read from what they say of themselves', () => {
  const { facts, occurrences } = scanLog(readForm('metadata-forms.txt'));
  expect(facts.map(({ name, value }) => [name, value])).toContainEqual(['buildx', 'v0.19.2']);
  expect(occurrences).toEqual([]);
});
