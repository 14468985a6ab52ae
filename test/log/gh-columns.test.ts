/** `gh run view --log`: all jobs of a run in one file, each line behind the names of its job and step. */
import { expect, test } from 'vitest';

import { openLogs } from '../../src/log/open-logs.ts';
import { readLogs } from '../support/read-logs.ts';
import { tempFile } from '../support/temp-folder.ts';

const stamp = '2026-08-21T10:12:12.1234567Z';

function columns(job: string, ...lines: string[]): string {
  return lines.map((line) => `${job}\tBuild and push\t${line}\n`).join('');
}

test('each job of the run is a log of its own, with its own line numbers', async () => {
  const file = tempFile(
    'run.txt',
    columns('image (web)', `${stamp} one`, `${stamp} two`) +
      columns('image (api)', `${stamp} three`),
  );
  expect(await readLogs(file)).toEqual([
    {
      source: `${file}!image (web)`,
      jobName: 'image (web)',
      lines: [`${stamp} one`, `${stamp} two`],
      numbers: [1, 2],
    },
    {
      source: `${file}!image (api)`,
      jobName: 'image (api)',
      lines: [`${stamp} three`],
      numbers: [1],
    },
  ]);
});

test('a continuation line has the columns and no stamp', async () => {
  const file = tempFile('run.txt', columns('build', `${stamp} driver-opts: a`, 'network=host'));
  expect((await readLogs(file)).map(({ lines }) => lines)).toEqual([
    [`${stamp} driver-opts: a`, 'network=host'],
  ]);
});

test('a line without columns belongs to the job before it', async () => {
  const file = tempFile(
    'run.txt',
    `${columns('build', `${stamp} a`)}bare\n${columns('build', 'b')}`,
  );
  expect((await readLogs(file)).map(({ lines }) => lines)).toEqual([[`${stamp} a`, 'bare', 'b']]);
});

test('the byte order mark that gh leaves before the first stamp is no obstacle', async () => {
  const file = tempFile('run.txt', columns('build', `\uFEFF${stamp} a`, `${stamp} b`));
  expect((await readLogs(file)).map(({ jobName, lines }) => [jobName, lines.length])).toEqual([
    ['build', 2],
  ]);
});

test('tabs inside a message stay in it', async () => {
  const file = tempFile('run.txt', columns('build', `${stamp} ok\tpackage\t0.1s`));
  expect((await readLogs(file))[0]?.lines).toEqual([`${stamp} ok\tpackage\t0.1s`]);
});

test('tabs in a log without columns are only text', async () => {
  const lines = [`${stamp} ok\tpackage\t0.1s`, `a\tb\t${stamp} quoted`];
  const file = tempFile('job.log', `${lines.join('\n')}\n`);
  expect((await readLogs(file)).map(({ jobName, lines: read }) => [jobName, read])).toEqual([
    [null, lines],
  ]);
});

test('a job that the reader skips is passed over, and the next one is whole', async () => {
  const many = Array.from({ length: 30_000 }, (_, n) => `${stamp} line ${n}`);
  const file = tempFile(
    'run.txt',
    columns('first', ...many) + columns('second', `${stamp} a`, 'b'),
  );
  const seen: [string | null, number][] = [];
  for await (const { jobName, batches } of openLogs(file)) {
    let lines = 0;
    if (jobName === 'second') for await (const batch of batches) lines += batch.length;
    seen.push([jobName, lines]);
  }
  expect(seen).toEqual([
    ['first', 0],
    ['second', 2],
  ]);
});
