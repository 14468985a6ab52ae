/** What is fuzzed, and what must hold whatever comes: no crash, no hang, no cause out of garbage. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';

import { z } from 'zod';

import { loadCheckedPatterns } from '../../src/cli/load-patterns.ts';
import { readLog } from '../../src/cli/read-log.ts';
import { readJobs, readRuns } from '../../src/ingest/files/metadata.ts';
import { openLogs } from '../../src/log/open-logs.ts';
import { UnreadableLog } from '../../src/log/unreadable-log.ts';
import { decide } from '../../src/matching/verdict.ts';
import { loadPatterns } from '../../src/patterns/load.ts';
import { zip } from '../support/zip.ts';
import { garbageLog, mutated, Random } from './random.ts';

/** Nothing may take longer, in milliseconds of the processor: a busy machine is no hang. */
const longest = 2000;

export interface Figures {
  inputs: number;
  lines: number;
  /** Inputs that were read, and inputs that were refused in words. */
  read: number;
  refused: number;
  explained: number;
  slowest: number;
}

class BrokenRule extends Error {
  override readonly name = 'BrokenRule';
}

const project = fileURLToPath(new URL('../..', import.meta.url));
const { patterns } = loadCheckedPatterns();
const realLogs = readLogsIn(path.join(project, 'test/logs/red')).concat(
  readLogsIn(path.join(project, 'test/logs/green')),
);
const realPatterns = patternFiles();
const realMetadata = [
  ['jobs.json', 'jobs'],
  ['runs.json', 'workflow_runs'],
].map(([name = '', member = '']) => {
  const text = readFileSync(path.join(project, 'data/demo/billing', name), 'utf8');
  const rows = z.record(z.string(), z.unknown()).parse(JSON.parse(text))[member];
  const few = z.array(z.unknown()).parse(rows).slice(0, 8);
  return Buffer.from(few.map((row) => JSON.stringify(row)).join('\n'));
});

function readLogsIn(folder: string): Buffer[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.log'))
    .map((name) => readFileSync(path.join(folder, name)));
}

function patternFiles(): Buffer[] {
  const folder = path.join(project, 'patterns/signatures');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => readFileSync(path.join(folder, name)));
}

/** A folder of files for as long as `work` takes. */
async function within<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), 'buildlog-fuzz-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Reads what lies at `file` as `scan` does; what is no log must be refused in words. */
async function scanned(file: string, figures: Figures, isGarbage: boolean): Promise<void> {
  const started = process.cpuUsage();
  figures.inputs++;
  try {
    for await (const log of openLogs(file)) {
      const scan = await readLog(log, patterns);
      const verdict = decide(scan, patterns);
      figures.lines += scan.lines;
      if (verdict.status === 'explained') {
        figures.explained++;
        if (isGarbage) throw new BrokenRule(`garbage is explained as ${verdict.cause ?? ''}`);
        if (!patterns.set.causes.has(verdict.cause ?? '')) throw new BrokenRule('no such cause');
      }
    }
    figures.read++;
  } catch (error) {
    if (!(error instanceof UnreadableLog)) throw error;
    figures.refused++;
  }
  tookUntil(started, figures);
}

export type Target = (seed: number, folder: string, figures: Figures) => Promise<void>;

/** Garbage of about two hundred lines, or a real log after some accidents. */
const lines: Target = async (seed, folder, figures) => {
  const random = new Random(seed);
  const isGarbage = random.below(2) === 0;
  const bytes = isGarbage
    ? garbageLog(random, 50 + random.below(300))
    : mutated(random.one(realLogs), random);
  const file = path.join(folder, '1.log');
  writeFileSync(file, random.below(8) === 0 ? gzipSync(bytes, { level: 1 }) : bytes);
  await scanned(file, figures, isGarbage);
};

const goodNames = [
  '0_build.txt',
  '1_test.txt',
  'build/1_Set up job.txt',
  'build/2_Run make.txt',
] as const;
const oddNames = [
  '../../etc/0_x.txt', '/0_root.txt', '..\\0_y.txt', '0_a\u0000b.txt', `0_${'n'.repeat(300)}.txt`, '-1_x.txt',
  '0_é\u202E.txt', '', '0_.txt', 'C:/0_z.txt',
] as const; // prettier-ignore

/** Archives with odd names, lying sizes, bombs, and accidents. */
const archives: Target = async (seed, folder, figures) => {
  const random = new Random(seed);
  const files = Object.fromEntries(
    Array.from({ length: 1 + random.below(4) }, () => {
      const kind = random.below(12);
      const content =
        kind === 0
          ? Buffer.alloc(random.below(20_000_000), random.one(['\n', 'a', '\u0000']))
          : random.one(realLogs).subarray(0, 500 + random.below(20_000));
      const name = random.below(8) === 0 ? random.one(oddNames) : random.one(goodNames);
      return [name, content];
    }),
  );
  let bytes = zip(files);
  if (random.below(3) === 0) bytes = lying(bytes, random);
  if (random.below(3) === 0) bytes = mutated(bytes, random);
  const file = path.join(folder, '1.zip');
  writeFileSync(file, bytes);
  await scanned(file, figures, false);
};

