/** What everybody writes first: each line through each regex. `node plain-loop.js REGEXES LOG` */
import { createReadStream, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const [regexes, log] = process.argv.slice(2);
const patterns = readFileSync(regexes, 'utf8')
  .trimEnd()
  .split('\n')
  .map((source) => new RegExp(source));
let matches = 0;
for await (const line of createInterface({ input: createReadStream(log) })) {
  if (patterns.some((pattern) => pattern.test(line))) matches++;
}
process.stdout.write(`${matches}\n`);
