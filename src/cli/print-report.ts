/** A report, or all of them, in the face that was asked for, on the screen or into a file. */
import { renameSync, writeFileSync } from 'node:fs';

import type { PatternSet } from '../model/pattern.ts';
import { definitionsText } from '../output/definitions-text.ts';
import { escapeControls, toJson } from '../output/escape.ts';
import { bookHtml, type Figures } from '../output/html/report-html.ts';
import { timelinesHtml } from '../output/html/timeline.ts';
import { drawReport, type Screen } from '../output/report-faces.ts';
import { bookMarkdown } from '../output/report-markdown.ts';
import { scopeLine, reportText } from '../output/report-text.ts';
import { plain } from '../output/style.ts';
import { loadPatterns } from '../patterns/load.ts';
import { readPrepared } from '../patterns/prepared.ts';
import { reports } from '../reports/catalog.ts';
import { common, explain } from '../reports/explanation.ts';
import { readHistory, type History } from '../reports/history.ts';
import { readIncidents } from '../reports/incident.ts';
import { allReports } from '../reports/names.ts';
import { readReferences, type References } from '../reports/reference.ts';
import type { Report } from '../reports/report.ts';
import type { Db, Store } from '../store/store.ts';
import { UsageError } from './exit-code.ts';
import type { CommonOptions, ReportOptions } from './options.ts';
import { preparedPatterns, shippedPatterns } from './package-files.ts';
import type { Terminal } from './terminal.ts';

/** How many removals the page of a report draws, and where the others are. */
const timelines: Readonly<Record<string, { readonly most: number; readonly more: string }>> = {
  summary: { most: 1, more: 'More: buildlog report collisions --format html' },
  collisions: {
    most: 8,
    more: 'All stand in the table below; any of them is drawn by buildlog export postmortem DIR --job VICTIM',
  },
};

type Charts = typeof import('../output/charts/catalog.ts');

/** The charts, loaded for pages only: what draws them takes longer to load than everything else. */
export async function figuresFor(format: ReportOptions['format']): Promise<Charts | null> {
  return format === 'html' ? await import('../output/charts/catalog.ts') : null;
}

/** Charts beside their tables, and the timelines of incidents. */
export function figuresOf(charts: Charts, db: Db): Figures {
  return {
    above: ({ id }, heading) => {
      const wanted = timelines[id];
      if (wanted === undefined) return '';
      return timelinesHtml(readIncidents(db, wanted.most), wanted.more, id, heading);
    },
    ofSection: charts.sectionFigure,
  };
}

export function printReport(
  terminal: Terminal,
  name: string,
  store: Store,
  patterns: PatternSet,
  options: ReportOptions,
  charts: Charts | null,
): void {
  const { format = 'table', out } = options;
  if (options.explain === true) {
    if (name === allReports) {
      throw new UsageError(
        '--explain tells of one report',
        'name it: buildlog report causes --explain',
      );
    }
    const explanation = explain(name, entryOf(name), store.db);
    terminal.answer(
      format === 'json'
        ? toJson(explanation)
        : definitionsText(explanation, terminal.columns, terminal.style),
    );
    return;
  }
  const history = readHistory(store.db, options.level);
  const references = referencesIn(history, name, options);
  const input = { history, patterns, db: store.db, references };
  const screen = out === undefined ? terminal : { columns: 110, style: plain };
  const figures = charts === null ? undefined : figuresOf(charts, store.db);
  const drawn =
    name === allReports
      ? drawAll(
          format,
          Object.values(reports).map(({ make }) => make(input)),
          screen,
          figures,
        )
      : drawReport(format, entryOf(name).make(input), screen, figures);
  if (out === undefined) terminal.answer(drawn);
  else {
    writeFileSync(`${out}.part`, drawn);
    renameSync(`${out}.part`, out);
    terminal.say(`written to ${escapeControls(out)}`);
  }
}

/** The versions that the reader wants others to be compared with. */
function referencesIn(
  history: History,
  name: string,
  { reference = [] }: ReportOptions,
): References {
  if (reference.length > 0 && name !== 'versions' && name !== allReports) {
    throw new UsageError(
      `--reference says nothing to the report ${name}`,
      'it is for buildlog report versions',
    );
  }
  const found = readReferences(history, reference);
  if ('problem' in found) throw new UsageError(found.problem, found.help);
  return found;
}

function drawAll(
  format: NonNullable<ReportOptions['format']>,
  made: readonly Report[],
  { columns, style }: Screen,
  figures: Figures | undefined,
): string {
  const title = 'Docker builds';
  const lead = made.slice(0, 1).map(({ scope }) => scopeLine(scope));
  switch (format) {
    case 'html': {
      const definitions = [
        ...common,
        ...Object.values(reports).flatMap((each) => each.definitions),
      ];
      return bookHtml({ title, lead, reports: made, definitions }, figures);
    }
    case 'markdown':
      return bookMarkdown({ title, lead, reports: made });
    case 'table':
      return made.map((report) => reportText(report, columns, style)).join('\n');
    default:
      throw new UsageError(
        `all reports at once are for reading, not ${format}`,
        'name one report, or take every table: buildlog export csv DIR',
      );
  }
}

function entryOf(name: string): (typeof reports)[string] {
  const entry = Object.hasOwn(reports, name) ? reports[name] : undefined;
  if (entry !== undefined) return entry;
  throw new UsageError(
    `there is no report ${name}`,
    `reports: ${[...Object.keys(reports), allReports].join(', ')}`,
  );
}

/** Titles and advice, and the words of samples: reports need no more of the patterns. */
export function patternSet({ patterns = [] }: Pick<CommonOptions, 'patterns'>): PatternSet {
  const prepared = patterns.length === 0 ? readPrepared(preparedPatterns, shippedPatterns) : null;
  return prepared ?? loadPatterns([shippedPatterns, ...patterns]).set;
}
