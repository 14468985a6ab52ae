/** An ingest gives the same content in whatever pieces and order it is done, and says what it did. */
import { copyFileSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { demoFolder } from '../../src/cli/commands/demo.ts';
import {
  ingestFiles,
  type IngestFilesRequest,
  type IngestResult,
} from '../../src/cli/commands/ingest-files.ts';
import { Store } from '../../src/store/store.ts';
import { demoLog, demoLogs, partOfDemo, patterns, silent } from '../support/demo-history.ts';
import { dumpOf } from '../support/judged-jobs.ts';
import { tempFolder } from '../support/temp-folder.ts';

const histories = ['shop', 'billing'] as const;
const logs = histories.flatMap((name) => demoLogs(name));
const metadata = histories.map((name) => path.join(demoFolder, name, 'jobs.json'));
const runs = histories.map((name) => path.join(demoFolder, name, 'runs.json'));

/** What a new store holds after these ingests, one after the other, and what the last of them said. */
async function contentAfter(
  ...requests: readonly Partial<IngestFilesRequest>[]
): Promise<{ dump: string[]; last: IngestResult | undefined; store: Store }> {
  const store = Store.open(':memory:');
  let last: IngestResult | undefined;
  for (const request of requests) {
    const whole = { globs: [], metadata: [], runs: [], ...request };
    last = await ingestFiles(store, patterns, whole, silent);
  }
  return { dump: dumpOf(store), last, store };
}

function jobsIn(dump: readonly string[]): string[] {
  return dump.filter((row) => row.startsWith('jobs '));
}

const all = { globs: logs, metadata, runs };
const whole = await contentAfter(all);

describe('the whole demo at once', { timeout: 60_000 }, () => {
  it('gives every job, its verdict, and the collisions between them', () => {
    expect(whole.last).toMatchObject({
      counts: { added: 203, changed: 0, unchanged: 0 },
      logs: 203,
      notices: [],
    });
    const count = (table: string): number =>
      whole.dump.filter((row) => row.startsWith(`${table} `)).length;
    expect(count('jobs')).toBe(203);
    expect(count('verdicts')).toBe(203);
    expect(count('collisions')).toBe(whole.last?.collisions);
    expect(count('collisions')).toBeGreaterThan(8);
  });

  const half = Math.floor(logs.length / 2);
  const onlyLogs = { globs: logs };
  const onlyMetadata = { metadata, runs };

  it.each([
    [
      'in two halves',
      [
        { ...all, globs: logs.slice(0, half) },
        { ...all, globs: logs.slice(half) },
      ],
    ],
    [
      'in two halves, the later first',
      [
        { ...all, globs: logs.slice(half) },
        { ...all, globs: logs.slice(0, half) },
      ],
    ],
    ['with the files named in reverse order', [{ ...all, globs: logs.toReversed() }]],
    [
      'one history after the other, the metadata of each beside it',
      [
        { globs: demoLogs('billing'), metadata: metadata.slice(1), runs: runs.slice(1) },
        { globs: demoLogs('shop'), metadata: metadata.slice(0, 1), runs: runs.slice(0, 1) },
      ],
    ],
    ['twice', [all, all]],
    ['logs first without metadata, and then again with it', [onlyLogs, all]],
    ['logs first, and then nothing but the metadata', [onlyLogs, onlyMetadata]],
    ['metadata first, and then nothing but the logs', [onlyMetadata, onlyLogs]],
  ])('gives the same %s', async (_, requests) => {
    const { dump, store } = await contentAfter(...requests);
    store.close();
    expect(dump).toEqual(whole.dump);
  });

  it('the second time finds nothing new, and does not even note it', async () => {
    const journal = (): unknown =>
      whole.store.db.prepare('SELECT count(*) FROM ingests').pluck().get();
    const before = journal();
    const again = await ingestFiles(whole.store, patterns, all, silent);
    expect(again.counts).toEqual({ added: 0, changed: 0, unchanged: 203 });
    expect(journal()).toBe(before);
    expect(dumpOf(whole.store)).toEqual(whole.dump);
  });
});

describe('some jobs in any pieces', { timeout: 60_000 }, () => {
  // Two victims with their culprit, a reset pointer with its, and bystanders.
  const race = [54811545687, 54811548111, 54811551312, 54811560845, 54811564968];

  it('give the same content as all at once', async () => {
    const part = partOfDemo('billing', 12, race);
    const folder = tempFolder({ 'jobs.json': part.jobs, 'runs.json': part.runs });
    const lists = {
      metadata: [path.join(folder, 'jobs.json')],
      runs: [path.join(folder, 'runs.json')],
    };
    const { dump } = await contentAfter({ globs: part.logs, ...lists });
    expect(dump.filter((row) => row.startsWith('collisions '))).toHaveLength(3);

    const piece = fc.record({
      globs: fc.subarray([...part.logs]),
      withLists: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { maxLength: 4 }),
        fc.boolean(),
        async (pieces, listsAtLast) => {
          const requests = pieces.map(({ globs, withLists }) =>
            withLists ? { globs, ...lists } : { globs },
          );
          const last = listsAtLast
            ? [{ globs: part.logs, ...lists }]
            : [lists, { globs: part.logs }];
          const content = await contentAfter(...requests, ...last);
          content.store.close();
          expect(content.dump).toEqual(dump);
        },
      ),
      { numRuns: 12 },
    );
  });
});

describe('a log in several places', () => {
  const jobId = 54811551312;

  it('is one job, packed or not', async () => {
    const packed = readFileSync(demoLog('billing', jobId));
    const folder = tempFolder({
      [`a/${jobId}.log`]: gunzipSync(packed),
      [`b/${jobId}.log.gz`]: packed,
    });
    const { last, dump } = await contentAfter({ globs: [`${folder}/**/*.log*`] });
    expect(last).toMatchObject({ logs: 2, counts: { added: 1, unchanged: 1 }, notices: [] });
    expect(jobsIn(dump)).toHaveLength(1);
  });

  it('that was read without a name is the job that metadata names later', async () => {
    const part = partOfDemo('billing', 1, [jobId]);
    const folder = tempFolder({ 'jobs.json': part.jobs });
    const log = path.join(folder, 'build.log.gz');
    copyFileSync(demoLog('billing', jobId), log);
    const lists = { metadata: [path.join(folder, 'jobs.json')] };
    const atOnce = await contentAfter({ globs: [log], ...lists });
    const later = await contentAfter({ globs: [log] }, { globs: [log], ...lists });
    expect(jobsIn(atOnce.dump)).toHaveLength(1);
    expect(jobsIn(later.dump)).toEqual(jobsIn(atOnce.dump));
  });

  it('of an enterprise host is the job that metadata names later', async () => {
    const part = partOfDemo('billing', 1, [jobId]);
    const jobs = part.jobs.replaceAll('https://github.com/', 'https://ghe.acme.com/');
    const folder = tempFolder({ 'jobs.json': jobs });
    const lists = { metadata: [path.join(folder, 'jobs.json')] };
    const atOnce = await contentAfter({ globs: part.logs, ...lists });
    const later = await contentAfter({ globs: part.logs }, { globs: part.logs, ...lists });
    expect(jobsIn(atOnce.dump)).toHaveLength(1);
    expect(jobsIn(later.dump)).toEqual(jobsIn(atOnce.dump));
  });
});
