/**
 * The last part of `npm run build`. Checks the shipped patterns and writes them to dist/patterns.json,
 * which commands trust as long as no file in patterns/ is newer. Chooses the fingerprints of the shipped patterns' words against what stands in real logs
 * (log-statistics.bin, see log-statistics.ts) and writes dist/windows.json, and with it the kernel's tables to
 * dist/find.tables; kernel/assembly/find.ts explains fingerprints.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { CompiledPatterns } from '../src/matching/compiled-patterns.ts';
import { improve, type Sample, type WindowTable } from '../src/matching/prefilter/fingerprints.ts';
import { kernelTables } from '../src/matching/prefilter/kernel-tables.ts';
import { watchedWords } from '../src/matching/prefilter/watched-words.ts';
import { checkSamples, type SampleProblem } from '../src/matching/samples.ts';
import { loadPatterns } from '../src/patterns/load.ts';
import { preparedText } from '../src/patterns/prepared.ts';
import { formatProblem } from '../src/patterns/problem.ts';

const positionBytes = 4;
const rounds = 2;
const here = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url));

/** From tools/log-statistics.bin: four bytes a position, the seven nibbles at it. */
function readSample(bytes: Buffer): Sample {
  const positions = Math.floor(bytes.length / positionBytes / 32) * 32;
  const bits = Array.from({ length: 7 }, () =>
    Array.from({ length: 16 }, () => new Uint32Array(positions / 32)),
  );
  for (let index = 0; index < positions; index++) {
    for (let probe = 0; probe < 7; probe++) {
      const pair = bytes[index * positionBytes + (probe >> 1)] ?? 0;
      const row = bits[probe]?.[probe % 2 === 0 ? pair >> 4 : pair & 15];
      if (row) row[index >> 5] = (row[index >> 5] ?? 0) | (1 << (index & 31));
    }
  }
  return { bits, positions };
}

const sample = readSample(readFileSync(here('tools/log-statistics.bin')));
const { set, problems: broken } = loadPatterns([here('patterns')]);
const patterns = new CompiledPatterns(set);
const problems = [...broken.map(formatProblem), ...checkSamples(patterns).map(explain)];
// Patterns with a problem are not prepared: the commands read the files then, and say what is wrong.
if (problems.length === 0) writeFileSync(here('dist/patterns.json'), preparedText(set));
else process.stderr.write(`${problems.join('\n')}\n`);

rmSync(here('dist/find.tables'), { force: true });
const { words: watched, everyLine } = watchedWords(patterns);
const table: Record<string, WindowTable[string]> = {};
const words = watched.filter(({ atTheEdge }) => !atTheEdge);
for (const { bytes, offset, bucket } of improve(words, sample, rounds)) {
  table[bytes.toString('latin1')] = [offset, bucket];
}
writeFileSync(here('dist/windows.json'), JSON.stringify(table));
if (problems.length === 0 && !everyLine) {
  const tables = kernelTables(watched, table, patterns.words);
  writeFileSync(here('dist/find.tables'), Buffer.concat([Buffer.from(set.fingerprint), tables]));
}

function explain({ pattern, message }: SampleProblem): string {
  return `${pattern}: ${message}`;
}
