/**
 * One ingest at a time for each database. The lock is SQLite's own on a file beside it: the system takes it
 * away from a process that dies, so that nothing has to be cleaned up after a kill.
 */
import path from 'node:path';

import Database from 'better-sqlite3';

import { makeFolder } from './folder.ts';
import { explainOpening, StoreError } from './store-error.ts';

/** Runs `work` while no other ingest runs on the database `file`. @throws StoreError when one does */
export async function withIngestLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  if (file === ':memory:') return work();
  const lock = open(`${file}.ingest-lock`, file);
  try {
    return await work();
  } finally {
    lock.close();
  }
}

function open(lockFile: string, file: string): Database.Database {
  let lock: Database.Database | null = null;
  try {
    makeFolder(path.dirname(file));
    lock = new Database(lockFile);
    lock.pragma('busy_timeout = 0');
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock?.close();
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) {
      throw new StoreError(
        `${file}: another ingest is running on this database`,
        'wait until it has ended; what it saves is not fetched again',
        { cause: error },
      );
    }
    throw explainOpening(error, lockFile);
  }
}
