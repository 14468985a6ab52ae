/** The one SQLite file: opened, brought up to date, and closed. Everything else takes it from here. */
import path from 'node:path';

import Database from 'better-sqlite3';

import { makeFolder } from './folder.ts';
import { migrations } from './migrations.ts';
import { openForReading } from './open-for-reading.ts';
import { damaged, explainOpening, explainSqlite, StoreError } from './store-error.ts';

export type Db = Database.Database;

export interface OpenOptions {
  /** Refuse to create the file, and never write to it. */
  readonly readonly?: boolean;
  /** Applied to the connection before anything else; tests make small disks with it. */
  readonly maxPages?: number;
  /** Milliseconds that another process's writing is waited for. */
  readonly patience?: number;
}

const usualPatience = 5000;

export class Store {
  readonly path: string;
  readonly db: Db;

  private constructor(file: string, db: Db) {
    this.path = file;
    this.db = db;
  }

  /**
   * Opens the database at `file` (`:memory:` for a throw-away one), creating and migrating it if needed.
   * @throws StoreError when it cannot be, with the reason and what to do
   */
  static open(file: string, options: OpenOptions = {}): Store {
    const readonly = options.readonly ?? false;
    try {
      if (file !== ':memory:' && !readonly) makeFolder(path.dirname(file));
      const { patience = usualPatience } = options;
      const db = readonly
        ? openForReading(file, patience)
        : new Database(file, { timeout: patience });
      if (options.maxPages !== undefined) db.pragma(`max_page_count = ${options.maxPages}`);
      db.pragma('foreign_keys = ON');
      if (!readonly) refuseDamage(db, file);
      // Only now is it known to be ours: a file of something else is left as it was.
      migrate(file, db, readonly);
      if (!readonly) prepareForWriting(db);
      return new Store(file, db);
    } catch (error) {
      throw explainOpening(error, file);
    }
  }

  /** Runs `work` as one transaction: all of it is kept, or nothing. @throws StoreError */
  transaction<T>(work: () => T): T {
    try {
      return this.db.transaction(work).immediate();
    } catch (error) {
      throw explainSqlite(error, this.path);
    }
  }

  /** Runs `work` and takes back all that it wrote. */
  async tryOut<T>(work: () => Promise<T>): Promise<T> {
    this.db.exec('BEGIN');
    try {
      return await work();
    } finally {
      if (this.db.inTransaction) this.db.exec('ROLLBACK');
    }
  }

  /** Runs `work` as one transaction, as long as it takes. @throws StoreError */
  async whole<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await this.tryOut(async () => {
        const result = await work();
        this.db.exec('COMMIT');
        return result;
      });
    } catch (error) {
      throw explainSqlite(error, this.path);
    }
  }

  /** Copies the whole database into a new file, while others read and write it. @throws StoreError */
  async copyTo(file: string): Promise<void> {
    this.refuseDamage();
    try {
      await this.db.backup(file);
    } catch (error) {
      throw explainSqlite(error, file);
    }
  }

  /** Gives the space of what was deleted back to the disk; needs as much again for a moment. @throws StoreError */
  shrink(): void {
    try {
      // It makes a copy of the whole database.
      this.db.pragma('temp_store = FILE');
      this.db.exec('VACUUM');
      this.db.pragma('wal_checkpoint(TRUNCATE)');
    } catch (error) {
      throw explainSqlite(error, this.path);
    }
  }

  /** @throws StoreError when the file contradicts itself */
  refuseDamage(): void {
    refuseDamage(this.db, this.path);
  }

  close(): void {
    this.db.close();
  }
}

/** Spares what writing many rows would cost beside the rows. */
function prepareForWriting(db: Db): void {
  db.pragma('journal_mode = WAL');
  // A large ingest changes the same pages again and again: they go to the file when 40 MB have come together.
  db.pragma('wal_autocheckpoint = 10000');
  // Else every statement of many rows keeps what it overwrites in a temporary file.
  db.pragma('temp_store = MEMORY');
}

function migrate(file: string, db: Db, readonly: boolean): void {
  if (!isOurs(db)) {
    throw new StoreError(
      `${file}: the file is a database of something else`,
      'name another file with --db',
    );
  }
  const version = Number(db.pragma('user_version', { simple: true }));
  if (version > migrations.length) {
    throw new StoreError(
      `${file}: the database was written by a newer buildlog (its version ${version}, ours ${migrations.length})`,
      'update buildlog, or name another file with --db',
    );
  }
  if (version === migrations.length) return;
  if (readonly) {
    throw new StoreError(
      `${file}: the database is older than this buildlog, or empty`,
      'run any `buildlog ingest` on it once',
    );
  }
  db.transaction(() => {
    for (const step of migrations.slice(version)) db.exec(step);
    db.pragma(`user_version = ${migrations.length}`);
  }).immediate();
}

/** Empty, or with a table that the first migration makes. Others number their versions too. */
function isOurs(db: Db): boolean {
  const names = db.prepare<[], string>("SELECT name FROM sqlite_master WHERE type = 'table'");
  const tables = names.pluck().all();
  return tables.length === 0 || tables.includes('builder_events');
}

/**
 * What is written into a damaged file makes the damage worse, or is lost with it. The check reads the whole
 * file.
 */
function refuseDamage(db: Db, file: string): void {
  let found: unknown;
  try {
    found = db.pragma('quick_check(1)', { simple: true });
  } catch (error) {
    throw explainSqlite(error, file);
  }
  if (found !== 'ok') throw damaged(file, String(found));
}
