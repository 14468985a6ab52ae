/** What fast scanners get wrong, each in the smallest log that shows it. The measure is reading every line. */
import { describe, expect, it } from 'vitest';

import { CompiledPatterns } from '../../src/matching/compiled-patterns.ts';
import { requiredLiterals } from '../../src/patterns/regex-laws.ts';
import { allFinders, scanWith } from '../support/finders.ts';
import { program } from '../support/cli.ts';
import { readLogs } from '../support/read-logs.ts';
import { scanLog, shipped } from '../support/scan-log.ts';
import { shell } from '../support/shell.ts';
import { tempFile } from '../support/temp-folder.ts';

const at = '2026-08-21T10:12:12.1234567Z ';
const run = `${at}##[group]Run docker build .\n${at}##[endgroup]\n${at}#5 [2/3] RUN make\n`;
const reset = 'read: connection reset by peer';
const failed = `${at}#5 ERROR: process "make" did not complete successfully: exit code: 2\n`;

/** The lines on which each finder saw a signature, which must be the plain reading's. */
async function seenIn(log: string | Buffer, patterns = shipped): Promise<number[]> {
  const bytes = Buffer.from(log);
  const whole = scanLog(bytes, patterns);
  for (const [name, finder] of allFinders(patterns)) {
    for (const size of [64, 1000, bytes.length]) {
      expect(await scanWith(finder, patterns, bytes, [size]), name).toEqual(whole);
    }
  }
  return whole.occurrences.map(({ line }) => line);
}

describe('a line with a word', () => {
  it('is found where a block ends inside the word', async () => {
    for (let before = 60; before < 100; before++) {
      const text = `${'x'.repeat(before)}\n#5 [2/3] RUN x\n#5 1.5 :443: ${reset}\n#5 ERROR: x\n`;
      expect(await seenIn(text)).toContain(3);
    }
  });

  it('is reported once, though its escape sequence ends in the next line', async () => {
    const red = '\u001B[31m';
    expect(
      await seenIn(`${run}${at}#5 1.5 a ${red}\n${at}#5 2.5 :443: ${reset}\n${failed}`),
    ).toEqual([5, 6]);
  });

  it.each([
    ['a colour', '\u001B[1m', '\u001B[0m'],
    ['a link', '\u001B]8;;https://example.org\u0007', '\u001B]8;;\u0007'],
    ['a link that ends with ST', '\u001B]8;;https://example.org\u001B\\', '\u001B]8;;\u001B\\'],
  ])('is found with %s inside the word', async (_, begin, end) => {
    const lines = `${at}#5 1.5 :443: read: conn${begin}ection res${end}et by peer\n`;
    expect(await seenIn(run + lines + failed)).toContain(4);
  });

  it('is found with a sequence inside the word that no terminal knows', async () => {
    const odd = `${at}#5 1.5 write: no spa\u001B[ mce left on device\n`;
    expect(await seenIn(run + odd + failed)).toContain(4);
  });

  it('has its number and its place, wherever the line began', async () => {
    // The kernel searches a few kilobytes at a time: the line begins in some, and the word stands in the next.
    for (let before = 0; before < 4200; before += 300) {
      const filler = `${at}#5 1.2 ${'y'.repeat(before)}\n${at}#5 1.3 b\n`;
      const long = `${at}#5 1.5 ${'x'.repeat(3000)} :443: ${reset}\n`;
      expect(await seenIn(run + filler + long + long + failed)).toEqual([6, 7, 8]);
    }
  });

  it('counts for its vertex until thirty lines of it were passed over', async () => {
    const said = `${at}#5 1.5 :443: ${reset}\n`;
    for (const lines of [28, 29, 30, 31, 63, 64, 65, 200]) {
      const log = `${run}${said}${`${at}#5 1.6 a\n`.repeat(lines)}${failed}`;
      await seenIn(log);
      const [occurrence] = scanLog(log).occurrences;
      expect(occurrence?.healed, `${lines} lines`).toBe(lines > 30);
    }
  });

  it('counts for its vertex just so where the kernel has searched on before it was read', async () => {
    const said = `${at}#5 1.5 :443: ${reset}\n`;
    const long = `${at}#5 1.2 ${'y'.repeat(4200)}\n`;
    // So many lines that none was counted any more.
    const many = said + `${at}#5 1.6 a\n`.repeat(200);
    for (const before of [long, many]) {
      for (const lines of [29, 30, 31, 40]) {
        const log = run + before + said + `${at}#5 1.7 b\n`.repeat(lines) + failed;
        await seenIn(log);
        const seen = scanLog(log).occurrences.filter(({ position }) => position === 'run-log');
        expect(seen.at(-1)?.healed, `${lines} lines`).toBe(lines > 30);
      }
    }
  });

  it('is found where colours stand before the end of its line', async () => {
    const log = [
      '##[group]Run docker buildx rm b',
      '\u001B[36;1mdocker buildx rm b\u001B[0m',
      'shell: bash',
      '##[endgroup]',
      '\u001B[32mb removed\u001B[0m',
      '##[error]Process completed with exit code 1.',
    ].map((line) => `${at}${line}\n`);
    await seenIn(log.join(''));
    expect(scanLog(log.join('')).builderEvents.map(({ event }) => event)).toContain('removed');
  });

  it('is found behind a byte order mark, and inside one', async () => {
    expect(await seenIn(`\uFEFF${run}${at}#5 1.5 :443: ${reset}\n${failed}`)).toContain(4);
    const inside = `:443: read: conn\uFEFFection reset by peer`;
    expect(await seenIn(`${run}\uFEFF${at}#5 1.5 ${inside}\n${failed}`)).toContain(4);
  });

  it('is found behind a colour, with a byte order mark inside', async () => {
    const said = ':443: read: conn\uFEFFection reset by peer';
    const coloured = `${at}#5 1.5 \u001B[1mcurl\u001B[0m ${said}\n`;
    expect(await seenIn(run + coloured + failed)).toContain(4);
  });

  it('is found in a line without a stamp, with CRLF, and behind the CR of a progress bar', async () => {
    const lines = `#5 1.5 :443: ${reset}\n${at}#5 1.5 10%\r20%\r:443: ${reset}\r\n`;
    expect(await seenIn(run + lines + failed)).toEqual([4, 5, 6]);
  });

  it('is found behind U+2028, where a dot stops', async () => {
    expect(await seenIn(`${run}${at}#5 1.5 a\u2028:443: ${reset}\n${failed}`)).toContain(4);
  });

  it('is found among bytes that are no UTF-8', async () => {
    const bad = Buffer.from([0xff, 0xc3, 0x28, 0xe2, 0x82]);
    const log = Buffer.concat([
      Buffer.from(`${run}${at}#5 1.5 `),
      bad,
      Buffer.from(`:443: ${reset}`),
      bad,
      Buffer.from(`\n${failed}`),
    ]);
    expect(await seenIn(log)).toContain(4);
  });

  it('is found in the mark that follows the stamp', async () => {
    const log = `${run}${at}##[error]buildx failed with: ERROR: failed to solve: x: ${reset}\n`;
    expect(scanLog(log).errors.map(({ line }) => line)).toEqual([4]);
    await seenIn(log);
  });
});

