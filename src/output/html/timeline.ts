/** The incident timeline: jobs of one host as bars, their builders as ticks, an arrow from culprit to victim. */
import type { Incident, IncidentJob } from '../../reports/incident.ts';
import { escapeHtml } from './escape-html.ts';

const [width, left, right, top, row] = [920, 230, 20, 40, 40];

interface Scale {
  readonly from: number;
  readonly to: number;
}

/** A figure with the same events as a table below it. `report` tells the pages of several reports apart. */
export function timelineHtml(incident: Incident, index: number, report = 'one'): string {
  const times = incident.jobs.flatMap(({ job }) => [job.started_at, job.completed_at]);
  const known = [...times, incident.diedAt].filter((at) => at !== null).map((at) => Date.parse(at));
  const scale = { from: Math.min(...known), to: Math.max(...known, Math.min(...known) + 1000) };
  const height = top + row * incident.jobs.length + 30;
  const [culprit, victim] = incident.jobs;
  const said =
    `On ${incident.machine ?? 'an unknown host'}, ${nameOf(culprit)} removed builder ${incident.builder ?? ''} ` +
    `at ${clock(incident.removedAt)}; ${nameOf(victim)} was building on it and died at ${clock(incident.diedAt)}.`;
  const id = `incident-${report}-${index + 1}`;
  return `<section aria-labelledby="${id}"><h2 id="${id}">Incident ${index + 1}: ${escapeHtml(nameOf(culprit))} removed the builder of ${escapeHtml(nameOf(victim))}</h2>
<figure><div class="wide" tabindex="0" role="region" aria-labelledby="${id}"><svg viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${id}-t ${id}-d">
<title id="${id}-t">Incident timeline</title><desc id="${id}-d">${escapeHtml(said)}</desc>
${axis(scale, height)}${incident.jobs.map((job, at) => bar(job, at, scale)).join('\n')}
${arrow(incident, scale)}
</svg></div><figcaption class="note">${escapeHtml(said)} Bars: jobs. Ticks: + booted, u used, − removal begun. ✕: died.</figcaption></figure>
<div class="wide" tabindex="0" role="region" aria-label="Events of incident ${index + 1}"><table><caption>The same as a table, UTC</caption>
<thead><tr><th scope="col">part</th><th scope="col">job</th><th scope="col">from</th><th scope="col">to</th><th scope="col">builder events</th></tr></thead><tbody>
${incident.jobs.map(tableRow).join('\n')}
</tbody></table></div></section>`;
}

function nameOf(each: IncidentJob | undefined): string {
  return each === undefined ? 'a job' : `${each.job.job ?? 'job'} (${each.job.job_id})`;
}

function clock(at: string | null): string {
  return at?.slice(11, 19) ?? '?';
}

function x(at: string, { from, to }: Scale): number {
  return Math.round(left + ((Date.parse(at) - from) / (to - from)) * (width - left - right));
}

function axis({ from, to }: Scale, height: number): string {
  return [0, 0.25, 0.5, 0.75, 1]
    .map((part) => {
      const at = new Date(from + part * (to - from)).toISOString();
      const place = x(at, { from, to });
      return `<line class="rule" x1="${place}" x2="${place}" y1="${top - 12}" y2="${height - 20}"/><text class="soft" text-anchor="middle" x="${Math.min(place, width - 30)}" y="${top - 20}">${clock(at)}</text>\n`;
    })
    .join('');
}

const marks: Readonly<Record<string, string>> = { booted: '+', used: 'u', removing: '−' };

function bar({ job, part, events }: IncidentJob, at: number, scale: Scale): string {
  const y = top + at * row;
  const { started_at: start, completed_at: end } = job;
  const body =
    start === null || end === null
      ? ''
      : `<rect class="job" x="${x(start, scale)}" y="${y}" width="${Math.max(2, x(end, scale) - x(start, scale))}" height="16" rx="2"/>`;
  const ticks = events.map(({ at: when, event: kind }) => {
    const mark = marks[kind];
    if (when === null || mark === undefined) return '';
    const place = x(when, scale);
    return `<line class="mark" x1="${place}" x2="${place}" y1="${y}" y2="${y + 16}"/><text text-anchor="middle" x="${place}" y="${y + 28}">${mark}</text>`;
  });
  const name = job.job ?? 'job';
  const shown = name.length > 22 ? `${name.slice(0, 21)}…` : name;
  return `<text${part === 'neighbour' ? ' class="soft"' : ' class="strong"'} x="0" y="${y + 12}">${escapeHtml(shown)}</text><text class="soft" x="0" y="${y + 26}">${part} ${job.job_id}</text>${body}${ticks.join('')}`;
}

/** From the removal in the culprit's row to the death in the victim's, which is the row below. */
function arrow({ removedAt, diedAt }: Incident, scale: Scale): string {
  const [from, to] = [x(removedAt ?? diedAt, scale), x(diedAt, scale)];
  const [start, end] = [top + 16, top + row - 3];
  const y = top + row + 8;
  return `<path class="arrow" d="M${from} ${start} L${to} ${end - 5}"/><path class="head" d="M${to - 5} ${end - 8} h10 l-5 9 z"/><path class="death" d="M${to - 6} ${y - 6} l12 12 m0 -12 l-12 12"/>`;
}

function tableRow({ job, part, events }: IncidentJob): string {
  const shown = events.map(({ at, event, name }) => `${clock(at)} ${event} ${name}`);
  return `<tr><th scope="row">${part}</th><td>${escapeHtml(nameOf({ job, part, events }))}</td><td>${clock(job.started_at)}</td><td>${clock(job.completed_at)}</td><td>${shown.map(escapeHtml).join('<br>')}</td></tr>`;
}
