/**
 * Opens a database that is only to be read, wherever it lies. SQLite keeps an index of the write-ahead log beside
 * the file, and cannot make one in a folder that may not be written: a build's artifact, another user's file.
 */
import { existsSync, readFileSync } from 'node:fs';

import Database from 'better-sqlite3';

/** Places of the file's format versions in its header; 2 is with a write-ahead log, 1 without. */
const formatVersions = [18, 19] as const;
const withoutLog = 1;

/** `patience`: milliseconds that another process is waited for. @throws SqliteError */
export function openForReading(file: string, patience: number): Database.Database {
  const db = new Database(file, { readonly: true, fileMustExist: true, timeout: patience });
  try {
    db.pragma('user_version');
    return db;
  } catch (error) {
    db.close();
    const cannotOpen =
      error instanceof Database.SqliteError && /^SQLITE_(?:CANTOPEN|READONLY)/.test(error.code);
    // With a log beside it the file alone would tell yesterday's news.
    if (!cannotOpen || existsSync(`${file}-wal`)) throw error;
    return openCopy(file);
  }
}

/** Nobody is writing and all is in the file: its bytes are read into memory. */
function openCopy(file: string): Database.Database {
  const bytes = readFileSync(file);
  for (const place of formatVersions) bytes[place] = withoutLog;
  return new Database(bytes, { readonly: true });
}
