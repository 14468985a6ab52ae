/** A log that is searched says what it says when every line is read: for both finders, in any chunks. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { demoFolder } from '../../src/cli/package-files.ts';
import { CompiledPatterns } from '../../src/matching/compiled-patterns.ts';
import { allFinders, scanWith } from '../support/finders.ts';
import { scanLog, shipped } from '../support/scan-log.ts';

const finders = allFinders(shipped);
const cyan = '\u001B[36;1m';
const red = '\u001B[31m';
const reset = '\u001B[0m';
const mark = '\uFEFF';

/** All marks of position, wordings at right and wrong places, and lines that say nothing. */
const lines = [
  ...shipped.set.signatures.flatMap(({ samples }) =>
    samples.flatMap(({ text }) => text.split('\n')),
  ),
  ...shipped.set.facts.flatMap(({ samples }) => samples.flatMap(({ text }) => text.split('\n'))),
  '',
  "Current runner version: '2.335.1'",
  '##[group]Run docker/build-push-action@v6',
  '##[group]Run docker buildx create --name b --use',
  `${cyan}docker buildx create --name mine --use${reset}`,
  'shell: /usr/bin/bash -e {0}',
  '##[group]Builder info',
  '{',
  '  "name": "builder-x",',
  '}',
  '##[group]BuildKit container logs',
  '##[group]BuildKit version',
  'builder-x0: v0.13.2',
  '##[endgroup]',
  '::group::quiet',
  '[command]/usr/bin/docker buildx build --builder b .',
  '+ docker buildx rm b',
  '+ docker buildx use b',
  '+ docker buildx install',
  'docker buildx --builder b rm',
  `${cyan}docker buildx rm b${reset}`,
  '  BUILDX_BUILDER: b',
  'b removed',
  '#0 building with "b" instance using docker-container driver',
  '#1 [internal] load build definition from Dockerfile',
  '#1 DONE 0.1s',
  '#5 [2/3] RUN make',
  '#5 1.25 compiling',
  '#5 2.5 === RUN TestA',
  '#5 3.5 ECONNRESET',
  '#5 3.5 error: retrying',
  '#5 4.5 10%\r20%\r30%',
  '#5 5.5 a\tb\t2026-08-21T10:12:12.1234567Z c',
  '#5 5.5 b removed',
  '#5 5.5 + docker buildx rm b',
  '#5 5.5 a\tb\t2026-08-21T10:12:12.1234567Z docker buildx rm b',
  '#5 5.5 ERROR: failed to solve: unexpected EOF',
  `#5 6.5 ${red}no space${reset} left on device`,
  `${red}#5 7.5 coloured${reset}`,
  '#5 ERROR: process "/bin/sh -c make" did not complete successfully: exit code: 2',
  '#7 CACHED',
  '#4711 0.1 far',
  '#70000 0.1 further',
  '------',
  ' > [2/3] RUN make:',
  '=== RUN   TestTransport',
  '--- FAIL: TestTransport (0.1s)',
  '    transport_test.go:10: what',
  `ERROR: failed to ${red}solve${reset}: process "/bin/sh -c make" did not complete successfully: exit code: 2`,
  'Error: something',
  '##[error]Process completed with exit code 1.',
  '##[error]Process \u001B]8;;https://example.org\u0007completed with exit code 1.',
  '2026-08-21T10:12:12.1234567Z quoted #5 1.2 x',
  ' Server Version: 27.0.1',
  'Post job cleanup.',
  'Cleaning up orphan processes',
];

const line = fc
  .tuple(
    fc.constantFrom(...lines),
    fc.constantFrom(
      '',
      '',
      '2026-08-21T10:12:12.1234567Z ',
      `${mark}2026-08-21T10:12:13.1234567Z `,
    ),
    fc.constantFrom('\n', '\n', '\n', '\r\n', '\r\r\n'),
    fc.option(fc.tuple(fc.nat(80), fc.constantFrom(mark, red, '\u0000', '\u001B', '\u001B[')), {
      freq: 12,
      nil: null,
    }),
  )
  .map(([text, stamp, end, inside]) => {
    if (inside === null) return stamp + text + end;
    const [at, odd] = inside;
    return stamp + text.slice(0, at) + odd + text.slice(at) + end;
  });

