/** The journal of ingests: what was asked, what it changed, what went wrong. */
import type { Instant } from '../model/time.ts';
import type { Db } from './store.ts';

export interface Notice {
  readonly source: string;
  readonly message: string;
}

export interface IngestRecord {
  readonly startedAt: Instant;
  readonly finishedAt: Instant;
  readonly command: string;
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly notices: readonly Notice[];
}

/** Writes one ingest and its notices. Call inside a transaction. */
export function writeIngest(db: Db, ingest: IngestRecord): void {
  const { startedAt, finishedAt, command, added, changed, unchanged, notices } = ingest;
  const { lastInsertRowid } = db
    .prepare(
      `INSERT INTO ingests
         (started_at, finished_at, command, jobs_added, jobs_changed, jobs_unchanged)
       VALUES (?, ?, ?, ?, ?, ?)`,
    )
    .run(startedAt, finishedAt, command, added, changed, unchanged);
  const insert = db.prepare('INSERT INTO notices VALUES (?, ?, ?, ?)');
  notices.forEach(({ source, message }, index) =>
    insert.run(lastInsertRowid, index + 1, source, message),
  );
}

/** When the last ingest that changed anything ended; null without one. */
export function lastIngest(db: Db): Instant | null {
  const at = db.prepare('SELECT max(finished_at) FROM ingests').pluck().get();
  return typeof at === 'string' ? at : null;
}
