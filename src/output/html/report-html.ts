/** A report as one page that needs nothing: no script, no request, a policy that allows only its own style. */
import { createHash } from 'node:crypto';

import type { Report, Section } from '../../reports/report.ts';
import { scopeLine } from '../report-text.ts';
import { cellText } from '../table-text.ts';
import { escapeHtml } from './escape-html.ts';
import { pageStyle } from './page-style.ts';

/** `figures` is finished HTML, drawn above the tables. */
export function reportHtml(report: Report, figures = ''): string {
  const digest = createHash('sha256').update(pageStyle).digest('base64');
  const findings = report.findings.map(
    ({ text, more }) =>
      `<li>${escapeHtml(text)}${more === null ? '' : ` <span class="more">→ <code>${escapeHtml(more)}</code></span>`}</li>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(report.title)} – buildlog</title>
<style>${pageStyle}</style>
</head>
<body>
<header><h1>${escapeHtml(report.title)}</h1><p class="scope">${escapeHtml(scopeLine(report.scope))}</p></header>
<main>
${findings.length === 0 ? '' : `<section aria-label="Findings"><ol>\n${findings.join('\n')}\n</ol></section>\n`}${figures}${report.sections.map(sectionHtml).join('\n')}
</main>
</body>
</html>
`;
}

function sectionHtml({ id, title, columns, rows, note }: Section): string {
  const classes = columns.map(({ kind }) => classOf(kind));
  const head = columns.map(
    (column, index) => `<th scope="col"${classes[index]}>${escapeHtml(column.title)}</th>`,
  );
  const body = rows.map((row) => {
    const cells = columns.map((column, index) => {
      const [tag, scope] = index === 0 ? ['th', ' scope="row"'] : ['td', ''];
      return `<${tag}${scope}${classes[index]}>${escapeHtml(cellText(row[column.key] ?? null, column))}</${tag}>`;
    });
    return `<tr>${cells.join('')}</tr>`;
  });
  const heading = `section-${escapeHtml(id)}`;
  const table =
    rows.length === 0
      ? '<p>none</p>'
      : `<div class="wide" tabindex="0" role="region" aria-labelledby="${heading}"><table>
<caption>${rows.length} ${rows.length === 1 ? 'row' : 'rows'}</caption>
<thead><tr>${head.join('')}</tr></thead>
<tbody>
${body.join('\n')}
</tbody></table></div>`;
  const notes = (note?.split('\n') ?? []).map(
    (line) => `\n<p class="note">${escapeHtml(line)}</p>`,
  );
  return `<section aria-labelledby="${heading}"><h2 id="${heading}">${escapeHtml(title)}</h2>\n${table}${notes.join('')}</section>`;
}

function classOf(kind: string): string {
  if (kind === 'count' || kind === 'proportion' || kind === 'seconds') return ' class="number"';
  return kind === 'id' || kind === 'instant' ? ' class="fixed"' : '';
}
