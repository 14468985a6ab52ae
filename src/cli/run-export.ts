/** `buildlog export`: what is selected, and where it goes. */
import { plural } from '../model/plural.ts';
import { timelineFigure } from '../output/html/timeline.ts';
import type { Selection } from '../reports/postmortem.ts';
import { exportPostmortem } from './commands/export-postmortem.ts';
import { exportTables } from './commands/export-tables.ts';
import { databasePath, readDatabase } from './database.ts';
import { exitCode, UsageError, type ExitCode } from './exit-code.ts';
import type { ExportChoice, ExportOptions } from './options.ts';
import { figuresFor, patternSet } from './print-report.ts';
import { storyAdvice } from './story-advice.ts';
import type { Terminal } from './terminal.ts';

export async function runExport(
  terminal: Terminal,
  format: ExportChoice,
  folder: string,
  options: ExportOptions,
): Promise<ExitCode> {
  const selection = selectionOf(format, options);
  const charts = await figuresFor(selection === null ? undefined : 'html');
  return readDatabase(databasePath(options.db, terminal.env), (store) => {
    if (format !== 'postmortem' || selection === null || charts === null) {
      if (format === 'postmortem') throw selectOne();
      for (const { file, rows } of exportTables(store, format, folder)) {
        terminal.answer(`${file}  ${plural(rows, 'row')}`);
      }
      return exitCode.done;
    }
    const patterns = patternSet(options);
    const written = exportPostmortem(store, patterns, {
      selection,
      folder,
      command: `buildlog export postmortem ${folder} ${wordsOf(options)}`,
      figures: ({ removals }) => ({
        above: () => '',
        ofSection: (section, report, id) => {
          const incident = removals.get(section.id);
          return incident === undefined
            ? charts.sectionFigure(section, report, id)
            : timelineFigure(incident, id);
        },
      }),
      advice: (story) => storyAdvice(story, patterns.causes),
    });
    for (const { file, rows } of written) terminal.answer(`${file}  ${plural(rows, 'line')}`);
    return exitCode.done;
  });
}

function wordsOf({ cause, window, job, db }: ExportOptions): string {
  const place = db === undefined ? '' : ` --db ${db}`;
  if (cause !== undefined) return `--cause ${cause}${place}`;
  return `${window === undefined ? `--job ${job}` : `--window ${window}`}${place}`;
}

/** Null for tables, which hold everything. */
function selectionOf(format: ExportChoice, options: ExportOptions): Selection | null {
  const { cause, window, job } = options;
  const given = [cause, window, job].filter((each) => each !== undefined);
  if (format !== 'postmortem') {
    if (given.length === 0) return null;
    throw new UsageError(
      `--cause, --window and --job are of a postmortem; ${format} holds everything`,
      'choose rows with buildlog sql --format csv "select …"',
    );
  }
  if (given.length !== 1) throw selectOne();
  if (cause !== undefined) return { kind: 'cause', cause };
  if (job !== undefined) return { kind: 'job', jobId: job };
  const [, from = '', to = ''] = /^(\S+)\.\.(\S+)$/.exec(window ?? '') ?? [];
  return { kind: 'window', from: moment(from), to: moment(to) };
}

function selectOne(): UsageError {
  return new UsageError(
    'a postmortem is of a cause, a window or a job',
    'name one: --cause ID, --window 2026-11-16..2026-11-23 or --job ID',
  );
}

/** A day or a moment of the form that jobs have, UTC. */
function moment(text: string): string {
  const isForm = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?Z?)?$/.test(text);
  if (!isForm || Number.isNaN(Date.parse(text))) {
    throw new UsageError(
      `${text === '' ? 'the window' : text} is not a time`,
      'write it as 2026-11-16..2026-11-23 or 2026-11-16T09:00..2026-11-16T12:30, UTC',
    );
  }
  return text.replace(/Z$/, '');
}
