/** `buildlog scan`: a verdict on logs of every form, without a database; its JSON is a contract. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';

import { describe, expect, it } from 'vitest';
import { z } from 'zod';

import { buildlog, looksLikeACrash, type RunOptions } from '../support/cli.ts';
import { demoLog } from '../support/demo-history.ts';
import { raceLog, smallJob, victim } from '../support/race-logs.ts';
import { tempFolder } from '../support/temp-folder.ts';

const stamp = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/)
  .nullable();
const line = z.int().positive();
/** Members may be added; those named are there, and the inner ones are all there are. */
const contract = z.looseObject({
  source: z.string(),
  verdict: z.strictObject({
    status: z.enum(['passed', 'explained', 'unexplained', 'no-log', 'partial']),
    cause: z.string().nullable(),
    blame: z.enum(['infra', 'code', 'mixed']).nullable(),
    confidence: z.enum(['high', 'medium', 'low']).nullable(),
  }),
  evidence: z.array(z.strictObject({ line, at: stamp, signature: z.string(), text: z.string() })),
  facts: z.record(z.string(), z.strictObject({ value: z.string(), line })),
  builders: z.array(z.strictObject({ name: z.string(), event: z.string(), line, at: stamp })),
});
type Scanned = z.infer<typeof contract>;

const packed = readFileSync(demoLog('billing', 54811592074));
const text = gunzipSync(packed).toString();

async function scanned(files: readonly string[], options: RunOptions = {}): Promise<Scanned[]> {
  const { code, stdout, stderr } = await buildlog(['scan', '--format', 'json', ...files], options);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout
    .trimEnd()
    .split('\n')
    .map((each) => contract.parse(JSON.parse(each)));
}

describe('a scan as JSON', { timeout: 30_000 }, () => {
  it('holds verdict, evidence, facts and builders, each with the line that proves it', async () => {
    const [found] = await scanned([demoLog('billing', 54811592074)]);
    expect(found).toMatchObject({
      source: demoLog('billing', 54811592074),
      verdict: {
        status: 'explained',
        cause: 'builder-stopped',
        blame: 'infra',
        confidence: 'high',
      },
      facts: { buildkit: { value: 'v0.18.2' }, buildx: { value: 'v0.19.2' } },
    });
    const lines = text.split('\n');
    expect(found?.evidence[0]?.text).toContain('graceful_stop');
    for (const { line: number, text: words } of found?.evidence ?? []) {
      expect(lines[number - 1]).toContain(words);
    }
    expect(found?.builders.map(({ event }) => event)).toEqual(
      expect.arrayContaining(['created', 'booted', 'current', 'used', 'removing', 'removed']),
    );
    for (const { line: number, name, event } of found?.builders ?? []) {
      if (event === 'used' || event.startsWith('remov')) expect(lines[number - 1]).toContain(name);
    }
  });

  it('is one line for each log, the same for every form of one log', async () => {
    const utf16 = Buffer.from(`\uFEFF${text}`, 'utf16le');
    const folder = tempFolder({
      'plain.log': text,
      'packed.gz': packed,
      'powershell.log': utf16,
      'powershell-be.log': Buffer.from(utf16).swap16(),
      'windows.log': text.replaceAll('\n', '\r\n'),
    });
    const names = ['plain.log', 'packed.gz', 'powershell.log', 'powershell-be.log', 'windows.log'];
    const files = names.map((name) => path.join(folder, name));
    const found = await scanned(files);
    expect(found.map(({ source }) => source)).toEqual(files);
    const [plain, ...others] = found;
    const [piped] = await scanned(['-'], { input: text });
    for (const { source: _, ...other } of [...others, { ...plain, ...piped }]) {
      const { source: __, ...expected } = plain ?? { source: '' };
      expect(other).toEqual(expected);
    }
  });
});

describe('a log that was cut', { timeout: 30_000 }, () => {
  it('anywhere, even within a line, is partial or explained, and never a crash', async () => {
    const died = text.indexOf('ERROR: failed to receive status');
    const cuts = Array.from({ length: 40 }, (_, n) => Math.floor((text.length * (n + 1)) / 41));
    const files = cuts.map((cut) => [`${String(cut).padStart(6, '0')}.log`, text.slice(0, cut)]);
    const folder = tempFolder(Object.fromEntries(files));
    const found = await scanned(files.map(([name = '']) => path.join(folder, name)));
    const statuses = found.map(({ verdict }) => verdict.status);
    expect(statuses).toEqual(cuts.map((cut) => (cut < died ? 'partial' : 'explained')));
    expect(new Set(statuses).size).toBe(2);
  });
});

describe('a scan for people', { timeout: 30_000 }, () => {
  it('says cause, proof and what to do', async () => {
    const { code, stdout, stderr } = await buildlog(['scan', demoLog('billing', 54811592074)]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^cause +builder-stopped \(infra, confidence high\)$/m);
    expect(stdout).toMatch(
      /^line 527 +22:25:39\.20 ERROR: failed to receive status: .*"graceful_stop"$/m,
    );
    expect(stdout).toMatch(/^do +\S/m);
    expect(stdout).toMatch(/^builder +built on builder-cd4e9b06/m);
  });
});

describe('a scan that is piped', { timeout: 30_000 }, () => {
  it('is plain, in CI and under FORCE_COLOR too: what is piped gets read by programs', async () => {
    const env = { CI: 'true', FORCE_COLOR: '1' };
    const { stdout } = await buildlog(['scan', '-'], { input: text, env });
    expect(stdout).toMatch(/^cause/m);
    expect(stdout).not.toContain('\u001B');
  });
});

describe('files that are no logs', { timeout: 30_000 }, () => {
  it('are named, and the others are scanned', async () => {
    const logs = { 'red.log': raceLog(victim), 'green.log': raceLog(smallJob), 'empty.log': '' };
    const folder = tempFolder(logs);
    const names = ['empty.log', 'red.log', 'gone.log', 'green.log'];
    const { code, stdout, stderr } = await buildlog(['scan', ...names], { cwd: folder });
    expect(code).toBe(3);
    expect(stdout).toMatch(/^red\.log\ncause +builder-stopped [^]*^green\.log\nverdict +passed$/m);
    expect(stderr).toMatch(/^buildlog: empty\.log: is empty$/m);
    expect(stderr).toMatch(/^buildlog: gone\.log: no such file$/m);
    expect(stderr).not.toMatch(looksLikeACrash);
  });
});
