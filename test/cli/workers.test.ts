/** Threads that help change nothing but the time: the same answers in the same order, the same database. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, it } from 'vitest';

import { Store } from '../../src/store/store.ts';
import { buildlog, sharedFolder, type Ended } from '../support/cli.ts';
import { demoLogs } from '../support/demo-history.ts';
import { dumpOf } from '../support/judged-jobs.ts';
import { raceLog, smallJob } from '../support/race-logs.ts';
import { zip } from '../support/zip.ts';

const folder = sharedFolder();

function written(name: string, content: string | Uint8Array): string {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return file;
}

const archive = zip({ '0_build.txt': raceLog(smallJob), '1_test.txt': raceLog(smallJob) });
/** Its first job is damaged, the second is not. */
const half = Buffer.from(archive);
half.fill(0xff, 60, 90);
const files = [
  ...demoLogs('shop').slice(0, 60),
  written('run.zip', archive),
  written('damaged.zip', archive.subarray(0, archive.length - 30)),
  written('half.zip', half),
  written('empty.log', ''),
  path.join(folder, 'missing.log'),
  ...demoLogs('billing').slice(0, 20),
];

async function withWorkers(workers: number, args: readonly string[]): Promise<Ended> {
  return buildlog(args, { env: { BUILDLOG_WORKERS: String(workers) } });
}

it.each(['table', 'json'])('scans the same: %s', async (format) => {
  const args = ['scan', '--format', format, ...files];
  const alone = await withWorkers(0, args);
  expect(alone.code).toBe(3);
  expect(alone.stderr.match(/^buildlog: /gm)).toHaveLength(4);
  expect(await withWorkers(2, args)).toEqual(alone);
});

it.each([0, 60, 150])('loses nothing when its threads die after %d ms', async (milliseconds) => {
  const args = ['scan', ...files];
  const preload = new URL('../support/dying-threads.js', import.meta.url).href;
  const env = {
    BUILDLOG_WORKERS: '2',
    NODE_OPTIONS: `--import ${preload}`,
    DIES_AFTER: String(milliseconds),
  };
  expect(await buildlog(args, { env })).toEqual(await withWorkers(0, args));
});

it('a damaged job of an archive does not take the others along', async () => {
  const { code, stdout, stderr } = await withWorkers(0, ['scan', path.join(folder, 'half.zip')]);
  expect({ code, jobs: stdout.match(/half\.zip!\S+/g) }).toEqual({
    code: 3,
    jobs: [expect.stringContaining('1_test.txt')],
  });
  expect(stderr).toContain('0_build.txt');
});

it('stores the same', async () => {
  const stored = await Promise.all(
    [0, 2].map(async (workers) => {
      const db = path.join(folder, `${workers}.db`);
      const ended = await withWorkers(workers, ['ingest', 'files', ...files, '--db', db]);
      const store = Store.open(db);
      const dump = dumpOf(store);
      store.close();
      return { code: ended.code, stderr: ended.stderr, dump };
    }),
  );
  expect(stored[0]?.dump.length).toBeGreaterThan(100);
  expect(stored[1]).toEqual(stored[0]);
});
