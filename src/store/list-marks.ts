/** What the list of a repository's runs looked like, so that one that has not changed costs nothing. */
import type { Instant } from '../model/time.ts';
import { prepared } from './prepared.ts';
import type { Db } from './store.ts';

export interface ListMark {
  readonly host: string;
  readonly repository: string;
  /** Who was answered: another one may see another list. */
  readonly identity: string;
  readonly etag: string | null;
  readonly newest: Instant | null;
  readonly hasNext: boolean;
}

/** The mark of a repository; null for one that was never listed. */
export function readListMark(db: Db, host: string, repository: string): ListMark | null {
  const row = db
    .prepare<[string, string], Omit<ListMark, 'hasNext'> & { hasNext: number }>(
      `SELECT host, repository, identity, etag, newest, has_next AS hasNext
       FROM list_marks WHERE host = ? AND repository = ?`,
    )
    .get(host, repository);
  return row === undefined ? null : { ...row, hasNext: row.hasNext === 1 };
}

/** Keeps the mark of a repository. Call inside a transaction. */
export function writeListMark(db: Db, mark: ListMark): void {
  prepared(
    db,
    `INSERT INTO list_marks VALUES ($host, $repository, $identity, $etag, $newest, $hasNext)
     ON CONFLICT DO UPDATE SET identity = $identity, etag = $etag, newest = $newest, has_next = $hasNext`,
  ).run({ ...mark, hasNext: Number(mark.hasNext) });
}
