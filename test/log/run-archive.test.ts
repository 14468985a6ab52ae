/** GitHub's run-log archive: one file for each job, or for each step where the former are missing. */
import { utimesSync, writeFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { readLogs } from '../support/read-logs.ts';
import { tempFile } from '../support/temp-folder.ts';
import { zip } from '../support/zip.ts';

const line = (text: string): string => `2026-08-21T10:12:12.1234567Z ${text}`;

test('each job of the run is a log, and the step files beside it are not read again', async () => {
  const file = tempFile(
    'logs_77.zip',
    zip({
      '0_image (web).txt': `${line('web one')}\n${line('web two')}\n`,
      '1_image (api).txt': `${line('api')}\n`,
      'image (web)/1_Set up job.txt': `${line('web one')}\n`,
      'image (web)/system.txt': `${line('Evaluating build.if')}\n`,
      'image (api)/1_Set up job.txt': `${line('api')}\n`,
    }),
  );
  expect(await readLogs(file)).toEqual([
    {
      source: `${file}!0_image (web).txt`,
      jobName: 'image (web)',
      lines: [line('web one'), line('web two')],
      numbers: [1, 2],
    },
    {
      source: `${file}!1_image (api).txt`,
      jobName: 'image (api)',
      lines: [line('api')],
      numbers: [1],
    },
  ]);
});

test('the parts of an archive are together all of it, in its order', async () => {
  const names = Array.from({ length: 7 }, (_, job) => [`${job}_job ${job}.txt`, `${line('x')}\n`]);
  const file = tempFile('logs_77.zip', zip(Object.fromEntries(names)));
  const whole = await readLogs(file);
  for (const count of [1, 2, 3, 7, 9]) {
    const parts = Array.from({ length: count }, (_, index) => readLogs(file, { index, count }));
    expect((await Promise.all(parts)).flat()).toEqual(whole);
  }
});

test('an archive that was written anew is read anew', async () => {
  const file = tempFile('logs_77.zip', zip({ '0_web.txt': `${line('one')}\n` }));
  const names = async (): Promise<(string | null)[]> =>
    (await readLogs(file, { index: 0, count: 1 })).map(({ jobName }) => jobName);
  expect(await names()).toEqual(['web']);
  writeFileSync(file, zip({ '0_api.txt': `${line('two')}\n` }));
  expect(await names()).toEqual(['api']);
  const other = tempFile('logs_78.zip', zip({ '0_app.txt': `${line('one')}\n` }));
  utimesSync(other, 1, 1);
  utimesSync(file, 1, 1);
  expect(await names()).toEqual(['api']);
  expect((await readLogs(other)).map(({ jobName }) => jobName)).toEqual(['app']);
});

test('what is no archive is all in the first part', async () => {
  const file = tempFile('logs_77.zip', `${line('one')}\n${line('two')}\n`);
  expect(await readLogs(file, { index: 0, count: 2 })).toEqual(await readLogs(file));
  expect(await readLogs(file, { index: 1, count: 2 })).toEqual([]);
});

test('without job files the steps of a job are joined in the order of their numbers', async () => {
  const file = tempFile(
    'logs_77.zip',
    zip({
      'build/10_Post checkout.txt': `${line('ten')}\n`,
      'build/2_Build.txt': `${line('two')}\n`,
      'build/1_Set up job.txt': `\uFEFF${line('one')}\n`,
      'test/1_Set up job.txt': `${line('other')}\n`,
      'build/system.txt': 'no step\n',
    }),
  );
  const logs = await readLogs(file);
  expect(logs.map(({ jobName, lines }) => [jobName, lines])).toEqual([
    ['build', [`\uFEFF${line('one')}`, line('two'), line('ten')]],
    ['test', [line('other')]],
  ]);
});

test('names need not be ASCII', async () => {
  const file = tempFile('logs.zip', zip({ '0_Größe prüfen 🐳.txt': `${line('a')}\n` }));
  expect((await readLogs(file)).map(({ jobName }) => jobName)).toEqual(['Größe prüfen 🐳']);
});

test('a job of many megabytes comes whole', async () => {
  const lines = Array.from({ length: 100_000 }, (_, n) => line(`#9 ${n}.1 compiling`));
  const file = tempFile('logs.zip', zip({ '0_build.txt': lines.join('\n') }));
  const [log] = await readLogs(file);
  expect(log?.lines.length).toBe(lines.length);
  expect(log?.lines.at(-1)).toBe(lines.at(-1));
  // The second time by the directory that was read the first time.
  expect((await readLogs(file))[0]?.lines.length).toBe(lines.length);
});

/** Reads the bytes as an archive, which must be refused. */
function reading(bytes: Uint8Array): Promise<unknown> {
  return readLogs(tempFile('logs_77.zip', bytes));
}

function refusal(message: RegExp): object {
  return {
    name: 'UnreadableLog',
    source: expect.stringContaining('logs_77.zip'),
    message: expect.stringMatching(message),
    help: expect.stringMatching(/\S/),
  };
}

const whole = zip({ '0_build.txt': `${line('a')}\n`.repeat(2000), '1_test.txt': `${line('b')}\n` });

test('an archive that was cut off has lost its directory', async () => {
  await expect(reading(whole.subarray(0, whole.length - 60))).rejects.toMatchObject(
    refusal(/^is a damaged archive: .*[Ee]nd of central/),
  );
});

test('an archive with a damaged entry', async () => {
  const damaged = Buffer.from(whole);
  damaged.fill(0xff, 60, 90);
  await expect(reading(damaged)).rejects.toMatchObject(
    refusal(/^(?:is a damaged archive|cannot be read): /),
  );
});

test('an entry that holds more than its directory promises', async () => {
  const lying = Buffer.from(whole);
  const directory = lying.indexOf('PK\u0001\u0002');
  lying.writeUInt32LE(10, directory + 24);
  await expect(reading(lying)).rejects.toMatchObject(
    refusal(/^is a damaged archive: 0_build\.txt has another size$/),
  );
});

test('an entry whose content is not what was packed', async () => {
  const changed = Buffer.from(whole);
  const directory = changed.indexOf('PK\u0001\u0002');
  changed.writeUInt32LE(1, directory + 16);
  await expect(reading(changed)).rejects.toMatchObject(
    refusal(/^is a damaged archive: 0_build\.txt has another check sum$/),
  );
});

test('an archive without a job log', async () => {
  await expect(reading(zip({ 'README.md': '# hello' }))).rejects.toMatchObject(
    refusal(/^is an archive without job logs$/),
  );
});

test('an archive with nothing in it', async () => {
  await expect(reading(zip({}))).rejects.toMatchObject(refusal(/archive|binary/));
});
