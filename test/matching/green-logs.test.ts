/**
 * Real logs of jobs that passed. They retry, they print the words of failures, they import caches that
 * are not there, and none of it may be taken for a failure.
 */
import { expect, test } from 'vitest';

import { decide } from '../../src/matching/verdict.ts';
import { knownJobs, logOf } from '../support/demo-truth.ts';
import { fatalIn, sayVerdict, scanLog, shipped } from '../support/scan-log.ts';

const green = knownJobs().filter(({ truth }) => truth.startsWith('green'));

test('the history has all kinds of green jobs', () => {
  expect(green.length).toBeGreaterThan(100);
  const kinds = new Set(green.map(({ truth }) => truth.replace('-with', '')));
  expect([...kinds].toSorted()).toEqual([
    'green',
    'green-cache-import-failed',
    'green-cache-import-missing',
    'green-lookalike',
    'green-lookalike-output',
    'green-retried-push',
  ]);
});

test.each(green)('$history $jobId ($truth) passed, and nothing in it is left to explain', (job) => {
  const scan = scanLog(logOf(job));
  const left = fatalIn(scan).map(
    ({ signature, line, text }) => `${signature}, line ${line}: ${text}`,
  );
  expect(left).toEqual([]);
  const outcomes = [
    decide(scan, shipped, { conclusion: 'success', steps: [] }),
    decide(scan, shipped),
  ];
  expect(outcomes.map(sayVerdict)).toEqual(['passed', 'passed']);
});