it('a line begins a vertex, though the build before had one of its number', async () => {
  // Long enough for the kernel to search the next build while it knows the vertex.
  const long = `${at}#5 1.2 ${'y'.repeat(4200)}\n`;
  const next = `${at}[command]/usr/bin/docker buildx build .\n${at}#5 pushing layers\n`;
  const said = `${at}#5 1.5 make: Segmentation fault (core dumped)\n`;
  // Only of a program's own vertex would it count.
  expect(await seenIn(run + long + next + said + failed)).toEqual([8]);
});

it('a log in UTF-16 is read as one in UTF-8', async () => {
  const text = `${at}one\n${at}two\n`;
  const file = tempFile('utf16.log', Buffer.from(`\uFEFF${text}`, 'utf16le'));
  const [log] = await readLogs(file);
  expect(log?.lines.map((line) => line.replace('\uFEFF', ''))).toEqual(text.trim().split('\n'));
});

it('one word of two patterns, and a word inside another, give each pattern its sighting, once a line', async () => {
  const base = shipped.set.signatures[0];
  if (base === undefined) throw new Error('there are no signatures');
  const sources = [
    'rpc error: code = ',
    'rpc error: code = Unavailable',
    'rpc error: code = ',
    'code',
  ];
  const signatures = sources.map((source, index) => ({
    ...base,
    id: `own-${index}`,
    where: new Set(['output'] as const),
    regex: new RegExp(source),
    literals: requiredLiterals(source) ?? [],
  }));
  const patterns = new CompiledPatterns({ ...shipped.set, signatures });
  const twice = 'rpc error: code = Unavailable rpc error: code = Unavailable';
  expect(await seenIn(`${run}${at}${twice}\n${at}rpc error: code = X\n`, patterns)).toEqual([
    4, 4, 4, 4, 5, 5, 5,
  ]);
});

it('a regex may not ignore case, since words are compared byte by byte', () => {
  expect(() => requiredLiterals('(?i:word)')).toThrow(SyntaxError);
});

it('a line without an end is gone through once, not once a block', async () => {
  const cost = async (megabytes: number): Promise<number> => {
    const [[, finder] = []] = allFinders(shipped);
    if (finder === undefined) throw new Error('there is no finder');
    const bytes = Buffer.alloc(megabytes << 20, 'progress ');
    const before = process.cpuUsage();
    await scanWith(finder, shipped, bytes, [65_536]);
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
  await cost(4);
  // Sixteen times as much; with a look back at each block it would be 256 times.
  expect(await cost(64)).toBeLessThan(80 * Math.max(await cost(4), 1000));
});

it('without memory for WebAssembly the answer is the same', async () => {
  const file = tempFile('job.log', `${run}${at}#5 1.5 :443: ${reset}\n${failed}`);
  const [free, tight] = await Promise.all([
    shell(`$buildlog scan '${file}'`),
    shell(`ulimit -v 6000000; $buildlog scan '${file}'`),
  ]);
  expect(free.code).toBe(0);
  expect(tight).toEqual(free);
});

it('the kernel is compiled by the compiler that makes fast code, and by no other', async () => {
  const file = tempFile('job.log', `${run}${at}#5 1.5 :443: ${reset}\n${failed}`);
  const { stdout, stderr } = await shell(
    `node --trace-wasm-compilation-times '${program}' scan '${file}'`,
  );
  const compilers = (stdout + stderr).match(/(?<=^Compiled function .* using )\w+/gm);
  expect(new Set(compilers)).toEqual(new Set(['TurboFan']));
});
