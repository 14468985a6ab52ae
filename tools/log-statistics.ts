/**
 * `tsx tools/log-statistics.ts FOLDER...`: samples six neighbouring bytes at random places of the logs in
 * the folders, as many from each folder, and writes their nibbles to log-statistics.bin. Fingerprints are
 * chosen against it. It holds no text: half bytes of places far apart, digits made random. To be made again
 * when logs look different.
 *
 * Made from two folders: job logs of staged builds, and what programs print that builds run (package
 * managers, compilers, tests, listings, manuals, and a list of their typical lines). Never from the bench's own logs, which are to be new to it.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { nibblesAt } from '../src/matching/prefilter/fingerprints.ts';

const positions = 96 * 1024;
/** Two nibbles each; the last one is spare. */
const positionBytes = 4;
/** One file must not speak for all. */
const maxShare = 64 * 1024;

let state = 5;
function below(limit: number): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((state / 2 ** 32) * limit);
}

/** Digits are made random, else the few times of the few logs would look like all there are. */
function withRandomDigits(bytes: Buffer): Buffer {
  return Buffer.from(bytes.map((byte) => (byte >= 0x30 && byte <= 0x39 ? 0x30 + below(10) : byte)));
}

function logsIn(folder: string): Buffer[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:log|txt)$/.test(name))
    .toSorted()
    .map((name) => readFileSync(path.join(folder, name)).subarray(0, maxShare));
}

const texts = process.argv
  .slice(2)
  .map((folder) => withRandomDigits(Buffer.concat(logsIn(folder))));
const statistics = Buffer.alloc(positions * positionBytes);
for (let index = 0; index < positions; index++) {
  const text = texts[index % texts.length] ?? Buffer.alloc(0);
  const nibbles = nibblesAt(text, below(text.length - 8));
  for (let pair = 0; pair < positionBytes; pair++) {
    const [high = 0, low = 0] = nibbles.slice(pair * 2);
    statistics[index * positionBytes + pair] = (high << 4) | low;
  }
}
writeFileSync(fileURLToPath(new URL('log-statistics.bin', import.meta.url)), statistics);
