/** The incident timeline: jobs of one host as bars, the removed builder's life as ticks, arrows from culprit to victims. */
import { incidentSection, incidentText } from '../../reports/incident-words.ts';
import type { Incident, Incidents } from '../../reports/incident.ts';
import { escapeHtml } from './escape-html.ts';
import { sectionHtml, type Heading } from './report-html.ts';
import { drawTimeline, desk, phone } from './timeline-drawing.ts';

const legend =
  'Bars: jobs. Ticks of that builder: + booted, u used; thin ticks: other builders. The arrow leads from where its removal began to each death, ✕.';

/** The picture twice, for a desk and for a phone; the style sheet shows one. `id` is unique on the page. */
export function timelineFigure(incident: Incident, id: string): string {
  const said = incidentText(incident);
  const drawn = [desk, phone].map((layout) => {
    const own = `${id}-${layout.name}`;
    const { height, body } = drawTimeline(incident, layout);
    return `<svg class="chart ${layout.name}" role="img" aria-labelledby="${own}-t ${own}-d" viewBox="0 0 ${layout.width} ${height}" width="${layout.width}" height="${height}"><title id="${own}-t">Incident timeline</title><desc id="${own}-d">${escapeHtml(said)}</desc>
${body}</svg>`;
  });
  return `<figure>
${drawn.join('\n')}
<figcaption class="note">${escapeHtml(said)} ${legend}</figcaption>
</figure>`;
}

/** The newest removals, each with its table; what is not shown is said, with `more`, where the others are. */
export function timelinesHtml(
  { shown, of }: Incidents,
  more: string,
  report: string,
  heading: Heading,
): string {
  const parts = shown.map((incident, index) => {
    const id = `removal-${report}-${index + 1}`;
    const section = incidentSection(incident, id, index + 1 + of - shown.length);
    return sectionHtml(section, id, heading, timelineFigure(incident, id));
  });
  const left =
    shown.length === of || shown.length === 0
      ? ''
      : `\n<p class="note">Shown: the newest${shown.length === 1 ? '' : ` ${shown.length}`} of ${of} removals with a known culprit. ${escapeHtml(more)}</p>`;
  return `${parts.join('\n')}${left}`;
}
