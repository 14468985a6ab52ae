/**
 * `npm run judge -- DIR...`: compares buildlog's verdicts with a known truth. A folder with truth.jsonl is
 * a history of jobs that are ingested together; one with index.jsonl is a collection of single logs.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';

import { judgeCollection } from './collection.ts';
import { judgeHistory } from './history.ts';

await main(process.argv.slice(2));

async function main(folders: readonly string[]): Promise<void> {
  if (folders.length === 0) {
    console.error('usage: npm run judge -- DIR...');
    process.exitCode = 2;
  }
  for (const folder of folders) {
    if (existsSync(path.join(folder, 'truth.jsonl'))) await judgeHistory(folder);
    else if (existsSync(path.join(folder, 'index.jsonl'))) await judgeCollection(folder);
    else {
      console.error(`${folder}: has neither truth.jsonl nor index.jsonl`);
      process.exitCode = 2;
    }
  }
}
