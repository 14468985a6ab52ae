/** One log, whatever it was saved as: plain, gzip, UTF-16. The kind is read from the bytes, never from the name. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

import { describe, expect, test } from 'vitest';

import { sourceName } from '../../src/log/open-logs.ts';
import { readLogs } from '../support/read-logs.ts';
import { tempFile, tempFolder } from '../support/temp-folder.ts';

const log = [
  "2026-08-21T10:12:12.1234567Z Current runner version: '2.323.0'",
  '2026-08-21T10:12:12.1234568Z #5 [2/2] RUN grün',
  'a continuation without a stamp',
  '',
  '2026-08-21T10:12:13.1234567Z ##[error]Process completed with exit code 1.',
];
const text = `${log.join('\n')}\n`;

function wholeLog(source: string, lines: readonly string[] = log): unknown {
  return [{ source, jobName: null, lines, numbers: lines.map((_, index) => index + 1) }];
}

/** The one error of a file that is no log. */
function refusal(message: RegExp, help: RegExp): object {
  return {
    name: 'UnreadableLog',
    source: expect.stringMatching(/\S/),
    message: expect.stringMatching(message),
    help: expect.stringMatching(help),
  };
}

test('a plain log', async () => {
  const file = tempFile('job.log', text);
  expect(await readLogs(file)).toEqual(wholeLog(file));
});

test('a gzipped log', async () => {
  const file = tempFile('job.log.gz', gzipSync(text));
  expect(await readLogs(file)).toEqual(wholeLog(file));
});

test('a gzipped log in two members, as `cat a.gz b.gz` writes it', async () => {
  const half = text.indexOf('continuation');
  const members = [gzipSync(text.slice(0, half)), gzipSync(text.slice(half))];
  const file = tempFile('job.log.gz', Buffer.concat(members));
  expect(await readLogs(file)).toEqual(wholeLog(file));
});

describe('UTF-16, as PowerShell’s redirection writes it', () => {
  const utf16le = Buffer.from(`\uFEFF${text}`, 'utf16le');

  test('little-endian', async () => {
    const file = tempFile('job.log', utf16le);
    expect(await readLogs(file)).toEqual(wholeLog(file));
  });

  test('big-endian', async () => {
    const file = tempFile('job.log', Buffer.from(utf16le).swap16());
    expect(await readLogs(file)).toEqual(wholeLog(file));
  });

  test('gzipped', async () => {
    const file = tempFile('job.log.gz', gzipSync(utf16le));
    expect(await readLogs(file)).toEqual(wholeLog(file));
  });

  test('with a character across two blocks of the file', async () => {
    const line = `${'x'.repeat(50_000)}𝄞`;
    const lines = Array.from({ length: 12 }, () => line);
    const file = tempFile('job.log', Buffer.from(`\uFEFF-\n${lines.join('\n')}\n`, 'utf16le'));
    expect(await readLogs(file)).toEqual(wholeLog(file, ['-', ...lines]));
  });
});

test.each(['job.zip', 'job.gz', 'job.png', 'job'])(
  'a plain log named %s is a plain log',
  async (name) => {
    const file = tempFile(name, text);
    expect(await readLogs(file)).toEqual(wholeLog(file));
  },
);

test('a log with a NUL and other bytes of a program in it is a log', async () => {
  const bytes = Buffer.concat([Buffer.from(text), Buffer.from([0, 1, 0xff, 0xfe, 0x0a])]);
  const file = tempFile('job.log', bytes);
  expect(await readLogs(file)).toEqual(wholeLog(file, [...log, '\u0000\u0001\uFFFD\uFFFD']));
});

test('a log longer than a block comes whole, each line once', async () => {
  const lines = Array.from({ length: 20_000 }, (_, n) => `line ${n} of a log of many blocks`);
  const file = tempFile('job.log', lines.join('\n'));
  expect(await readLogs(file)).toEqual(wholeLog(file, lines));
});

describe('what is no log is refused, with the reason and what to do', () => {
  test('an empty file', async () => {
    await expect(readLogs(tempFile('job.log', ''))).rejects.toMatchObject(
      refusal(/^is empty$/, /^download the log again$/),
    );
  });

  test('a gzip of nothing', async () => {
    await expect(readLogs(tempFile('job.log.gz', gzipSync('')))).rejects.toMatchObject(
      refusal(/^is empty$/, /^download the log again$/),
    );
  });

  test('a folder', async () => {
    const folder = path.join(tempFolder(), 'logs');
    mkdirSync(folder);
    await expect(readLogs(folder)).rejects.toMatchObject(
      refusal(/^is a folder$/, /^name its files: '.*\/logs\/\*\.log'$/),
    );
  });

  test('a picture', async () => {
    const png = Buffer.from(`89504e470d0a1a0a0000000d49484452${'00000001'.repeat(64)}`, 'hex');
    await expect(readLogs(tempFile('shot.log', png))).rejects.toMatchObject(
      refusal(/^is a binary file/, /\.zip or the output of gh/),
    );
  });

  test('a program', async () => {
    const elf = Buffer.from(`7f454c4602010100${'00'.repeat(500)}`, 'hex');
    await expect(readLogs(tempFile('docker', elf))).rejects.toMatchObject(
      refusal(/^is a binary file/, /^give a job log/),
    );
  });

  test('a gzip that was cut off', async () => {
    const noise = Array.from({ length: 4000 }, (_, n) => `${n ** 7 % 10_007} ${n}`).join('\n');
    const whole = gzipSync(noise);
    const file = tempFile('job.log.gz', whole.subarray(0, whole.length / 2));
    await expect(readLogs(file)).rejects.toMatchObject(
      refusal(/^cannot be read: .*end of file/, /^download the log again$/),
    );
  });

  test('a gzip with a damaged byte', async () => {
    const bytes = gzipSync(text.repeat(100));
    bytes.fill(0xff, bytes.length - 30, bytes.length - 10);
    await expect(readLogs(tempFile('job.log.gz', bytes))).rejects.toMatchObject(
      refusal(/^cannot be read: /, /^download the log again$/),
    );
  });
});

test('the name of a source is the last part of its path, or the entry of its archive', () => {
  expect(sourceName('logs/2026/job.log')).toBe('job.log');
  expect(sourceName('logs/run-77.zip!0_build.txt')).toBe('0_build.txt');
});
