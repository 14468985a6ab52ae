/** `buildlog check FILE`: the gate for logs that are in no database. All logs of an archive are one run. */
import { gateOfJob, rerunGate } from '../../analysis/rerun-gate.ts';
import type { CompiledPatterns } from '../../matching/compiled-patterns.ts';
import type { ScanResult } from '../../output/scan-result.ts';
import type { GateAnswer } from '../../reports/run-gate.ts';
import { scanFile } from './scan.ts';

/** @throws UnreadableLog */
export async function checkLogs(path: string, patterns: CompiledPatterns): Promise<GateAnswer> {
  const results: ScanResult[] = [];
  for await (const result of scanFile(path, patterns)) results.push(result);
  const failed = results
    .filter(({ verdict }) => verdict.status !== 'passed' && verdict.cause !== 'job-canceled')
    .map(({ source, scan, verdict, cause }) => ({
      ...verdict,
      source,
      transient: cause?.transient ?? null,
      name: scan.facts.find(({ name }) => name === 'job-name')?.value ?? null,
    }));
  return {
    ...rerunGate(failed),
    subject: path === '-' ? 'standard input' : path,
    run: null,
    jobs: failed.map((job) => ({
      source: job.source,
      job_id: null,
      job: job.name,
      url: null,
      verdict: gateOfJob(job),
      cause: job.cause,
      transient: job.transient,
      confidence: job.confidence,
      reason: job.reason,
      culprit_job_id: null,
      evidence: job.primaryError === null ? job.evidence : [job.primaryError],
    })),
  };
}
