/** A report as one page that needs nothing: no script, no request, a policy that allows only its own style. */
import { createHash } from 'node:crypto';

import { plural } from '../../model/plural.ts';
import type { Report, Section } from '../../reports/report.ts';
import { scopeLine } from '../report-text.ts';
import { cellText } from '../table-text.ts';
import { escapeHtml } from './escape-html.ts';
import { pageStyle } from './page-style.ts';

/** Below the title of the page, or below that of one report among several. */
export type Heading = 'h2' | 'h3';

/** Finished HTML that stands beside the tables. Drawing takes a library that no other face pays for. */
export interface Figures {
  /** Above all tables of a report. */
  readonly above: (report: Report, heading: Heading) => string;
  /** Above one table; `id` is unique on the page. */
  readonly ofSection: (section: Section, report: Report, id: string) => string;
}

const noFigures: Figures = { above: () => '', ofSection: () => '' };

export function reportHtml(report: Report, figures = noFigures): string {
  return page(report.title, [scopeLine(report.scope)], '', partsOf(report, figures, '', 'h2'));
}

/** Several reports on one page, with a list of them at its head. */
export interface Book {
  readonly title: string;
  /** What it is about, a paragraph each. */
  readonly lead: readonly string[];
  readonly reports: readonly Report[];
  /** What its words mean. */
  readonly definitions: readonly string[];
}

export function bookHtml({ title, lead, reports, definitions }: Book, figures = noFigures): string {
  const links = [...reports, { id: 'made', title: made }].map(
    (part) => `<li><a href="#${escapeHtml(part.id)}">${escapeHtml(part.title)}</a></li>`,
  );
  const contents = `<nav aria-label="Contents"><ul>${links.join('')}</ul></nav>`;
  const parts = reports.map((report) => {
    const id = escapeHtml(report.id);
    const name = `<h2 id="${id}">${escapeHtml(report.title)}</h2>`;
    return `<section class="report" aria-labelledby="${id}">${name}\n${partsOf(report, figures, `${id}-`, 'h3')}</section>`;
  });
  const words = definitions.map((text) => `<li>${escapeHtml(text)}</li>`);
  const end = `<section class="report" aria-labelledby="made"><h2 id="made">${made}</h2>\n<ul>\n${words.join('\n')}\n</ul></section>`;
  return page(title, lead, contents, [...parts, end].join('\n'));
}

const made = 'How the numbers were made';

function page(title: string, lead: readonly string[], contents: string, main: string): string {
  const digest = createHash('sha256').update(pageStyle).digest('base64');
  const scope = lead.map((text) => `<p class="scope">${escapeHtml(text)}</p>`).join('');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} – buildlog</title>
<style>${pageStyle}</style>
</head>
<body>
<header><h1>${escapeHtml(title)}</h1>${scope}${contents}</header>
<main>
${main}
</main>
</body>
</html>
`;
}

/** Sentences, figures and tables. `prefix` keeps the ids of several reports apart. */
function partsOf(report: Report, figures: Figures, prefix: string, heading: Heading): string {
  const findings = report.findings.map(
    ({ text, more }) =>
      `<li>${escapeHtml(text)}${more === null ? '' : ` <span class="more">→ <code>${escapeHtml(more)}</code></span>`}</li>`,
  );
  const list =
    findings.length === 0
      ? ''
      : `<section aria-label="Findings"><ol>\n${findings.join('\n')}\n</ol></section>\n`;
  const sections = report.sections.map((section) => {
    const id = `section-${prefix}${escapeHtml(section.id)}`;
    return sectionHtml(section, id, heading, figures.ofSection(section, report, `figure-${id}`));
  });
  return `${list}${figures.above(report, heading)}${sections.join('\n')}`;
}

export function sectionHtml(
  { title, columns, rows, note }: Section,
  id: string,
  heading: Heading,
  figure: string,
): string {
  const texts = rows.map((row) =>
    columns.map((column) => cellText(row[column.key] ?? null, column)),
  );
  const classes = columns.map(({ kind }, index) =>
    classOf(
      kind,
      texts.reduce((most, cells) => Math.max(most, cells[index]?.length ?? 0), 0),
    ),
  );
  const head = columns.map(
    (column, index) => `<th scope="col"${classes[index]}>${escapeHtml(column.title)}</th>`,
  );
  const body = texts.map((row) => {
    const cells = row.map((text, index) => {
      const [tag, scope] = index === 0 ? ['th', ' scope="row"'] : ['td', ''];
      return `<${tag}${scope}${classes[index]}>${escapeHtml(text)}</${tag}>`;
    });
    return `<tr>${cells.join('')}</tr>`;
  });
  const table =
    rows.length === 0
      ? '<p>none</p>'
      : `<div class="wide" tabindex="0" role="region" aria-labelledby="${id}"><table>
<caption>${plural(rows.length, 'row')}</caption>
<thead><tr>${head.join('')}</tr></thead>
<tbody>
${body.join('\n')}
</tbody></table></div>`;
  const notes = (note?.split('\n') ?? []).map(
    (line) => `\n<p class="note">${escapeHtml(line)}</p>`,
  );
  return `<section aria-labelledby="${id}"><${heading} id="${id}">${escapeHtml(title)}</${heading}>\n${figure}${table}${notes.join('')}</section>`;
}

/** Texts up to this many letters are not broken; longer ones get room, so that no row becomes a tower on a phone. */
const unbroken = 24;
const sentence = 60;

function classOf(kind: string, longest: number): string {
  if (kind === 'count' || kind === 'proportion' || kind === 'seconds') return ' class="number"';
  if (kind === 'id' || kind === 'instant' || longest <= unbroken) return ' class="fixed"';
  return longest <= sentence ? ' class="phrase"' : ' class="sentence"';
}
