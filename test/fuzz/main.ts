/**
 * The long fuzzing run: `npm run fuzz -- [SEED] [LINES] [ARCHIVES]`. What is found is named with its seed, and becomes
 * a test in fuzz.test.ts.
 */
import { fuzz, hugeLine, type Figures } from './targets.ts';

const [seed = 1, lines = 1_000_000, archives = 10_000] = process.argv.slice(2).map(Number);

function say(name: string, figures: Figures, started: number): void {
  const { inputs, lines: read, refused, explained, slowest } = figures;
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(
    `${name}: ${inputs} inputs, ${read} lines, ${refused} refused, ${explained} explained, ` +
      `slowest ${slowest.toFixed(0)} ms, ${seconds} s`,
  );
}

console.log(`seed ${seed}`);
const runs: [name: string, run: () => Promise<Figures>][] = [
  ['lines', () => fuzz('lines', seed, (figures) => figures.lines >= lines)],
  ['archives', () => fuzz('archives', seed, (figures) => figures.inputs >= archives)],
  ['patterns', () => fuzz('patterns', seed, (figures) => figures.inputs >= archives / 10)],
  ['metadata', () => fuzz('metadata', seed, (figures) => figures.inputs >= archives / 10)],
  ['a line of 100 MB', () => hugeLine(100e6)],
];
for (const [name, run] of runs) {
  const started = performance.now();
  say(name, await run(), started);
}
