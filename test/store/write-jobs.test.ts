/** Writing jobs: a second time changes nothing, the longer log counts, and the order does not matter. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { mergeJobs, type Job, type Run } from '../../src/model/job.ts';
import { replaceCollisions } from '../../src/store/collisions.ts';
import type { JudgedJob } from '../../src/store/judged-job.ts';
import { readJob, readLogSources } from '../../src/store/known-jobs.ts';
import { readVerdicts } from '../../src/store/read-jobs.ts';
import type { Store } from '../../src/store/store.ts';
import { writeJob, writeRun, type Change } from '../../src/store/write-jobs.ts';
import { patterns } from '../support/demo-history.ts';
import { culprit, raceLog, smallJob, victim } from '../support/race-logs.ts';
import { dumpOf, jobWith, judgedLog, judgedWithoutLog, openStore } from '../support/judged-jobs.ts';

const known: Job = jobWith({
  repository: 'acme/shop',
  runId: 7,
  attempt: 2,
  workflow: 'ci',
  name: 'build (web)',
  headBranch: 'main',
  headSha: 'c0ffee',
  status: 'completed',
  conclusion: 'failure',
  startedAt: '2026-11-23T12:00:05Z',
  completedAt: '2026-11-23T12:00:54Z',
  runnerName: 'ci-1-runner-1',
  runnerGroup: 'Default',
  labels: ['self-hosted'],
  url: 'https://github.com/acme/shop/actions/runs/7/job/1',
  steps: [
    {
      number: 1,
      name: 'Build',
      status: 'completed',
      conclusion: 'failure',
      startedAt: '2026-11-23T12:00:15Z',
      completedAt: '2026-11-23T12:00:51Z',
    },
  ],
});

const run: Run = {
  host: 'github.com',
  repository: 'acme/shop',
  runId: 7,
  attempt: 2,
  workflow: 'ci',
  event: 'push',
  headBranch: 'main',
  headSha: 'c0ffee',
  status: 'completed',
  conclusion: 'failure',
  createdAt: '2026-11-23T12:00:00Z',
  startedAt: '2026-11-23T12:00:01Z',
  updatedAt: '2026-11-23T12:01:00Z',
};

function write(store: Store, judged: JudgedJob): Change {
  return store.transaction(() => writeJob(store.db, judged));
}

/** Writes as an ingest does: over what the store knows already. */
function learn(store: Store, judged: JudgedJob): Change {
  return write(store, { ...judged, job: mergeJobs(readJob(store.db, judged.job), judged.job) });
}

describe('the same job, written twice', () => {
  it.each([
    ['with its log', judgedLog(known, raceLog(victim))],
    ['with a log of which nothing else is known', judgedLog(jobWith({}), raceLog(culprit))],
    ['without a log', judgedWithoutLog(known)],
    [
      'while it is still running',
      judgedWithoutLog({ ...known, conclusion: null, status: 'queued' }),
    ],
  ])('changes nothing: %s', (_, judged) => {
    const store = openStore();
    expect(write(store, judged)).toBe('added');
    const first = dumpOf(store);
    expect(write(store, judged)).toBe('unchanged');
    expect(dumpOf(store)).toEqual(first);
  });

  it('is read back as it was written', () => {
    const store = openStore();
    write(store, judgedLog(known, raceLog(victim)));
    expect(readJob(store.db, known)).toEqual(known);
    expect(readVerdicts(store.db)).toMatchObject([
      { status: 'explained', cause: 'builder-stopped', log_cause: 'builder-stopped' },
    ]);
  });

  it('has the first of two steps of one number', () => {
    const store = openStore();
    const steps = known.steps.flatMap((step) => [step, { ...step, name: 'Build again' }]);
    expect(write(store, judgedWithoutLog({ ...known, steps }))).toBe('added');
    expect(readJob(store.db, known)).toEqual(known);
  });

  it('says when something about it changed', () => {
    const store = openStore();
    write(store, judgedLog(jobWith({}), raceLog(victim)));
    expect(learn(store, judgedLog(known, raceLog(victim)))).toBe('changed');
  });

  it('says so when only the place of its log or the patterns behind its verdict did', () => {
    const store = openStore();
    const judged = judgedLog(known, raceLog(victim), '/b/1.log');
    write(store, judged);
    expect(write(store, judgedLog(known, raceLog(victim), '/a/1.log'))).toBe('changed');
    expect(write(store, { ...judged, patterns: 'of tomorrow' })).toBe('changed');
    expect(write(store, { ...judged, patterns: 'of tomorrow' })).toBe('unchanged');
  });
});

describe('a run attempt', () => {
  it('written twice changes nothing', () => {
    const store = openStore();
    store.transaction(() => writeRun(store.db, run));
    const first = dumpOf(store);
    store.transaction(() => writeRun(store.db, run));
    expect(dumpOf(store)).toEqual(first);
  });

  it('does not forget what a poorer answer leaves out', () => {
    const store = openStore();
    const poorer = { ...run, event: null, headSha: null, conclusion: null, updatedAt: null };
    store.transaction(() => writeRun(store.db, run));
    const first = dumpOf(store);
    store.transaction(() => writeRun(store.db, poorer));
    expect(dumpOf(store)).toEqual(first);
  });

  it('and its jobs may come in either order', () => {
    const [runFirst, jobFirst] = [openStore(), openStore()];
    const judged = judgedLog(known, raceLog(victim));
    runFirst.transaction(() => writeRun(runFirst.db, run));
    write(runFirst, judged);
    write(jobFirst, judged);
    jobFirst.transaction(() => writeRun(jobFirst.db, run));
    expect(dumpOf(jobFirst)).toEqual(dumpOf(runFirst));
  });
});

