/** One log is one job and of two logs of a job the longer counts, wherever their files stand in a batch. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { JobBatch, type JobChange } from '../../src/cli/commands/job-batch.ts';
import type { ReadLog } from '../../src/cli/read-log.ts';
import type { Job } from '../../src/model/job.ts';
import { replaceCollisions } from '../../src/store/collisions.ts';
import { Store } from '../../src/store/store.ts';
import { patterns } from '../support/demo-history.ts';
import { dumpOf, jobWith, judgedLog } from '../support/judged-jobs.ts';
import { culprit, raceLog, smallJob, victim } from '../support/race-logs.ts';

interface File {
  readonly log: ReadLog;
  readonly found: Job | null;
}

function file(source: string, text: string, found: Job | null = null): File {
  const { log } = judgedLog(jobWith({}), text, source);
  if (log === null) throw new Error('a job that is judged with its log has one');
  return { log: { source, jobName: null, scan: log.scan, sha256: log.sha256 }, found };
}

interface Content {
  readonly dump: string[];
  readonly changes: JobChange['change'][];
}

/** What a new store holds after these batches, one after the other. */
function contentAfter(...batches: readonly (readonly File[])[]): Content {
  const store = Store.open(':memory:');
  const batch = new JobBatch(store, patterns);
  const changes = batches.flatMap((files) => {
    for (const { log, found } of files) batch.addLog(log, found);
    return batch.write().map(({ change }) => change);
  });
  // Every ingest ends so: the verdict says what the log says, unless a neighbour proves more.
  replaceCollisions(store.db, [], patterns.set.causes);
  const dump = dumpOf(store);
  store.close();
  return { dump, changes };
}

function rowsOf({ dump }: Content, table: string): Record<string, unknown>[] {
  const rows = dump.filter((row) => row.startsWith(`${table} {`));
  return rows.map((row): Record<string, unknown> => JSON.parse(row.slice(table.length + 1)));
}

/** Files in any order, cut into batches anywhere. */
function inBatches(files: readonly File[]): fc.Arbitrary<File[][]> {
  const order = fc.shuffledSubarray([...files], { minLength: files.length });
  return fc
    .tuple(order, fc.array(fc.boolean(), { minLength: files.length }))
    .map(([some, cuts]) => {
      const batches: File[][] = [[]];
      for (const [index, one] of some.entries()) {
        if (cuts[index] === true) batches.push([]);
        batches.at(-1)?.push(one);
      }
      return batches;
    });
}

function expectTheSameHowever(files: readonly File[]): void {
  const atOnce = contentAfter(files);
  fc.assert(
    fc.property(inBatches(files), (batches) => {
      expect(contentAfter(...batches).dump).toEqual(atOnce.dump);
    }),
    { numRuns: 60 },
  );
}

const whole = raceLog(victim);
const shorter = whole.split('\n').slice(0, 12).join('\n');
const [small, asSmall] = [raceLog(smallJob), raceLog({ ...smallJob, name: 'build (app)' })];
const named = jobWith({
  jobId: 400001,
  runId: 7,
  attempt: 1,
  name: 'build',
  conclusion: 'failure',
});

describe('one log in several files', () => {
  const places = ['/c/200002.log', '/b/200001.log', '/a.log', '/d/200003.log'];
  const files = places.map((place) => file(place, whole));

  it('is the job with the lowest id that a name tells, remembered by its first place', () => {
    const content = contentAfter(files);
    expect(rowsOf(content, 'jobs')).toMatchObject([{ host: 'github.com', job_id: 200001 }]);
    expect(rowsOf(content, 'logs')).toMatchObject([{ job_id: 200001, source: '/a.log' }]);
  });

  it('is the same in any order and in any batches', () => {
    expectTheSameHowever(files);
  });

  it('is the job that metadata names, wherever the file stands that it names', () => {
    const found = [...files, file('/z/build.log', whole, named)];
    const content = contentAfter(found);
    expect(rowsOf(content, 'jobs')).toMatchObject([{ host: 'github.com', job_id: 400001 }]);
    expect(rowsOf(content, 'logs')).toMatchObject([{ job_id: 400001, source: '/a.log' }]);
    expectTheSameHowever(found);
  });

  it('is two jobs where metadata names two', () => {
    const copy = { ...named, jobId: 400002, attempt: 2 };
    const found = [
      file('/1.log', whole, named),
      file('/2.log', whole, copy),
      file('/3.log', whole),
    ];
    const jobs = rowsOf(contentAfter(found), 'jobs');
    expect(jobs).toMatchObject([{ job_id: 400001 }, { job_id: 400002 }]);
    expectTheSameHowever(found);
  });

  it('that no name tells anything of is one job, too', () => {
    const unnamed = [file('/b.log', whole), file('/a.log', whole)];
    const content = contentAfter(unnamed);
    expect(rowsOf(content, 'logs')).toMatchObject([{ host: 'file', source: '/a.log' }]);
    expectTheSameHowever(unnamed);
  });
});

describe('several logs of one job', () => {
  it('the longest counts, with all that was read from it and nothing else', () => {
    const only = contentAfter([file('/b/300001.log', whole)]);
    const files = [file('/a/300001.log', shorter), file('/b/300001.log', whole)];
    expect(contentAfter(files).dump).toEqual(only.dump);
    expectTheSameHowever(files);
  });

  it('of equal length: one of them, the same in any order and in any batches', () => {
    expect(small).toHaveLength(asSmall.length);
    expectTheSameHowever([file('/a/300001.log', small), file('/b/300001.log', asSmall)]);
  });

  it('that metadata names are no other job either', () => {
    const files = [
      file('/short.log', shorter, named),
      file('/long.log', whole, named),
      file('/long-too.log', whole),
    ];
    const content = contentAfter(files);
    expect(rowsOf(content, 'logs')).toMatchObject([{ job_id: 400001, source: '/long-too.log' }]);
    expectTheSameHowever(files);
  });
});

describe('a batch', () => {
  const files = [
    file('/a/300001.log', shorter),
    file('/b/300001.log', whole),
    file('/c/300001.log', shorter),
    file('/c/300002.log', small),
    file('/b/300002.log', small),
    file('/a/300002.log', asSmall),
    file('/build.log', raceLog(culprit)),
    file('/again.log', raceLog(culprit)),
    file('/z.log', raceLog({ ...culprit, machine: 'other' }), named),
  ];

  it('does and tells what one job after the other would', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(files), (some) => {
        expect(contentAfter(some)).toEqual(contentAfter(...some.map((one) => [one])));
      }),
      { numRuns: 60 },
    );
  });

  it('written twice changes nothing the second time', () => {
    const once = contentAfter(files);
    const twice = contentAfter(files, files);
    expect(twice.dump).toEqual(once.dump);
    expect(twice.changes.slice(files.length)).toEqual(files.map(() => 'unchanged'));
  });

  it('counts a job as added once', () => {
    const added = contentAfter(files).changes.filter((change) => change === 'added');
    expect(added).toHaveLength(4);
  });
});
