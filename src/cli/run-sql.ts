/** `buildlog sql` and the terminal: the database opened for reading, its answer in parts. */
import { readFileSync } from 'node:fs';

import { rowsText } from '../output/rows-text.ts';
import { query, QueryError, type SqlValue } from '../store/query.ts';
import { databasePath, readDatabase } from './database.ts';
import { exitCode, UsageError, type ExitCode } from './exit-code.ts';
import type { SqlOptions } from './options.ts';
import type { Terminal } from './terminal.ts';

// A table is for reading; files are for keeping, and a file that is short without a word is a trap.
const rowsOfATable = 1000;
const rowsAtATime = 5000;

export function runSql(terminal: Terminal, text: string, options: SqlOptions): ExitCode {
  const sql = text === '-' ? readFileSync(0, 'utf8') : text;
  const { format } = options;
  const limit = (options.limit ?? (format === 'table' ? rowsOfATable : 0)) || Infinity;
  return readDatabase(databasePath(options.db, terminal.env), (store) => {
    try {
      const { columns, rows } = query(store.db, sql);
      const whole = format === 'table' || format === 'json';
      let part: (readonly SqlValue[])[] = [];
      let [first, taken, more] = [true, 0, false];
      const print = (): void => {
        const { columns: width, style } = terminal;
        const printed = rowsText(format, columns, part, { first, width, style });
        if (printed !== '') terminal.answer(printed);
        [first, part] = [false, []];
      };
      for (const row of rows) {
        more = taken === limit;
        if (more) break;
        taken++;
        part.push(row);
        if (!whole && part.length === rowsAtATime) print();
      }
      if (first || part.length > 0) print();
      if (more) terminal.say(`showing the first ${limit} rows (--limit 0 for all)`);
      return exitCode.done;
    } catch (error) {
      if (!(error instanceof QueryError)) throw error;
      throw new UsageError(error.message, 'views and their columns: buildlog help schema');
    }
  });
}