describe('two logs of one job', () => {
  const whole = raceLog(victim);
  const shorter = whole.split('\n').slice(0, 12).join('\n');

  it('a shorter one does not replace a longer one', () => {
    const store = openStore();
    write(store, judgedLog(jobWith({}), whole));
    const first = dumpOf(store);
    expect(write(store, judgedLog(jobWith({}), shorter, '/logs/cut.log'))).toBe('unchanged');
    expect(dumpOf(store)).toEqual(first);
  });

  it('a longer one replaces a shorter one and everything read from it', () => {
    const [store, fresh] = [openStore(), openStore()];
    write(store, judgedLog(jobWith({}), shorter, '/logs/cut.log'));
    expect(write(store, judgedLog(jobWith({}), whole))).toBe('changed');
    write(fresh, judgedLog(jobWith({}), whole));
    // Every ingest ends so: the verdict says what the log says, unless a neighbour proves more.
    for (const { db } of [store, fresh]) replaceCollisions(db, [], patterns.set.causes);
    expect(dumpOf(store)).toEqual(dumpOf(fresh));
  });

  it('of equal length and different words: one is kept, the same in either order', () => {
    const [one, other] = [raceLog(smallJob), raceLog({ ...smallJob, name: 'build (app)' })];
    expect(one).toHaveLength(other.length);
    const contents = [
      [one, other],
      [other, one],
    ].map((logs) => {
      const store = openStore();
      for (const log of logs) write(store, judgedLog(jobWith({}), log));
      return dumpOf(store);
    });
    expect(contents[0]).toEqual(contents[1]);
  });

  it('the same log from two places is one log, remembered by one of them', () => {
    const places = [
      ['/a/1.log', '/b/1.log'],
      ['/b/1.log', '/a/1.log'],
    ];
    const sources = places.map((order) => {
      const store = openStore();
      for (const place of order) write(store, judgedLog(jobWith({}), whole, place));
      return readLogSources(store.db, [jobWith({})]).get('github.com/1');
    });
    expect(sources).toEqual(['/a/1.log', '/a/1.log']);
  });

  it('a look without a log does not take the log away', () => {
    const store = openStore();
    write(store, judgedLog(known, whole));
    const first = dumpOf(store);
    expect(write(store, judgedWithoutLog(known))).toBe('unchanged');
    expect(dumpOf(store)).toEqual(first);
  });
});

describe('two jobs with one log, named by nobody', () => {
  it('the worse one, written again, does not take the better one away', () => {
    const store = openStore();
    const [better, worse] = [jobWith({ jobId: 1 }), jobWith({ jobId: 2 })];
    for (const job of [better, worse]) write(store, judgedLog(job, raceLog(victim)));
    expect(readJob(store.db, better)).toEqual(better);
  });

  it('the better one takes the place of the worse one', () => {
    const store = openStore();
    const [better, worse] = [jobWith({ jobId: 1 }), jobWith({ jobId: 2 })];
    for (const job of [worse, better]) write(store, judgedLog(job, raceLog(victim)));
    expect(readJob(store.db, better)).toEqual(better);
    expect(readJob(store.db, worse)).toBeNull();
  });
});

describe('two GitHub hosts with the same job id', () => {
  it('are two jobs', () => {
    const store = openStore();
    write(store, judgedLog(jobWith({}), raceLog(victim)));
    expect(write(store, judgedLog(jobWith({ host: 'ghe.acme.com' }), raceLog(victim)))).toBe(
      'added',
    );
  });
});

describe('what is known of a job, learned bit by bit', () => {
  /** A look at the job that tells some fields and keeps silent about the others. */
  const look = fc
    .subarray(Object.keys(known).filter((key) => key !== 'host' && key !== 'jobId'))
    .map((fields): Job => {
      const seen = Object.entries(known).filter(([key]) => fields.includes(key));
      return { ...jobWith({}), ...Object.fromEntries(seen) };
    });

  it('is the same in whatever order it is learned', () => {
    fc.assert(
      fc.property(
        fc
          .array(look, { minLength: 2, maxLength: 4 })
          .chain((looks) =>
            fc.tuple(fc.constant(looks), fc.shuffledSubarray(looks, { minLength: looks.length })),
          ),
        ([looks, shuffled]) => {
          const contents = [looks, shuffled].map((order) => {
            const store = openStore();
            // No verdict: it is made from the last look and so may not be the same here.
            for (const job of order) {
              learn(store, { job, log: null, verdict: null, patterns: '' });
            }
            return dumpOf(store);
          });
          expect(contents[1]).toEqual(contents[0]);
        },
      ),
      { numRuns: 60 },
    );
  });
});
