/** `npm run simulate`: 13 worlds, 20 histories of 10,000 builds each, through the product's own analysis. */
import { hasTruth, judge } from './judge.ts';
import { worlds } from './world.ts';

const [count = 10_000, seeds = 20] = process.argv.slice(2).map(Number);
const fewestRight = 17;
const mostFalse = 3;

console.log(`${seeds} histories of ${count} builds each`);
console.log(
  `${'world'.padEnd(26)}right  false: version  load  place  ok   verdicts on the version (and on load)`,
);
let failed = false;
for (const world of Object.keys(worlds)) {
  const judged = Array.from({ length: seeds }, (_, i) => judge(world, count, i + 1));
  const number = (wanted: (each: (typeof judged)[number]) => boolean): number =>
    judged.filter(wanted).length;
  const right = number((each) => each.right);
  const ok = hasTruth(world)
    ? right >= (fewestRight / 20) * seeds
    : seeds - right <= (mostFalse / 20) * seeds;
  failed ||= !ok;
  const verdicts = tally(judged.map(({ found }) => found.version));
  const load = tally(judged.map(({ found }) => found.concurrency));
  const cells = [
    world.padEnd(26),
    String(right).padStart(5),
    String(number((each) => each.falseVersion)).padStart(16),
    String(number((each) => each.falseConcurrency)).padStart(6),
    String(number((each) => each.falseGathering)).padStart(7),
    ok ? '  yes ' : '  NO  ',
    `${verdicts} (${load})`,
  ];
  console.log(cells.join(''));
}
if (failed) process.exitCode = 1;

function tally(verdicts: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const verdict of verdicts) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  return [...counts].map(([verdict, times]) => `${verdict} ${times}`).join(', ');
}
