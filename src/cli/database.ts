/** Which database is meant, and how it is opened for writing or for reading. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

import { Store } from '../store/store.ts';
import { explainSqlite, StoreError } from '../store/store-error.ts';

/** `--db`, else BUILDLOG_DB, else the user's data folder: cron and shell see the same file. */
export function databasePath(option: string | undefined, env: NodeJS.ProcessEnv): string {
  const given = option ?? env['BUILDLOG_DB'];
  if (given) return path.resolve(given);
  const data = env['XDG_DATA_HOME'] || path.join(homedir(), '.local', 'share');
  return path.join(data, 'buildlog', 'buildlog.db');
}

/**
 * Opens an existing database for reading, for as long as `work` takes.
 * @throws StoreError when there is none, or when it turns out to be damaged
 */
export function readDatabase<T>(file: string, work: (store: Store) => T): T {
  requireDatabase(file);
  const store = Store.open(file, { readonly: true });
  try {
    return work(store);
  } catch (error) {
    throw explainSqlite(error, file);
  } finally {
    store.close();
  }
}

/** The file, if it is there. @throws StoreError */
export function requireDatabase(file: string): string {
  if (existsSync(file)) return file;
  throw new StoreError(
    `${file}: there is no database yet`,
    "fill it with `buildlog ingest files 'logs/*.log'`, or try `buildlog demo`",
  );
}
