/** Writes and reads what the jobs of a host say about each other. */
import type { Cause } from '../model/pattern.ts';
import type { Instant } from '../model/time.ts';
import type { Collision, CollisionKind } from '../model/verdict.ts';
import type { Db } from './store.ts';

export interface StoredCollision {
  readonly host: string;
  readonly job_id: number;
  readonly kind: CollisionKind;
  readonly culprit_host: string | null;
  readonly culprit_job_id: number | null;
  readonly builder: string | null;
  readonly removed_at: Instant | null;
  readonly removed_line: number | null;
  readonly failed_at: Instant | null;
  readonly failed_line: number | null;
  readonly delay_s: number | null;
  readonly strength: 'strong' | 'weak';
  readonly cause: string;
  readonly reason: string;
}

export const collisionsQuery = 'SELECT * FROM collisions ORDER BY host, job_id';

export function readCollisions(db: Db): StoredCollision[] {
  return db.prepare<[], StoredCollision>(collisionsQuery).all();
}

/**
 * Replaces all collisions, and the verdicts that rest on them: every verdict first says what its own log
 * says, then the findings are put over it. Call inside a transaction.
 */
export function replaceCollisions(
  db: Db,
  collisions: readonly Collision[],
  causes: ReadonlyMap<string, Cause>,
): void {
  db.prepare('DELETE FROM collisions').run();
  db.prepare(
    `UPDATE verdicts SET status = log_status, cause = log_cause, blame = log_blame,
       confidence = log_confidence, reason = log_reason
     WHERE reason IS NOT log_reason OR cause IS NOT log_cause OR status IS NOT log_status
       OR confidence IS NOT log_confidence`,
  ).run();
  const insert = db.prepare(
    'INSERT INTO collisions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const refine = db.prepare(
    `UPDATE verdicts SET status = 'explained', cause = ?, blame = ?, confidence = ?, reason = ?
     WHERE host = ? AND job_id = ?`,
  );
  for (const found of collisions) {
    const { host, jobId } = found.victim;
    insert.run(
      host,
      jobId,
      found.kind,
      found.culprit?.host ?? null,
      found.culprit?.jobId ?? null,
      found.builder,
      found.removedAt,
      found.removedLine,
      found.failedAt,
      found.failedLine,
      found.delay,
      found.strength,
      found.cause,
      found.reason,
    );
    const blame = causes.get(found.cause)?.blame ?? 'infra';
    const confidence = found.strength === 'strong' ? 'high' : 'medium';
    refine.run(found.cause, blame, confidence, found.reason, host, jobId);
  }
}
