/** Questions that a user asks in SQL: one statement that only reads, answered row by row. */
import type { Db } from './store.ts';

export type SqlValue = string | number | bigint | Uint8Array | null;

export interface Answer {
  /** Names of the columns, each once: a second `name` is `name_2`. */
  readonly columns: readonly string[];
  readonly rows: Iterable<readonly SqlValue[]>;
}

/** The statement is refused or wrong. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
}

// What `.schema` and its like ask in other tools. Any other pragma can change how the connection behaves.
const readingPragmas = new Set([
  'table_info',
  'table_xinfo',
  'table_list',
  'index_list',
  'index_info',
  'foreign_key_list',
  'user_version',
]);

/**
 * Runs one reading statement. Rows are fetched while they are taken.
 * @throws QueryError when it does not read, is not one statement, or is not SQL
 */
export function query(db: Db, sql: string): Answer {
  db.pragma('query_only = ON');
  try {
    refuseSettings(sql);
    const statement = db.prepare<[], SqlValue[]>(sql);
    if (!statement.reader || !statement.readonly) {
      throw new QueryError('only statements that read are run: SELECT, WITH, VALUES, EXPLAIN');
    }
    const columns = unique(statement.columns().map(({ name }) => name));
    return { columns, rows: failingInWords(statement.raw().iterate()) };
  } catch (error) {
    throw inWords(error);
  }
}

function* failingInWords<T>(rows: Iterable<T>): Generator<T> {
  try {
    yield* rows;
  } catch (error) {
    throw inWords(error);
  }
}

/** What SQLite says of the statement itself; a damaged file is not its fault. */
function inWords(error: unknown): unknown {
  // What better-sqlite3 says of values that were not given: a RangeError of `?`, a TypeError of `:name` and its like.
  const lacksValues = error instanceof TypeError && error.message === 'Missing named parameters';
  if (error instanceof RangeError || lacksValues) {
    const message = error.message.includes('more than one statement')
      ? 'one statement at a time'
      : 'a statement with parameters (?, :name, @name, $name) cannot be run from here: write the values';
    return new QueryError(message, { cause: error });
  }
  if (!(error instanceof Error) || !('code' in error)) return error;
  return error.code === 'SQLITE_ERROR' ? new QueryError(error.message, { cause: error }) : error;
}

function refuseSettings(sql: string): void {
  const [, word = ''] = /^(?:\s|--.*(?:\n|$)|\/\*[^]*?\*\/)*(\w*)/.exec(sql) ?? [];
  if (word === '') throw new QueryError('there is no statement');
  if (word.toUpperCase() !== 'PRAGMA') return;
  const [, name = '', equals] = /pragma\s+(?:\w+\.)?(\w+)[^=]*(=)?/i.exec(sql) ?? [];
  if (equals !== undefined || !readingPragmas.has(name.toLowerCase())) {
    throw new QueryError(`of pragmas only these are run: ${[...readingPragmas].join(', ')}`);
  }
}

function unique(names: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name}_${count}`;
  });
}
