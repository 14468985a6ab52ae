/**
 * Judges verdicts on a history whose truth is known: ingests it and compares job by job.
 *
 * The folder holds logs/, jobs.json, runs.json and truth.jsonl (one object per job: job_id, cause, and where
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

/** Prints the confusion table, what was wrong, and who was accused. */
export async function judgeHistory(folder: string): Promise<void> {
  const truths = readLines(path.join(folder, 'truth.jsonl'), truthSchema).filter(
    ({ exclude }) => exclude !== true,
  );
  const causes = readCauses(folder);
  const verdicts = new Map((await verdictsOf(folder)).map((verdict) => [verdict.job_id, verdict]));
  const judged = truths.map((truth) => judgeJob(truth, verdicts.get(truth.job_id), causes));
  const count = (wanted: (job: Judged) => boolean): number => judged.filter(wanted).length;

  console.log(`\n${folder}\n${'truth'.padEnd(32)}${'verdict'.padEnd(36)}jobs`);
  const table = new Map<string, number>();
  for (const { truth, got } of judged) {
    const row = `${truth.cause.padEnd(32)}${got.padEnd(36)}`;
    table.set(row, (table.get(row) ?? 0) + 1);
  }
  for (const [row, jobs] of [...table].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    console.log(`${row}${jobs}`);
  }
  const right = count((job) => job.right);
  console.log(
    `right ${right} of ${judged.length} (${((100 * right) / judged.length).toFixed(1)} %)`,
  );
  console.log(
    `causes on green jobs ${count((job) => job.falseAlarm)}; ` +
      `culprits named ${count((job) => job.culprit === 'named')} of ${count((job) => job.culprit !== null)}; ` +
      `wrongly accused ${count((job) => job.wronglyAccused)}`,
  );
  for (const job of judged) {
    if (!job.right || job.wronglyAccused) console.log(`  ${describe(job)}`);
  }
}

interface Judged {
  readonly truth: Truth;
  readonly verdict: Verdict | undefined;
  /** The cause, or the status where there is none. */
  readonly got: string;
  readonly right: boolean;
  readonly falseAlarm: boolean;
  /** Null where the truth names no culprit of a removed builder. */
  readonly culprit: 'named' | 'missed' | null;
  readonly wronglyAccused: boolean;
}

function judgeJob(
  truth: Truth,
  verdict: Verdict | undefined,
  causes: Readonly<Record<string, string[]>>,
): Judged {
  const accepted = causes[truth.cause];
  if (accepted === undefined) throw new Error(`causes.json does not know ${truth.cause}`);
  const got = verdict === undefined ? 'missing' : (verdict.cause ?? verdict.status);
  const isGreen = accepted.length === 0;
  const isRace = accepted.includes('builder-removed-by-other-job');
  const expected = isRace ? (truth.culprit_job_id ?? null) : null;
  const accused = verdict?.culprit_job_id ?? null;
  return {
    truth,
    verdict,
    got,
    right: isGreen ? got === 'passed' : accepted.includes(got),
    falseAlarm: isGreen && verdict?.cause != null,
    culprit: expected === null ? null : accused === expected ? 'named' : 'missed',
    wronglyAccused: accused !== null && (!isRace || (expected !== null && accused !== expected)),
  };
}

function describe({ truth, verdict, got, wronglyAccused }: Judged): string {
  const logCause = verdict?.log_cause ?? '–';
  const accused = `${wronglyAccused ? 'WRONGLY ACCUSED ' : ''}${verdict?.culprit_job_id ?? '–'}`;
  const expected = truth.culprit_job_id ?? '–';
  const evidence = `its log: ${logCause}; culprit ${accused}, truth ${expected}`;
  return `${truth.job_id} ${truth.cause} -> ${got} (${evidence}) ${truth.notes ?? ''}`;
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
  const file = [path.join(folder, 'causes.json'), path.join(folder, '..', 'causes.json')].find(
    (each) => existsSync(each),
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
