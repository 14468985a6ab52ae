/** What SQLite refused, in words: what happened and what to do. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly help: string;

  constructor(message: string, help: string, options?: ErrorOptions) {
    super(message, options);
    this.help = help;
  }
}

const damage = [
  'the database is damaged',
  'restore it from a backup, or ingest into a new file',
] as const;

const explanations: Readonly<Record<string, readonly [message: string, help: string]>> = {
  SQLITE_FULL: [
    'the disk is full',
    'free some space and run the same command again: what was saved before is kept',
  ],
  SQLITE_IOERR: ['the disk failed or is full', 'look at the disk, then run the same command again'],
  SQLITE_READONLY: ['the database cannot be written', 'check who owns the file and its folder'],
  SQLITE_CANTOPEN: ['the database cannot be opened', 'check that its folder exists and is yours'],
  SQLITE_BUSY: ['another process is writing', 'wait for the other buildlog to finish'],
  SQLITE_NOTADB: ['the file is not a database', 'name another file with --db'],
  SQLITE_CORRUPT: damage,
};

/** What making the database's folder may meet. */
const folderErrors = new Set(['EEXIST', 'ENOTDIR', 'EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'ENOENT']);

/** Turns what opening may meet, in the folder or in the file, into a StoreError. */
export function explainOpening(error: unknown, path: string): unknown {
  if (error instanceof TypeError && error.message.startsWith('Cannot open database')) {
    return new StoreError(`${path}: ${error.message}`, 'name another file with --db');
  }
  const code = codeOf(error);
  if (code === null || !folderErrors.has(code)) return explainSqlite(error, path);
  const help = 'name a place where a file can be made with --db';
  return new StoreError(`${path}: its folder cannot be made (${code})`, help, { cause: error });
}

/** A database that contradicts itself; `finding` is SQLite's word for it. */
export function damaged(path: string, finding: string): StoreError {
  const [message, help] = damage;
  const place = finding.replaceAll(/\s+/g, ' ').replace(/^\*\*\* in database main \*\*\* /, '');
  return new StoreError(`${path}: ${message} (${place})`, help);
}

/** Turns an error of SQLite's into a StoreError that names the file; anything else is given back. */
export function explainSqlite(error: unknown, path: string): unknown {
  const code = codeOf(error);
  const known = Object.entries(explanations).find(([prefix]) => code?.startsWith(prefix));
  if (code === null || known === undefined) return error;
  const [message, help] = known[1];
  return new StoreError(`${path}: ${message} (${code})`, help, { cause: error });
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : null;
}
