/** `buildlog sql`: questions that no report asks. */
import { Option, type Command } from 'commander';

import type { SqlOptions } from '../options.ts';
import type { Terminal } from '../terminal.ts';
import { count, databaseOption, examples, type Finish } from './shared.ts';

export function addSql(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command('sql')
    .description('ask the database in SQL; it is opened for reading only')
    .argument('<statement>', 'one SELECT, WITH, VALUES or EXPLAIN; - is standard input')
    .addOption(
      new Option('--format <format>', 'how to print the rows')
        .choices(['table', 'csv', 'json', 'ndjson'])
        .default('table'),
    )
    .addOption(
      new Option(
        '--limit <n>',
        'rows at most, 0 for all (default: 1000 of a table, else all)',
      ).argParser(count),
    )
    .addOption(databaseOption())
    .addHelpText(
      'after',
      `\nThe views and what their columns mean: buildlog help schema\n${examples(
        'buildlog sql "select cause, count(*) as jobs from job_overview group by 1 order by 2 desc"',
        'buildlog sql --format csv "select * from collision_overview" > collisions.csv',
        'buildlog sql - < question.sql',
      )}`,
    )
    .action(async (statement: string, options: SqlOptions) => {
      const { runSql } = await import('../run-sql.ts');
      finish(runSql(terminal, statement, options));
    });
}
