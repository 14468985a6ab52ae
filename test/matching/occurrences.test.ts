/** Sightings: where a signature was seen, told once for each failure however often it is printed. */
import { expect, test } from 'vitest';

import { failedVertex, gracefulStop, push503 } from '../support/failing-lines.ts';
import { buildStep, jobLog, lines, setupStep } from '../support/job-log.ts';
import { scanLog } from '../support/scan-log.ts';

test('a sighting knows its line, its place in the bytes, its time, step, build and vertex', () => {
  const log = jobLog(
    setupStep(),
    buildStep(lines('#5 [2/2] RUN echo grün', failedVertex('exporting to image', push503))),
  );
  const [seen] = scanLog(log).occurrences;
  expect(seen).toMatchObject({
    signature: 'registry-5xx',
    position: 'vertex-error',
    step: 1,
    build: 1,
    vertex: 12,
    text: `#12 ERROR: ${push503}`,
  });
  const line = log.split('\n')[(seen?.line ?? 0) - 1];
  expect(line).toBe(`${seen?.at} ${seen?.text}`);
  expect(Buffer.from(log).subarray(seen?.offset).toString()).toMatch(/^\S+Z #12 ERROR: /);
});

test('one failure in three wrappings is one failure, and two repeats', () => {
  const log = jobLog(
    buildStep(
      lines(
        failedVertex('exporting to image', push503),
        `##[error]buildx failed with: ERROR: failed to solve: ${push503}`,
      ),
    ),
  );
  expect(scanLog(log).occurrences.map(({ position, repeats }) => [position, repeats])).toEqual([
    ['vertex-error', false],
    ['final', true],
    ['annotation', true],
  ]);
});

test('the same failure of another step is another failure', () => {
  const log = jobLog(buildStep(gracefulStop), buildStep(gracefulStop));
  expect(scanLog(log).occurrences.map(({ step, repeats }) => [step, repeats])).toEqual([
    [0, false],
    [1, false],
  ]);
});

test('sightings without end are counted, and only so many kept', () => {
  const retry = `#12 5.1 error: failed to copy: failed to do request: Put "https://ghcr.io/v2/x": EOF`;
  const log = jobLog(
    buildStep(lines('#12 exporting to image', ...Array.from({ length: 5000 }, () => retry))),
  );
  const { occurrences, dropped } = scanLog(log);
  expect(occurrences.length).toBeLessThan(1000);
  expect(occurrences.length + dropped).toBe(5000);
  // What began a failure and what ended it: the first sightings and the last, each line after the other.
  const numbers = occurrences.map(({ line }) => line);
  const first = numbers[0] ?? 0;
  const half = numbers.length / 2;
  expect(numbers.slice(0, half)).toEqual(Array.from({ length: half }, (_, at) => first + at));
  expect(numbers.slice(half)).toEqual(
    Array.from({ length: half }, (_, at) => first + 5000 - half + at),
  );
});

test('a line longer than a screenful of screens is looked at near its beginning, and quickly', () => {
  const long = `ERROR: failed to solve: ${'x'.repeat(50_000)} no space left on device`;
  const early = `ERROR: failed to solve: no space left on device: ${'x'.repeat(50_000)}`;
  const seen = scanLog(jobLog(buildStep(lines(long, early)))).occurrences;
  expect(seen.map(({ signature, text }) => [signature, text.length < 4096])).toEqual([
    ['disk-full', true],
  ]);
});
