/** A database for counting what is not kept: in a temporary file that nobody else sees and that goes with the process. */
import Database from 'better-sqlite3';

import { countedTables } from './counted-schema.ts';
import { rollUpHours, rollUpLastSeen, rollUpTables } from './roll-up-schema.ts';
import type { Db } from './store.ts';

export function openScratch(): Db {
  const db = new Database('');
  db.pragma('journal_mode = OFF');
  db.exec(`${countedTables}${rollUpTables}${rollUpHours}${rollUpLastSeen}
CREATE TABLE outdated_jobs (host TEXT NOT NULL, job_id INTEGER NOT NULL) STRICT;`);
  return db;
}
