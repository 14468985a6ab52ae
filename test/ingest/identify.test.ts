/** Which job a log belongs to: by the id in its name, else by name, runner and time, else by its content. */
import { createHash } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { JobIndex, keyOf } from '../../src/ingest/files/identify.ts';
import type { Job } from '../../src/model/job.ts';
import type { JobScan } from '../../src/model/scan.ts';
import { jobWith, judgedLog } from '../support/judged-jobs.ts';
import { raceLog, smallJob, type SmallJob } from '../support/race-logs.ts';

const shaOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A small job's log starts at noon; it names its job and its runner. */
function scanOf(job: Partial<SmallJob> = {}): JobScan {
  const { log } = judgedLog(jobWith({}), raceLog({ ...smallJob, ...job }));
  if (log === null) throw new Error('the log was not read');
  return log.scan;
}

const web: Job = jobWith({
  jobId: 32910000007,
  name: 'build (web)',
  runnerName: 'ci-1-runner-1',
  startedAt: '2026-11-23T11:59:58Z',
  completedAt: '2026-11-23T12:00:30Z',
});

describe('a job id in the name of a file', () => {
  it.each([
    '/logs/32910000007.log',
    '/logs/32910000007.txt',
    '/logs/32910000007.log.gz',
    '/logs/job-32910000007.log',
    '32910000007.log',
  ])('is found in %s', (source) => {
    expect(new JobIndex([web]).find(source, null, scanOf())).toBe(web);
    expect(keyOf(source, shaOf('x'))).toEqual({ host: 'github.com', jobId: 32910000007 });
  });

  it.each([
    ['/logs/12345.log', 'too short'],
    ['/logs/1234567890123456.log', 'too long'],
    ['/logs/32910000007/build.log', 'of a folder'],
    ['/logs/32910000007.json', 'of another kind of file'],
    ['/logs/32910000007.log.txt.bak', 'of another kind of file'],
  ])('is not taken from %s (%s)', (source) => {
    expect(keyOf(source, shaOf('x')).host).toBe('file');
  });

  it('decides, whatever the log itself says', () => {
    const scan = scanOf({ name: 'something else', runner: 'another-runner' });
    expect(new JobIndex([web]).find('/logs/32910000007.log', null, scan)).toBe(web);
  });

  it('that the metadata does not know finds no other job', () => {
    expect(new JobIndex([web]).find('/logs/999999999.log', 'build (web)', scanOf())).toBeNull();
  });

  it('is found below a folder with an exclamation mark in its name', () => {
    const source = '/wow!/32910000007.log';
    expect(new JobIndex([web]).find(source, null, scanOf({ name: 'something else' }))).toBe(web);
    expect(keyOf(source, shaOf('x'))).toEqual({ host: 'github.com', jobId: 32910000007 });
  });
});

describe('a log whose name tells nothing', () => {
  const find = (jobs: readonly Job[], scan: JobScan, jobName: string | null = null): Job | null =>
    new JobIndex(jobs).find('/logs/build.log', jobName, scan);

  it('belongs to the job of the name, runner and time that it prints', () => {
    expect(find([web], scanOf())).toBe(web);
  });

  it('belongs to the job that its container names', () => {
    const scan = scanOf({ name: 'a name cut short' });
    expect(find([web], scan)).toBeNull();
    expect(find([web], scan, 'build (web)')).toBe(web);
  });

  it.each([
    ['another runner', { runner: 'ci-1-runner-2' }],
    ['an earlier time', { startsAt: -60 }],
    ['a later time', { startsAt: 60 }],
    ['another name', { name: 'build (api)' }],
  ])('is not that job with %s', (_, other) => {
    expect(find([web], scanOf(other))).toBeNull();
  });

  it('may be a few seconds off: two clocks wrote it', () => {
    expect(find([web], scanOf({ startsAt: -9 }))).toBe(web);
  });

  it('is one of two attempts, told apart by their times', () => {
    const again = {
      ...web,
      jobId: 32910000014,
      startedAt: '2026-11-23T13:00:00Z',
      completedAt: '2026-11-23T13:01:00Z',
    };
    expect(find([web, again], scanOf())).toBe(web);
    expect(find([web, again], scanOf({ startsAt: 3610 }))).toBe(again);
  });

  it('belongs to nobody when two jobs would fit', () => {
    const twin = { ...web, jobId: 32910000014 };
    expect(find([web, twin], scanOf())).toBeNull();
  });

  it('fits one job that two overlapping lists name', () => {
    expect(find([web, { ...web }], scanOf())).toEqual(web);
  });

  it('belongs to nobody when no metadata is given', () => {
    expect(find([], scanOf())).toBeNull();
  });
});

describe('a log that nobody knows', () => {
  it('gets the same key wherever it lies, and another content another key', () => {
    const key = keyOf('/a/build.log', shaOf('one'));
    expect(key.host).toBe('file');
    expect(keyOf('/b/other.txt', shaOf('one'))).toEqual(key);
    expect(keyOf('/a/build.log', shaOf('two'))).not.toEqual(key);
  });

  it('gets a number that survives every database and every JSON reader', () => {
    for (let n = 0; n < 500; n++) {
      const { jobId } = keyOf('build.log', shaOf(String(n)));
      expect(Number.isSafeInteger(jobId)).toBe(true);
      expect(jobId).toBeGreaterThanOrEqual(0);
    }
  });

  it('inside an archive is keyed by its content, not by the number of the archive', () => {
    const keys = ['one', 'two'].map((text) =>
      keyOf(`/logs/run-123456789.zip!0_${text}.txt`, shaOf(text)),
    );
    expect(keys[0]).not.toEqual(keys[1]);
    expect(keys.map(({ host }) => host)).toEqual(['file', 'file']);
  });
});
