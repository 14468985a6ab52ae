/** A report as a terminal shows it: findings first, then tables that fit the width. */
import { plural } from '../model/plural.ts';
import type { Report, Scope, Section } from '../reports/report.ts';
import { escapeControls } from './escape.ts';
import type { Style } from './style.ts';
import { tableText } from './table-text.ts';
import { wrap } from './wrap.ts';

export function reportText(report: Report, columns: number, style: Style): string {
  const scope = wrap(scopeLine(report.scope), columns).map((line) => style.dim(line));
  const parts = [[style.bold(report.title), ...scope].join('\n')];
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

/** What was looked at, in one sentence. */
export function scopeLine(scope: Scope): string {
  const from = scope.from?.slice(0, 16).replace('T', ' ') ?? '?';
  const to = scope.to?.slice(0, 16).replace('T', ' ') ?? '?';
  const states = [
    `${scope.failed} failed`,
    `${scope.explained} explained`,
    `${scope.unexplained} unexplained`,
    ...(scope.withoutLog > 0 ? [`${scope.withoutLog} without log`] : []),
    ...(scope.partial > 0 ? [`${scope.partial} cut short`] : []),
    `${scope.canceled} canceled`,
  ].join(', ');
  const pruned = scope.pruned > 0 ? `; of ${scope.pruned} of them only the numbers are left` : '';
  return `${plural(scope.jobs, 'job')} on ${plural(scope.hosts, 'host')}, ${scope.built} with builds, ${from} to ${to} UTC: ${states}${pruned}`;
}

/** Nobody reads more on a screen, and drawing takes its time. */
const mostRows = 200;

function sectionText(section: Section, width: number, style: Style): string {
  const title = style.bold(escapeControls(section.title));
  const notes = (section.note?.split('\n') ?? []).map((line) =>
    style.dim(wrap(escapeControls(line), width).join('\n')),
  );
  const { rows } = section;
  const body =
    rows.length === 0
      ? style.dim('none')
      : tableText(section.columns, rows.slice(0, mostRows), width, style);
  const left =
    rows.length > mostRows
      ? [style.dim(`${mostRows} of ${rows.length} rows; all: --format json`)]
      : [];
  return [title, body, ...left, ...notes].join('\n');
}