/** A log of such lines, some of them cut or broken in the middle of a character. */
const log = fc
  .tuple(
    fc.array(line, { maxLength: 60 }),
    fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 }),
    fc.nat(3),
  )
  .map(([texts, breaks, cut]) => {
    const bytes = Buffer.from(texts.join(''));
    for (const [at, byte] of breaks) if (bytes.length > 0) bytes[at % bytes.length] = byte;
    return bytes.subarray(0, Math.max(0, bytes.length - cut));
  });
const sizes = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 4 });

describe.each(finders)('%s', (_, finder) => {
  test('finds in any log, in any chunks, what reading every line finds', async () => {
    await fc.assert(
      fc.asyncProperty(log, sizes, async (bytes, chunks) => {
        expect(await scanWith(finder, shipped, bytes, chunks)).toEqual(scanLog(bytes));
      }),
      { numRuns: 400 },
    );
  });

  test('finds the same in all bundled logs', async () => {
    for (const file of bundledLogs()) {
      const bytes = readFileSync(file);
      expect(await scanWith(finder, shipped, bytes, [5000]), file).toEqual(scanLog(bytes));
    }
  });

  test.each([
    ['a line of 300 KB in the middle', `a\n${'x'.repeat(300_000)}\nERROR: failed to solve: y\n`],
    ['a line of 300 KB at the end', `a\nb\n${'ECONNRESET '.repeat(30_000)}`],
    ['lines just as long as what is kept', `${`${'y'.repeat(65_536)}\n`.repeat(9)}z`],
    ['nothing but line ends', '\n'.repeat(70_000)],
    ['NULs', '\u0000'.repeat(200_000)],
  ])('reads %s', async (_name, text) => {
    const bytes = Buffer.from(text);
    for (const size of [1000, 70_000, 262_144, bytes.length]) {
      expect(await scanWith(finder, shipped, bytes, [size])).toEqual(scanLog(bytes));
    }
  });

  test('finds a word at every place of a block, and across its end', async () => {
    for (let before = 0; before < 40; before++) {
      const text = `${'-'.repeat(before)}\n#5 [2/3] RUN x\n#5 1.5 ECONNRESET\n#5 ERROR: x\n`;
      const bytes = Buffer.from(text.repeat(3));
      for (const size of [1, 7, 16, 33]) {
        expect(await scanWith(finder, shipped, bytes, [size])).toEqual(scanLog(bytes));
      }
    }
  });

  test('reports a line once, also when an escape sequence ends where the next line begins', async () => {
    const text = `one ${red}\n${reset}##[error]Process completed with exit code 1.\n`;
    const scan = await scanWith(finder, shipped, Buffer.from(text.repeat(5)), [64]);
    expect(scan.errors.map(({ line: number }) => number)).toEqual(
      [2, 4, 6, 8, 10].filter((number) =>
        scanLog(text.repeat(5)).errors.some((e) => e.line === number),
      ),
    );
  });
});

test('patterns of a user are found like the shipped ones', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.stringMatching(/^[a-z ]{4,9}$/), { minLength: 1, maxLength: 8 }),
      log,
      async (words, bytes) => {
        const base = shipped.set.signatures[0];
        if (base === undefined) return;
        const signatures = words.map((word, index) => ({
          ...base,
          id: `own-${index}`,
          where: new Set(['output', 'run-log'] as const),
          regex: new RegExp(word),
          literals: [word],
        }));
        const patterns = new CompiledPatterns({ ...shipped.set, signatures });
        for (const [, finder] of allFinders(patterns)) {
          const text = Buffer.concat([bytes, Buffer.from(`\nx${words.join('y')}z\nend\n`)]);
          expect(await scanWith(finder, patterns, text, [100])).toEqual(scanLog(text, patterns));
        }
      },
    ),
    { numRuns: 60 },
  );
});

function bundledLogs(): string[] {
  const folders = [demoFolder, path.resolve(import.meta.dirname, '../logs')];
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.log'))
      .map((name) => path.join(folder, name)),
  );
}
