/**
 * The first page of a repository's list of runs, remembered: while it has not changed, a quiet repository is
 * asked for nothing that counts.
 */
import type { RunPage } from '../../../ingest/github/lists.ts';
import type { KnownPage } from '../../../ingest/github/pages.ts';
import { retryDenied } from '../../../store/fetch-states.ts';
import { readListMark, writeListMark } from '../../../store/list-marks.ts';
import { readOpenRuns, type Scan } from '../../../store/scans.ts';
import type { IngestContext } from './context.ts';
import { reachesBeyond, type Depth } from './depth.ts';

/** What was denied to another token may be given to this one. */
export function noteAsker({ store, host, client }: IngestContext, repository: string): void {
  const mark = readListMark(store.db, host, repository);
  if (mark === null || mark.identity === client.identity) return;
  store.transaction(() => retryDenied(store.db, host, repository));
}

/**
 * The page as it was. It may be asked for with a condition where nothing but a change of it would be news:
 * all of the list was read, no run is open, and nothing older is wanted.
 */
export function knownPage(context: IngestContext, scan: Scan): KnownPage | null {
  const { store, host, client, request } = context;
  const mark = readListMark(store.db, host, scan.repository);
  if (mark === null || mark.etag === null || mark.identity !== client.identity) return null;
  if (scan.completeAt === null || scan.begunAt !== null) return null;
  if (readOpenRuns(store.db, host, scan.repository).length > 0) return null;
  const now = client.gate.now().getTime();
  const isMore = request.since !== null && reachesBeyond(request.since(now), scan);
  return isMore ? null : { etag: mark.etag, hasNext: mark.hasNext };
}

/** Remembers the page. Call inside the transaction that takes its runs. */
export function markPage(
  { store, host, client }: IngestContext,
  repository: string,
  { runs, etag, hasNext, disordered }: RunPage,
): void {
  const created = runs.flatMap(({ run }) => run.createdAt ?? []);
  const newest = created.toSorted().at(-1) ?? null;
  // A list out of order is read further than its first page every time.
  const mark = { identity: client.identity, etag: disordered ? null : etag, newest, hasNext };
  writeListMark(store.db, { host, repository, ...mark });
}

/** Whether all of the page that has not changed is older than what is of interest. */
export function isMarkOld(
  { store, host }: IngestContext,
  repository: string,
  { boundary }: Depth,
): boolean {
  const newest = readListMark(store.db, host, repository)?.newest ?? null;
  return newest === null || Date.parse(newest) < boundary;
}