/** The archive with false sizes, counts or offsets in its directory. */
function lying(bytes: Buffer, random: Random): Buffer {
  const copy = Buffer.from(bytes);
  const entry = copy.lastIndexOf('PK\u0001\u0002', undefined, 'latin1');
  const end = copy.lastIndexOf('PK\u0005\u0006', undefined, 'latin1');
  const places = [
    entry + 16,
    entry + 20,
    entry + 24,
    entry + 28,
    entry + 42,
    end + 8,
    end + 12,
    end + 16,
  ];
  const at = random.one(places);
  const lies = [0, 1, 0xffff, 0x7fffffff, 0xffffffff, random.below(0xffffffff)];
  if (at >= 0 && at + 4 <= copy.length) copy.writeUInt32LE(random.one(lies), at);
  return copy;
}

/** Pattern files after some accidents: a problem in words, or a pattern. */
const patternFolders: Target = (seed, folder, figures) => {
  const random = new Random(seed);
  const started = process.cpuUsage();
  mkdirSync(path.join(folder, 'signatures'), { recursive: true });
  if (!existsSync(path.join(folder, 'causes'))) {
    cpSync(path.join(project, 'patterns/causes'), path.join(folder, 'causes'), { recursive: true });
  }
  const text = random.below(10) === 0 ? aliasBomb() : mutated(random.one(realPatterns), random);
  writeFileSync(path.join(folder, 'signatures/a.yaml'), text);
  const { set, problems } = loadPatterns([folder]);
  figures.inputs++;
  if (set.signatures.length > 0) figures.read++;
  else if (problems.length > 0) figures.refused++;
  else throw new BrokenRule('a pattern file is neither loaded nor reported');
  tookUntil(started, figures);
  return Promise.resolve();
};

/** Ten names for ten names for ten names. */
function aliasBomb(): string {
  const levels = Array.from({ length: 12 }, (_, n) => {
    const inner = n === 0 ? 'x' : `*l${n - 1}`;
    return `l${n}: &l${n} [${Array.from({ length: 10 }, () => inner).join(', ')}]`;
  });
  return levels.join('\n');
}

/** Saved answers of GitHub after some accidents. */
const metadata: Target = async (seed, folder, figures) => {
  const random = new Random(seed);
  const started = process.cpuUsage();
  const deep = random.one(['[', '{"jobs":', '{"a":[']).repeat(1 + random.below(100_000));
  const text = random.below(20) === 0 ? deep : mutated(random.one(realMetadata), random);
  const file = path.join(folder, 'jobs.json');
  writeFileSync(file, text);
  const jobs = await readJobs(file);
  const runs = await readRuns(file);
  figures.inputs++;
  if (jobs.items.length + runs.items.length > 0) figures.read++;
  else figures.refused++;
  tookUntil(started, figures);
};

function tookUntil(started: NodeJS.CpuUsage, figures: Figures): void {
  const { user, system } = process.cpuUsage(started);
  const took = (user + system) / 1000;
  figures.slowest = Math.max(figures.slowest, took);
  if (took > longest) throw new BrokenRule(`it took ${Math.round(took)} ms`);
}

export const targets: Readonly<Record<string, Target>> = {
  lines,
  archives,
  patterns: patternFolders,
  metadata,
};

/** Runs a target with one seed after the other until `isEnough`. The seed is named when a rule breaks. */
export async function fuzz(
  name: string,
  firstSeed: number,
  isEnough: (figures: Figures) => boolean,
): Promise<Figures> {
  const target = targets[name];
  if (target === undefined) throw new Error(`there is no target ${name}`);
  const figures = { inputs: 0, lines: 0, read: 0, refused: 0, explained: 0, slowest: 0 };
  await within(async (folder) => {
    for (let seed = firstSeed; !isEnough(figures); seed++) {
      try {
        await target(seed, folder, figures);
      } catch (error) {
        throw new BrokenRule(`${name} with seed ${seed}`, { cause: error });
      }
    }
  });
  return figures;
}

/** One line of that many bytes, written and scanned: `lines` before and behind it are still read. */
export async function hugeLine(bytes: number): Promise<Figures> {
  const figures = { inputs: 0, lines: 0, read: 0, refused: 0, explained: 0, slowest: 0 };
  await within(async (folder) => {
    const file = path.join(folder, '1.log');
    const red = gunzipSync(
      readFileSync(path.join(project, 'data/demo/shop/logs/32910000133.log.gz')),
    );
    writeFileSync(file, Buffer.concat([Buffer.alloc(bytes, 'x'), Buffer.from('\n'), red]));
    await scanned(file, figures, false);
  });
  return figures;
}

/** A log that is cut within the description of a builder, and goes on with so many empty lines. */
export async function endlessGroup(emptyLines: number): Promise<Figures> {
  const figures = { inputs: 0, lines: 0, read: 0, refused: 0, explained: 0, slowest: 0 };
  await within(async (folder) => {
    const file = path.join(folder, '1.log');
    const opened =
      '##[group]Run docker/setup-buildx-action@v3\n##[endgroup]\n##[group]Builder info\n{\n';
    writeFileSync(file, Buffer.concat([Buffer.from(opened), Buffer.alloc(emptyLines, '\n')]));
    await scanned(file, figures, false);
  });
  return figures;
}
