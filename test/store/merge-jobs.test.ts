/** Two looks at one job make one: what is known never gives way to what is not. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { mergeJobs, unknownJob, type Job } from '../../src/model/job.ts';
import { jobWith } from '../support/judged-jobs.ts';

const text = fc.option(fc.string({ maxLength: 6 }), { nil: null });
const id = fc.option(fc.integer({ min: 1, max: 9 }), { nil: null });

const anyJob: fc.Arbitrary<Job> = fc.record({
  host: fc.constant('github.com'),
  jobId: fc.constant(1),
  repository: text,
  runId: id,
  attempt: id,
  workflow: text,
  name: text,
  headBranch: text,
  headSha: text,
  status: fc.constantFrom(null, 'queued', 'in_progress', 'completed'),
  conclusion: fc.constantFrom(null, 'success', 'failure', 'cancelled'),
  startedAt: text,
  completedAt: text,
  runnerName: text,
  runnerGroup: text,
  labels: fc.array(fc.string({ maxLength: 3 }), { maxLength: 2 }),
  url: text,
  steps: fc.array(
    fc.record({
      number: fc.integer({ min: 1, max: 5 }),
      name: fc.string({ maxLength: 3 }),
      status: text,
      conclusion: fc.constantFrom(null, 'success', 'failure'),
      startedAt: text,
      completedAt: text,
    }),
    { maxLength: 2 },
  ),
});

const isUnknown = (value: unknown): boolean =>
  value === null || (Array.isArray(value) && value.length === 0);

describe('merging two looks at a job', () => {
  it('takes every field from one of them, and a known one wherever there is one', () => {
    fc.assert(
      fc.property(anyJob, anyJob, (older, newer) => {
        const merged = mergeJobs(older, newer);
        for (const field of Object.keys(merged) as (keyof Job)[]) {
          const known = [older[field], newer[field]].filter((value) => !isUnknown(value));
          if (known.length === 0) expect(isUnknown(merged[field])).toBe(true);
          else expect(known).toContainEqual(merged[field]);
        }
      }),
    );
  });

  it('believes a completed look over one at the running job, whichever came first', () => {
    fc.assert(
      fc.property(anyJob, anyJob, (a, b) => {
        const completed: Job = { ...a, status: 'completed', conclusion: 'failure' };
        const running: Job = { ...b, status: 'in_progress', conclusion: null };
        expect(mergeJobs(completed, running)).toEqual(mergeJobs(running, completed));
        expect(mergeJobs(completed, running)).toMatchObject({
          status: 'completed',
          conclusion: 'failure',
          completedAt: completed.completedAt ?? running.completedAt,
        });
      }),
    );
  });

  it('believes the newer of two completed looks', () => {
    const older = jobWith({ status: 'completed', conclusion: 'failure', name: 'old' });
    const newer = jobWith({ status: 'completed', conclusion: 'success', name: null });
    expect(mergeJobs(older, newer)).toMatchObject({ conclusion: 'success', name: 'old' });
  });

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(anyJob, anyJob, (older, newer) => {
        const once = mergeJobs(older, newer);
        expect(mergeJobs(older, older)).toEqual(older);
        expect(mergeJobs(once, newer)).toEqual(once);
        expect(mergeJobs(once, older)).toEqual(mergeJobs(once, mergeJobs(once, older)));
      }),
    );
  });

  it('learns nothing from a look that knows nothing', () => {
    fc.assert(
      fc.property(anyJob, (job) => {
        const nothing = unknownJob(job);
        expect(mergeJobs(job, nothing)).toEqual(job);
        expect(mergeJobs(nothing, job)).toEqual(job);
        expect(mergeJobs(null, job)).toBe(job);
      }),
    );
  });
});
