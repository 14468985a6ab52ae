/** A report as a terminal shows it: findings first, then tables that fit the width. */
import Table from 'cli-table3';

import { toPercent, type Proportion } from '../analysis/wilson.ts';
import type { Cell, Column, Report, Scope, Section } from '../reports/report.ts';
import { escapeControls, shorten } from './escape.ts';
import type { Style } from './style.ts';

const gap = 2;
const narrowest = 12;
const leftAligned: ReadonlySet<Column['kind']> = new Set(['id', 'text', 'instant']);
// Nothing but room between columns: rules and corners cost width and say nothing.
const noRules = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
};

export function reportText(report: Report, columns: number, style: Style): string {
  const parts = [`${style.bold(report.title)}  ${style.dim(scopeLine(report.scope))}`];
  if (report.findings.length > 0) {
    const findings = report.findings.map(({ text, more }, index) => {
      const number = `${index + 1}. `;
      const body = wrap(escapeControls(text), columns - number.length).join('\n   ');
      return `${number}${body}${more === null ? '' : `\n   ${style.dim(`→ ${more}`)}`}`;
    });
    parts.push(findings.join('\n'));
  }
  parts.push(...report.sections.map((section) => sectionText(section, columns, style)));
  return `${parts.join('\n\n')}\n`;
}

export function scopeLine(scope: Scope): string {
  const from = scope.from?.slice(0, 16).replace('T', ' ') ?? '?';
  const to = scope.to?.slice(0, 16).replace('T', ' ') ?? '?';
  const states = [
    `${scope.failed} failed`,
    `${scope.explained} explained`,
    `${scope.unexplained} not`,
    ...(scope.withoutLog > 0 ? [`${scope.withoutLog} without log`] : []),
    ...(scope.partial > 0 ? [`${scope.partial} cut short`] : []),
    `${scope.canceled} canceled`,
  ].join(', ');
  return `${scope.jobs} jobs, ${scope.built} with builds, ${scope.hosts} hosts, ${from} – ${to} UTC; ${states}`;
}

function sectionText(section: Section, width: number, style: Style): string {
  const title = style.bold(escapeControls(section.title));
  const note =
    section.note === null
      ? []
      : section.note
          .split('\n')
          .map((line) => style.dim(wrap(escapeControls(line), width).join('\n')));
  if (section.rows.length === 0) return [title, style.dim('none'), ...note].join('\n');
  const cells = section.rows.map((row) =>
    section.columns.map((column) => cellText(row[column.key] ?? null, column)),
  );
  const widths = fit(section.columns, cells, width);
  const table = new Table({
    chars: noRules,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': gap },
    colWidths: widths.map((each) => each + gap),
    colAligns: section.columns.map(({ kind }) => (leftAligned.has(kind) ? 'left' : 'right')),
  });
  table.push(
    section.columns.map(({ title: head }, index) => style.dim(shorten(head, widths[index] ?? 0))),
  );
  for (const row of cells) {
    table.push(row.map((cell, index) => shorten(cell, widths[index] ?? 0)));
  }
  const lines = table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
  return [title, ...lines, ...note].join('\n');
}

/** Every column gets what it needs; when the sum is too wide, the widest text gives way first. */
function fit(columns: readonly Column[], cells: readonly string[][], width: number): number[] {
  const widths = columns.map(({ title }, index) =>
    Math.max(title.length, ...cells.map((row) => row[index]?.length ?? 0)),
  );
  const room = width - gap * (columns.length - 1);
  let excess = widths.reduce((sum, each) => sum + each, 0) - room;
  while (excess > 0) {
    const texts = columns.flatMap(({ kind }, index) => (kind === 'text' ? [index] : []));
    const widest = texts.toSorted((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0))[0];
    const current = widest === undefined ? 0 : (widths[widest] ?? 0);
    if (widest === undefined || current <= narrowest) break;
    widths[widest] = current - 1;
    excess--;
  }
  return widths;
}

function cellText(cell: Cell, { kind }: Column): string {
  if (cell === null) return '–';
  if (typeof cell === 'object') return proportionText(cell);
  if (kind === 'seconds' && typeof cell === 'number') return `${cell.toFixed(1)} s`;
  if (kind === 'instant' && typeof cell === 'string') return cell.slice(5, 19).replace('T', ' ');
  return escapeControls(String(cell));
}

/** `3/40 7.5 % (2.6–19.9)`; the interval is the honest part. */
export function proportionText({ count, total, rate, low, high }: Proportion): string {
  if (rate === null || low === null || high === null) return `${count}/${total}`;
  return `${count}/${total} ${toPercent(rate)} % (${toPercent(low)}–${toPercent(high)})`;
}

/** Lines of at most `width` characters, cut at spaces. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
