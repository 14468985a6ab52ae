/** `buildlog export postmortem DIR`: tables, summary, page, evidence, SQL and a bug report in one new folder. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import type { PatternSet } from '../../model/pattern.ts';
import { toCsv } from '../../output/delimited.ts';
import { bookHtml, type Figures } from '../../output/html/report-html.ts';
import { postmortemReadme } from '../../output/postmortem-text.ts';
import { reportCsv } from '../../output/report-delimited.ts';
import { bookMarkdown } from '../../output/report-markdown.ts';
import { scopeLine } from '../../output/report-text.ts';
import { storyText } from '../../output/story-text.ts';
import { plain } from '../../output/style.ts';
import { namesIn, upstreamBug } from '../../output/upstream-bug.ts';
import { reports, type ReportInput } from '../../reports/catalog.ts';
import { common, explain } from '../../reports/explanation.ts';
import { readHistory, type History } from '../../reports/history.ts';
import type { JobStory } from '../../reports/job-story.ts';
import { postmortemOf, type Postmortem, type Selection } from '../../reports/postmortem.ts';
import type { Report, Section } from '../../reports/report.ts';
import { readTables } from '../../store/read-tables.ts';
import type { Store } from '../../store/store.ts';
import { UsageError } from '../exit-code.ts';
import type { ExportedFile } from './export-tables.ts';

const examples = 3;
/** Wide enough that no line that proves something is cut. */
const evidenceColumns = 4000;

export interface PostmortemRequest {
  readonly selection: Selection;
  readonly folder: string;
  /** As it was typed, to be typed again. */
  readonly command: string;
  readonly figures: (found: Postmortem) => Figures;
  readonly advice: (story: JobStory) => readonly string[];
}

/** Writes a folder that is there whole or not at all. @throws UsageError when it exists, or when nothing is selected */
export function exportPostmortem(
  store: Store,
  patterns: PatternSet,
  request: PostmortemRequest,
): ExportedFile[] {
  const { folder, selection } = request;
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw new UsageError(`${folder} is there already`, 'name a folder that is not, or is empty');
  }
  const input = { history: readHistory(store.db), patterns, db: store.db };
  const found = postmortemOf(input, selection, request.advice);
  if (found === null) {
    throw new UsageError(
      'no failed job is selected',
      'list failed jobs: buildlog sql "select job_id, started_at, cause from job_overview where status <> \'passed\'"',
    );
  }
  const files = new Map<string, string>();
  addTables(files, store, found);
  addDocuments(files, input, found, request);
  const part = `${folder}.part`;
  for (const [name, text] of files) {
    const file = path.join(part, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  if (existsSync(folder)) rmdirSync(folder);
  renameSync(part, folder);
  return [...files].map(([name, text]) => ({
    file: path.join(folder, name),
    rows: text.split('\n').length - 1,
  }));
}

/** Every table of the reports, and the rows of the database that are about these jobs. */
function addTables(files: Map<string, string>, { db }: Store, found: Postmortem): void {
  for (const report of found.reports) {
    for (const section of report.sections) {
      files.set(tableFile(section, report), reportCsv({ ...report, sections: [section] }));
    }
  }
  const jobs = [...found.failed, ...found.culprits].map(({ job }) => job);
  for (const { name, columns, rows } of readTables(db, jobs)) {
    files.set(`tables/raw/${name}.csv`, toCsv(columns, rows));
  }
}

function tableFile({ id }: Section, report: Report): string {
  return `tables/${report.id === id ? id : `${report.id}-${id}`}.csv`;
}

/** Where the rows are for which a document has no room. */
function inTables(section: Section, report: Report): string {
  return `\`${tableFile(section, report)}\``;
}

function addDocuments(
  files: Map<string, string>,
  input: ReportInput,
  found: Postmortem,
  { selection, command, figures, advice }: PostmortemRequest,
): void {
  const { patterns, history } = input;
  const [first] = found.reports;
  const lead = [
    found.about,
    ...(first === undefined ? [] : [`Compared with: ${scopeLine(first.scope)}.`]),
  ];
  const definitions = [
    ...common,
    ...found.reports.flatMap(({ id }) => reports[id]?.definitions ?? []),
  ];
  const book = { title: 'Postmortem', lead, reports: found.reports, definitions };
  files.set('report.html', bookHtml(book, figures(found)));
  files.set('summary.md', bookMarkdown(book, inTables));
  for (const story of [...found.failed, ...found.culprits]) {
    const text = storyText(story, patterns.causes, advice(story), evidenceColumns, plain);
    files.set(`evidence/${story.job.job_id}.txt`, text);
  }
  files.set('queries.sql', queriesOf(input, selection));
  const bug = bugOf(found, history, patterns);
  if (bug !== null) files.set('upstream-bug.md', bug);
  const made = [...new Set(found.failed.flatMap(({ verdict }) => verdict?.patterns ?? []))];
  files.set(
    'README.md',
    postmortemReadme(found, { command, patterns: made, definitions, files: contents(bug) }),
  );
}

/** Of the first cause that infrastructure is to blame for; the newest jobs are the examples. Null without one. */
function bugOf(
  { causes, failed, reports: made }: Postmortem,
  history: History,
  patterns: PatternSet,
): string | null {
  const cause = causes.map((id) => patterns.causes.get(id)).find((each) => each?.blame === 'infra');
  if (cause === undefined) return null;
  return upstreamBug({
    cause,
    versions: made.find(({ id }) => id === 'versions') ?? null,
    examples: failed.filter(({ job }) => job.cause === cause.id).slice(-examples),
    names: namesIn(history),
  });
}

function queriesOf({ db }: ReportInput, selection: Selection): string {
  const where =
    selection.kind === 'cause'
      ? `cause = ${quoted(selection.cause)}`
      : selection.kind === 'job'
        ? `job_id IN (SELECT ${selection.jobId} UNION SELECT job_id FROM collisions WHERE culprit_job_id =
    coalesce((SELECT culprit_job_id FROM collisions WHERE job_id = ${selection.jobId}), ${selection.jobId}))`
        : `started_at >= ${quoted(selection.from)} AND started_at < ${quoted(selection.to)}`;
  const own = `SELECT * FROM job_overview WHERE status <> 'passed' AND ${where} ORDER BY started_at;`;
  const entry = reports['causes'];
  const asked = entry === undefined ? [] : explain('causes', entry, db).sql;
  return [
    `-- The failed jobs of this folder, before canceled jobs and copies are left out.\n${own}`,
    `-- What every number was counted from: the counts, the sums that each ingest makes, then the jobs that they sum up.\n${asked.map((sql) => `${sql};`).join('\n\n')}`,
  ]
    .join('\n\n')
    .concat('\n');
}

/** As SQL writes a text. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function contents(bug: string | null): [string, string][] {
  return [
    ['report.html', 'everything with charts and the timelines of removals, in one file'],
    [
      'summary.md',
      'the same as Markdown, for a wiki or an issue: what happened, what to do, what was compared',
    ],
    [
      'evidence/JOB.txt',
      'each failed job and each culprit: verdict, the lines that prove it, versions, builders, neighbours, what to do',
    ],
    ['tables/*.csv', 'the tables of the report; a share is five columns, `_count` to `_high`'],
    ['tables/raw/*.csv', 'the rows of the database about these jobs'],
    ['queries.sql', 'what was asked of the database'],
    ...(bug === null
      ? []
      : [
          [
            'upstream-bug.md',
            'versions, rates and up to three examples without names, to paste into an issue',
          ] satisfies [string, string],
        ]),
  ];
}
