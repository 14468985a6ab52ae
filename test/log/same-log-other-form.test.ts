/** One log in five forms: what it says does not depend on how it was obtained. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';

import { beforeAll, describe, expect, test } from 'vitest';

import { loadCheckedPatterns } from '../../src/cli/load-patterns.ts';
import { scanFile } from '../../src/cli/commands/scan.ts';
import type { CompiledPatterns } from '../../src/matching/compiled-patterns.ts';
import type { ScanResult } from '../../src/output/scan-result.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { zip } from '../support/zip.ts';

const demo = path.resolve(import.meta.dirname, '../../data/demo');
/** Every third job of both histories: all causes are among them. */
const logs = ['shop', 'billing'].flatMap((history) =>
  readdirSync(path.join(demo, history, 'logs'))
    .filter((_, index) => index % 3 === 0)
    .map((name) => path.join(demo, history, 'logs', name)),
);

let patterns: CompiledPatterns;
beforeAll(() => {
  ({ patterns } = loadCheckedPatterns());
});

const stamp = /^\uFEFF?\d{4}-\d\d-\d\dT[\d:]{8}\.\d{7}Z ?/;

describe('a job log says the same', () => {
  test('with the columns of `gh run view --log`', async () => {
    await expectSame('log', (text) =>
      text
        .replace(/\n$/, '')
        .split('\n')
        .map((line) => `image (web)\tUNKNOWN STEP\t${line}`)
        .join('\n'),
    );
  });

  test('from a run-log archive', async () => {
    await expectSame('zip', (text) =>
      zip({ '0_image (web).txt': text, 'image (web)/1_x.txt': 'x' }),
    );
  });

  test('copied from the web page, without stamps and marks', async () => {
    await expectSame('log', toWebCopy);
  });
});

/** What a reader copies from the page with all groups opened. */
function toWebCopy(text: string): string {
  let inGroup = false;
  const lines: string[] = [];
  for (const raw of text.split('\n')) {
    const line = raw.replace(stamp, '');
    if (line.startsWith('##[group]')) {
      inGroup = true;
      lines.push(line.slice('##[group]'.length));
    } else if (line === '##[endgroup]') inGroup = false;
    else {
      const shown = line
        .replace(/^##\[error\]/, 'Error: ')
        .replace(/^##\[warning\]/, 'Warning: ')
        .replace(/^\[command\]/, '')
        // oxlint-disable-next-line no-control-regex -- the page shows no escape sequences
        .replaceAll(/\u001B\[[\d;]*m/g, '');
      lines.push(inGroup ? `  ${shown}` : shown);
    }
  }
  return lines.join('\n');
}

async function expectSame(
  extension: string,
  transform: (text: string) => string | Buffer,
): Promise<void> {
  const folder = tempFolder();
  const copy = path.join(folder, `copy.${extension}`);
  for (const log of logs) {
    writeFileSync(copy, transform(gunzipSync(readFileSync(log)).toString('utf8')));
    expect(essence(await only(copy)), path.basename(log)).toEqual(essence(await only(log)));
  }
}

async function only(file: string): Promise<ScanResult> {
  const results: ScanResult[] = [];
  for await (const result of scanFile(file, patterns)) results.push(result);
  expect(results).toHaveLength(1);
  return results[0] as ScanResult;
}

function essence({ verdict, scan }: ScanResult): unknown {
  return {
    status: verdict.status,
    cause: verdict.cause,
    facts: Object.fromEntries(scan.facts.map(({ name, value }) => [name, value])),
    seen: scan.occurrences.map(({ signature, captures, healed }) => ({
      signature,
      captures,
      healed,
    })),
    builders: scan.builderEvents.map(({ name, event }) => `${event} ${name}`),
  };
}
