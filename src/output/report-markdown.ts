/** A report for `$GITHUB_STEP_SUMMARY` and issues: tables of Markdown in which log text stays text. */
import type { Report, Section } from '../reports/report.ts';
import { escapeControls } from './escape.ts';
import { scopeLine } from './report-text.ts';
import { cellText } from './table-text.ts';

/** GitHub drops a step summary above 1,024 KiB: https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands */
const mostBytes = 900_000;

/** Reports one after the other; those for which there is no room are named. */
export function bookMarkdown(reports: readonly Report[], limit = mostBytes): string {
  const parts: string[] = [];
  let room = limit - roomForTheRest * reports.length;
  const leftOut = reports.filter((report) => {
    const part = room < roomForTheRest ? '' : reportMarkdown(report, room);
    room -= Buffer.byteLength(part) + 1;
    if (part !== '') parts.push(part);
    return part === '';
  });
  if (leftOut.length > 0) {
    parts.push(`Left out, too long for one page: ${leftOut.map(({ id }) => id).join(', ')}.\n`);
  }
  return parts.join('\n');
}

/** At most `limit` bytes; rows that do not fit are left out, and the text says how many. */
export function reportMarkdown(report: Report, limit = mostBytes): string {
  const findings = report.findings.map(
    ({ text, more }, index) =>
      `${index + 1}. ${escapeMarkdown(text)}${more === null ? '' : ` → \`${more}\``}`,
  );
  const head = [`# ${escapeMarkdown(report.title)}`, scopeLine(report.scope), findings.join('\n')];
  const parts = [head.filter((part) => part !== '').join('\n\n')];
  let room = limit - Buffer.byteLength(parts.join('')) - 1;
  for (const section of report.sections) {
    const part = sectionMarkdown(section, room);
    room -= Buffer.byteLength(part) + 2;
    parts.push(part);
  }
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

// What is said of the rows that were left out needs room too.
const roomForTheRest = 200;

function sectionMarkdown({ title, columns, rows, note }: Section, room: number): string {
  const end = note === null ? '' : `\n\n${note.split('\n').map(escapeMarkdown).join('<br>')}`;
  const head = [
    `## ${escapeMarkdown(title)}\n`,
    `| ${columns.map((column) => escapeMarkdown(column.title)).join(' | ')} |`,
    `|${columns.map(({ kind }) => (isNumber(kind) ? ' ---: ' : ' --- ')).join('|')}|`,
  ].join('\n');
  if (rows.length === 0) return `## ${escapeMarkdown(title)}\n\nnone${end}`;
  let left = room - Buffer.byteLength(head + end) - roomForTheRest;
  if (left < 0) return '';
  const lines = [];
  for (const row of rows) {
    const cells = columns.map((column) =>
      escapeMarkdown(cellText(row[column.key] ?? null, column)),
    );
    const line = `\n| ${cells.join(' | ')} |`;
    left -= Buffer.byteLength(line);
    if (left < 0) break;
    lines.push(line);
  }
  const cut = rows.length - lines.length;
  const rest =
    cut === 0 ? '' : `\n\n${cut} of ${rows.length} rows left out: too long for one page.`;
  return `${head}${lines.join('')}${rest}${end}`;
}

function isNumber(kind: string): boolean {
  return kind === 'count' || kind === 'proportion' || kind === 'seconds';
}

/** The text as Markdown shows it: no link, no mention, no HTML, no end of a cell. */
function escapeMarkdown(text: string): string {
  return escapeControls(text).replaceAll(
    /[\\`*_{}[\]()#+!|~<>&@:]/g,
    (mark) => `&#${mark.codePointAt(0)};`,
  );
}
