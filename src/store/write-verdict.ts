/** Writes the verdict of a job's own log beside what its neighbours proved. */
import type { JobKey } from '../model/job.ts';
import type { Verdict } from '../model/verdict.ts';
import { prepared } from './prepared.ts';
import type { Db } from './store.ts';

/** Writes what the job's own log says; what neighbours proved is put over it afterwards. */
export function writeVerdict(db: Db, job: JobKey, verdict: Verdict | null, patterns: string): void {
  if (verdict === null) return;
  const { status, cause, blame, confidence, reason, evidence, primaryError } = verdict;
  const root = evidence[0] ?? primaryError;
  prepared(
    db,
    `INSERT INTO verdicts VALUES ($host, $job_id, $status, $cause, $blame, $confidence, $reason,
       $status, $cause, $blame, $confidence, $reason, $evidence, $primary, $fingerprint, $template,
       $at, $line, $patterns)
     ON CONFLICT DO UPDATE SET log_status = $status, log_cause = $cause, log_blame = $blame,
       log_confidence = $confidence, log_reason = $reason, evidence = $evidence,
       primary_error = $primary, fingerprint = $fingerprint, template = $template, failed_at = $at, failed_line = $line, patterns = $patterns`,
  ).run({
    host: job.host,
    job_id: job.jobId,
    status,
    cause,
    blame,
    confidence,
    reason,
    evidence: JSON.stringify(evidence),
    primary: primaryError === null ? null : JSON.stringify(primaryError),
    fingerprint: verdict.template?.fingerprint ?? null,
    template: verdict.template?.text ?? null,
    at: root?.at ?? null,
    line: root?.line ?? null,
    patterns,
  });
}
