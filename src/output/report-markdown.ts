/** A report for `$GITHUB_STEP_SUMMARY` and issues: tables of Markdown in which log text stays text. */
import { plural } from '../model/plural.ts';
import type { Report, Section } from '../reports/report.ts';
import { escapeControls } from './escape.ts';
import { scopeLine } from './report-text.ts';
import { cellText } from './table-text.ts';

/** GitHub drops a step summary above 1,024 KiB: https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands */
const mostBytes = 900_000;

/** Where all rows of a table are, as the text says it that leaves some out. */
export type WhereAll = (section: Section, report: Report) => string;

const asCsv: WhereAll = (_, { id }) => `\`buildlog report ${id} --format csv\``;

export interface BookOfMarkdown {
  readonly title: string;
  /** What it is about, a paragraph each. */
  readonly lead: readonly string[];
  readonly reports: readonly Report[];
}

/** Reports one after the other; those for which there is no room are named, with where they are. */
export function bookMarkdown(
  { title, lead, reports }: BookOfMarkdown,
  whereAll = asCsv,
  limit = mostBytes,
): string {
  const parts = [[`# ${escapeMarkdown(title)}`, ...lead.map(escapeMarkdown)].join('\n\n')];
  let room = limit - bytesOf(parts) - bytesOf(reports.map(placeOf)) - roomForWords;
  const leftOut = reports.filter((report) => {
    const part = partOf(report, '##', [], room, whereAll);
    if (part === null) return true;
    parts.push(part);
    room -= bytesOf([part]);
    return false;
  });
  if (leftOut.length > 0) {
    parts.push(`Left out, too long for one page: ${leftOut.map(placeOf).join(', ')}.`);
  }
  return `${parts.join('\n\n')}\n`;
}

const roomForWords = 100;

function placeOf({ id }: Report): string {
  return `${id} (\`buildlog report ${id}\`)`;
}

/** At most `limit` bytes; rows that do not fit are left out, and the text says how many and where they are. */
export function reportMarkdown(report: Report, whereAll = asCsv, limit = mostBytes): string {
  const lead = [scopeLine(report.scope)];
  return `${partOf(report, '#', lead, limit - 1, whereAll) ?? stubOf(report, lead)}\n`;
}

/** Not even the sentences of the report fit. */
function stubOf(report: Report, lead: readonly string[]): string {
  return [
    `# ${escapeMarkdown(report.title)}`,
    ...lead,
    `Too long for one page: ${placeOf(report)}.`,
  ].join('\n\n');
}

/** Null when there is no room for what must be said of every table. */
function partOf(
  report: Report,
  level: '#' | '##',
  lead: readonly string[],
  limit: number,
  whereAll: WhereAll,
): string | null {
  const findings = report.findings.map(
    ({ text, more }, index) =>
      `${index + 1}. ${escapeMarkdown(text)}${more === null ? '' : ` → \`${more}\``}`,
  );
  const head = [`${level} ${escapeMarkdown(report.title)}`, ...lead, findings.join('\n')];
  const parts = [head.filter((part) => part !== '').join('\n\n')];
  const drawn = report.sections.map((section) =>
    sectionMarkdown(section, `${level}#`, whereAll(section, report)),
  );
  let room = limit - bytesOf([...parts, ...drawn.map(({ least }) => least)]);
  if (room < 0) return null;
  for (const { least, upTo } of drawn) {
    const part = upTo(room + bytesOf([least]));
    room -= bytesOf([part]) - bytesOf([least]);
    parts.push(part);
  }
  return parts.join('\n\n');
}

/** Each part with the empty line before it. */
function bytesOf(parts: readonly string[]): number {
  return parts.reduce((sum, part) => sum + Buffer.byteLength(part) + 2, 0);
}

interface DrawnSection {
  /** What is said where there is no room for any row. */
  readonly least: string;
  /** As much of it as `room` bytes hold, `least` at least. */
  readonly upTo: (room: number) => string;
}

function sectionMarkdown(
  { title, columns, rows, note }: Section,
  level: string,
  whereAll: string,
): DrawnSection {
  const name = `${level} ${escapeMarkdown(title)}`;
  const end = note === null ? '' : `\n\n${note.split('\n').map(escapeMarkdown).join('<br>')}`;
  const leftOut = (count: number): string =>
    `${count} of ${plural(rows.length, 'row')} left out, too long for one page; all: ${whereAll}`;
  if (rows.length === 0) {
    const none = `${name}\n\nnone${end}`;
    return { least: none, upTo: () => none };
  }
  const least = `${name}\n\n${leftOut(rows.length)}`;
  const head = [
    `${name}\n`,
    `| ${columns.map((column) => escapeMarkdown(column.title)).join(' | ')} |`,
    `|${columns.map(({ kind }) => (isNumber(kind) ? ' ---: ' : ' --- ')).join('|')}|`,
  ].join('\n');
  const lines = rows.map((row) => {
    const cells = columns.map((column) =>
      escapeMarkdown(cellText(row[column.key] ?? null, column)),
    );
    return `\n| ${cells.join(' | ')} |`;
  });
  const whole = `${head}${lines.join('')}${end}`;
  const upTo = (room: number): string => {
    if (bytesOf([whole]) <= room) return whole;
    let left = room - bytesOf([head + end, leftOut(rows.length)]);
    const fitting = lines.findIndex((line) => (left -= Buffer.byteLength(line)) < 0);
    return fitting < 1
      ? least
      : `${head}${lines.slice(0, fitting).join('')}\n\n${leftOut(rows.length - fitting)}${end}`;
  };
  return { least, upTo };
}

function isNumber(kind: string): boolean {
  return kind === 'count' || kind === 'proportion' || kind === 'seconds';
}

// `#12` is an issue, `_so_` emphasis, `$x$` a formula, `://` and `www.` a link, `:+1:` a picture; times stay legible.
const marks =
  /[\\`*[\]#|~<>&@$]|(?<![a-z0-9])_|_(?![a-z0-9])|:(?=\/\/|(?!\d\d:)[\w+-]+:)|(?<=\bwww)\./gi;

/** The text as Markdown shows it: no link, no mention, no HTML, no end of a cell. */
function escapeMarkdown(text: string): string {
  return escapeControls(text).replaceAll(marks, (mark) => `&#${mark.codePointAt(0)};`);
}
