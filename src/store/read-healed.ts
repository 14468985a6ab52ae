/** Errors that jobs got over, in all of the store. */
import { isHealed, type StoredOccurrence } from './read-jobs.ts';
import type { Db } from './store.ts';

/** Jobs that passed and whose logs are there: those that could have shown such an error. */
export function countPassedWithLog(db: Db): number {
  return Number(
    db
      .prepare(
        `SELECT count(*) FROM verdicts v JOIN logs l USING (host, job_id) WHERE v.status = 'passed'`,
      )
      .pluck()
      .get(),
  );
}

/** Sightings of errors that jobs got over and then passed. Copies of earlier jobs have no log, so none is counted twice. */
export function readHealedInPassed(
  db: Db,
): { readonly job_id: number; readonly signature: string }[] {
  return db
    .prepare<[], Pick<StoredOccurrence, 'job_id' | 'signature' | 'healed' | 'position'>>(
      `SELECT o.job_id, o.signature, o.healed, o.position FROM occurrences o
       JOIN verdicts v USING (host, job_id) WHERE o.healed = 1 AND v.status = 'passed'`,
    )
    .all()
    .filter(isHealed);
}
