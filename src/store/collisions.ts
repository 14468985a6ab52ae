/** Writes and reads what the jobs of a host say about each other. */
import type { Cause } from '../model/pattern.ts';
import type { Instant } from '../model/time.ts';
import type { Collision, CollisionKind } from '../model/verdict.ts';
import { frozenUntil } from './prune.ts';
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
 * Replaces all collisions, and the verdicts that rest on them: every verdict says what its own log says, and the findings
 * are put over it. Nothing is written that is there already. Whether a collision came, went or changed. Call inside a
 * transaction.
 */
export function replaceCollisions(
  db: Db,
  collisions: readonly Collision[],
  causes: ReadonlyMap<string, Cause>,
): boolean {
  const stored = new Map(readCollisions(db).map((row) => [nameOf(row), row]));
  const until = frozenUntil(db);
  const isFrozen = ({ failed_at: at }: StoredCollision): boolean => (at ?? '') < until;
  // What was found near a cut stands: the neighbours that proved it may be gone, and so may those that would clear another.
  const standing = [...stored.values()].filter(isFrozen);
  const fresh = collisions.map(rowOf).filter((row) => !isFrozen(row));
  const found = new Map([...standing, ...fresh].map((row) => [nameOf(row), row]));
  const gone = [...stored].filter(([name]) => !found.has(name));
  const changed = [...found].filter(([name, row]) => !isSame(row, stored.get(name)));
  const remove = db.prepare('DELETE FROM collisions WHERE host = ? AND job_id = ?');
  for (const [, { host, job_id: id }] of gone) remove.run(host, id);
  const insert = db.prepare(
    `INSERT OR REPLACE INTO collisions VALUES (${columns.map((name) => `$${name}`).join(', ')})`,
  );
  for (const [, row] of changed) insert.run(row);
  restoreVerdicts(db, found);
  const refine = db.prepare(
    `UPDATE verdicts SET status = 'explained', cause = $cause, blame = $blame,
       confidence = $confidence, reason = $reason
     WHERE host = $host AND job_id = $job_id AND (status <> 'explained' OR cause IS NOT $cause
       OR blame IS NOT $blame OR confidence IS NOT $confidence OR reason <> $reason)`,
  );
  for (const { host, job_id: id, cause, strength, reason } of found.values()) {
    const blame = causes.get(cause)?.blame ?? 'infra';
    const confidence = strength === 'strong' ? 'high' : 'medium';
    refine.run({ host, job_id: id, cause, blame, confidence, reason });
  }
  return gone.length + changed.length > 0;
}

/** Verdicts on which nothing is found any more say again what their log says. */
function restoreVerdicts(db: Db, found: ReadonlyMap<string, StoredCollision>): void {
  const refined = db
    .prepare<[], { readonly host: string; readonly job_id: number }>(
      `SELECT host, job_id FROM verdicts
       WHERE reason IS NOT log_reason OR cause IS NOT log_cause OR status IS NOT log_status
         OR confidence IS NOT log_confidence OR blame IS NOT log_blame`,
    )
    .all();
  const restore = db.prepare(
    `UPDATE verdicts SET status = log_status, cause = log_cause, blame = log_blame,
       confidence = log_confidence, reason = log_reason WHERE host = ? AND job_id = ?`,
  );
  for (const verdict of refined) {
    if (!found.has(nameOf(verdict))) restore.run(verdict.host, verdict.job_id);
  }
}

const columns = [
  'host',
  'job_id',
  'kind',
  'culprit_host',
  'culprit_job_id',
  'builder',
  'removed_at',
  'removed_line',
  'failed_at',
  'failed_line',
  'delay_s',
  'strength',
  'cause',
  'reason',
] as const satisfies readonly (keyof StoredCollision)[];

function rowOf(found: Collision): StoredCollision {
  return {
    host: found.victim.host,
    job_id: found.victim.jobId,
    kind: found.kind,
    culprit_host: found.culprit?.host ?? null,
    culprit_job_id: found.culprit?.jobId ?? null,
    builder: found.builder,
    removed_at: found.removedAt,
    removed_line: found.removedLine,
    failed_at: found.failedAt,
    failed_line: found.failedLine,
    delay_s: found.delay,
    strength: found.strength,
    cause: found.cause,
    reason: found.reason,
  };
}

function nameOf({ host, job_id: id }: Pick<StoredCollision, 'host' | 'job_id'>): string {
  return `${host}/${id}`;
}

function isSame(row: StoredCollision, other: StoredCollision | undefined): boolean {
  return other !== undefined && columns.every((name) => row[name] === other[name]);
}
