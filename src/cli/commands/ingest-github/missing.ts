/** A repository that cannot be found may be renamed, deleted, or hidden from this token. It is gone after three nights. */
import { repositoryName } from '../../../ingest/github/lists.ts';
import { readScan, renameRepository, writeScan } from '../../../store/scans.ts';
import { mostNights, nextNight, type IngestContext } from './context.ts';

/** Notes that a repository cannot be found; its new name where it has one. @throws GithubFailure */
export async function noteMissing(
  context: IngestContext,
  repository: string,
): Promise<string | null> {
  const { store, host, client } = context;
  const scan = readScan(store.db, host, repository);
  const now = scan.repositoryId === null ? null : await repositoryName(client, scan.repositoryId);
  if (now !== null && now !== repository) {
    store.transaction(() => renameRepository(store.db, host, repository, now));
    return now;
  }
  const isNewNight =
    scan.missingAt === null || Date.parse(context.now()) - Date.parse(scan.missingAt) > nextNight;
  const missingNights = scan.missingNights + Number(isNewNight);
  const missingAt = isNewNight ? context.now() : scan.missingAt;
  const goneAt = missingNights >= mostNights ? (scan.goneAt ?? context.now()) : null;
  store.transaction(() => writeScan(store.db, { ...scan, missingNights, missingAt, goneAt }));
  const words =
    goneAt === null
      ? 'cannot be found, or the token may not see it'
      : 'is gone; what is stored of it stays';
  context.leaveOut(repository, words, 'check its name, and that the token may read Actions there');
  return null;
}
