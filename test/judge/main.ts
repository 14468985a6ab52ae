/**
 * `npm run judge -- DIR`: ingests a history whose truth is known and prints how the verdicts compare.
 *
 * DIR holds logs/, jobs.json, runs.json and truth.jsonl (one object per job: job_id, cause, and where
 * known culprit_job_id, exclude, notes); causes.json, in DIR or above it, says for each label of the
 * truth which causes are right ([] = the job must not get a cause at all).
 */
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { z } from 'zod';

import { exportTables } from '../../src/cli/commands/export-tables.ts';
import { ingestFiles } from '../../src/cli/commands/ingest-files.ts';
import { loadCheckedPatterns } from '../../src/cli/load-patterns.ts';
import { Store } from '../../src/store/store.ts';

const truthSchema = z.object({
  job_id: z.int(),
  cause: z.string(),
  culprit_job_id: z.int().nullish(),
  exclude: z.boolean().nullish(),
  notes: z.string().nullish(),
});
const verdictSchema = z.object({
  job_id: z.int(),
  status: z.string(),
  cause: z.string().nullable(),
  log_cause: z.string().nullable(),
  culprit_job_id: z.int().nullable(),
});

type Truth = z.infer<typeof truthSchema>;
type Verdict = z.infer<typeof verdictSchema>;

await main(process.argv.slice(2));

async function main(folders: readonly string[]): Promise<void> {
  if (folders.length === 0) {
    console.error('usage: npm run judge -- DIR...');
    process.exitCode = 2;
    return;
  }
  for (const folder of folders) await judge(folder);
}

async function judge(folder: string): Promise<void> {
  const truths = readLines(path.join(folder, 'truth.jsonl'), truthSchema).filter(
    ({ exclude }) => exclude !== true,
  );
  const causes = readCauses(folder);
  const verdicts = new Map((await verdictsOf(folder)).map((verdict) => [verdict.job_id, verdict]));
  const table = new Map<string, number>();
  const wrong: string[] = [];
  let right = 0;
  let falseAlarms = 0;
  let accused = 0;
  let named = 0;
  let toName = 0;
  for (const truth of truths) {
    const verdict = verdicts.get(truth.job_id);
    const accepted = causes[truth.cause];
    if (accepted === undefined) throw new Error(`causes.json does not know ${truth.cause}`);
    const got = verdict === undefined ? 'missing' : (verdict.cause ?? verdict.status);
    const isRight = accepted.length === 0 ? got === 'passed' : accepted.includes(got);
    table.set(`${truth.cause}\t${got}`, (table.get(`${truth.cause}\t${got}`) ?? 0) + 1);
    if (isRight) right++;
    else wrong.push(describe(truth, verdict, got));
    if (accepted.length === 0 && verdict?.cause != null) falseAlarms++;
    const isRace = accepted.includes('builder-removed-by-other-job');
    if (isRace && truth.culprit_job_id != null) {
      toName++;
      if (verdict?.culprit_job_id === truth.culprit_job_id) named++;
    }
    const accusesAnother =
      verdict?.culprit_job_id != null &&
      (!isRace || (truth.culprit_job_id != null && verdict.culprit_job_id !== truth.culprit_job_id));
    if (accusesAnother) {
      accused++;
      wrong.push(`accused  ${describe(truth, verdict, got)}`);
    }
  }
  console.log(`\n${folder}`);
  console.log(`${'truth'.padEnd(32)}${'verdict'.padEnd(36)}jobs`);
  for (const [key, count] of [...table].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const [truth = '', got = ''] = key.split('\t');
    console.log(`${truth.padEnd(32)}${got.padEnd(36)}${count}`);
  }
  const share = ((100 * right) / truths.length).toFixed(1);
  console.log(`right ${right} of ${truths.length} (${share} %)`);
  console.log(`causes on green jobs ${falseAlarms}; culprits named ${named} of ${toName}; wrongly accused ${accused}`);
  for (const line of wrong) console.log(`  ${line}`);
}

function describe(truth: Truth, verdict: Verdict | undefined, got: string): string {
  const log = verdict?.log_cause ?? '–';
  return `${truth.job_id} ${truth.cause} -> ${got} (its log: ${log}; culprit ${verdict?.culprit_job_id ?? '–'}, truth ${truth.culprit_job_id ?? '–'}) ${truth.notes ?? ''}`;
}

async function verdictsOf(folder: string): Promise<Verdict[]> {
  const { patterns } = loadCheckedPatterns();
  const store = Store.open(':memory:');
  const out = mkdtempSync(path.join(tmpdir(), 'judge-'));
  try {
    const logs = path.join(folder, 'logs');
    await ingestFiles(
      store,
      patterns,
      {
        globs: readdirSync(logs).map((name) => path.join(logs, name)),
        metadata: [path.join(folder, 'jobs.json')],
        runs: [path.join(folder, 'runs.json')],
      },
      {
        now: () => new Date().toISOString(),
        progress: () => {},
        warn: (source, message) => console.error(`${source}: ${message}`),
      },
    );
    exportTables(store, 'ndjson', out);
    return readLines(path.join(out, 'verdicts.ndjson'), verdictSchema);
  } finally {
    store.close();
    rmSync(out, { recursive: true });
  }
}

function readCauses(folder: string): Record<string, string[]> {
  const file = [path.join(folder, 'causes.json'), path.join(folder, '..', 'causes.json')].find((each) =>
    existsSync(each),
  );
  if (file === undefined) throw new Error(`no causes.json in ${folder} or above it`);
  return z.record(z.string(), z.array(z.string())).parse(JSON.parse(readFileSync(file, 'utf8')));
}

function readLines<T>(file: string, schema: z.ZodType<T>): T[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => schema.parse(JSON.parse(line)));
}
