/** An incident as marks of SVG, for a wide and for a narrow page. */
import { toMillis, type Instant } from '../../model/time.ts';
import { clock } from '../../reports/incident-words.ts';
import type { Incident, IncidentJob } from '../../reports/incident.ts';
import { escapeHtml } from './escape-html.ts';

/** Sizes in pixels; on a phone a job's name stands above its bar, on a desk beside it. */
export interface Layout {
  readonly name: 'wide' | 'narrow';
  readonly width: number;
  readonly left: number;
  readonly right: number;
  /** From one job to the next, and from there to its bar. */
  readonly row: number;
  readonly above: number;
  readonly letters: number;
  readonly mostTimes: number;
}

export const desk: Layout = {
  name: 'wide',
  width: 900,
  left: 200,
  right: 24,
  row: 44,
  above: 0,
  letters: 28,
  mostTimes: 7,
};

export const phone: Layout = {
  name: 'narrow',
  width: 350,
  left: 10,
  right: 10,
  row: 58,
  above: 18,
  letters: 48,
  mostTimes: 3,
};

const head = 36;
const bar = 16;
/** What is nearer than this to the removal is pointed at from above. */
const nearest = 24;
const roomForWord = 56;

interface Scale {
  readonly from: number;
  readonly to: number;
  readonly x: (at: Instant) => number;
}

export function drawTimeline(
  incident: Incident,
  layout: Layout,
): { readonly height: number; readonly body: string } {
  const scale = scaleOf(incident, layout);
  const height = head + layout.row * incident.jobs.length + 12;
  const parts = [
    ...axis(scale, height, layout),
    ...incident.jobs.map((job, row) => bars(job, row, scale, layout)),
    arrows(incident, scale, layout),
    ...incident.jobs.map((job, row) => marks(job, row, incident, scale, layout)),
  ];
  return { height, body: parts.join('\n') };
}

/** From the begin of the culprit's and the victims' jobs to their end; neighbours may have run for hours. */
function scaleOf({ jobs, removedAt }: Incident, { width, left, right }: Layout): Scale {
  const times = jobs
    .filter(({ part }) => part !== 'neighbour')
    .flatMap(({ job, hit }) => [job.started_at, job.completed_at, hit?.failed_at ?? null])
    .filter((at) => at !== null)
    .map(toMillis);
  const from = Math.min(...times, toMillis(removedAt));
  const to = Math.max(...times, from + 1000);
  const x = (at: Instant): number => {
    const part = Math.min(1, Math.max(0, (toMillis(at) - from) / (to - from)));
    return Math.round(left + part * (width - left - right));
  };
  return { from, to, x };
}

const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200];

/** Lines at round times, at most so many as there is room for. */
function axis({ from, to, x }: Scale, height: number, { mostTimes, width }: Layout): string[] {
  const wanted = (to - from) / 1000 / mostTimes;
  const step = 1000 * (steps.find((each) => each >= wanted) ?? 86_400);
  const first = Math.ceil(from / step) * step;
  const count = Math.max(0, Math.floor((to - first) / step) + 1);
  return Array.from({ length: count }, (_, index) => {
    const at = new Date(first + index * step).toISOString();
    const place = x(at);
    const middle = Math.min(Math.max(place, 26), width - 26);
    return `<line class="rule" x1="${place}" x2="${place}" y1="${head - 12}" y2="${height - 4}"/><text class="soft" text-anchor="middle" x="${middle}" y="${head - 18}">${clock(at)}</text>`;
  });
}

function top(row: number, layout: Layout): number {
  return head + row * layout.row + layout.above;
}

function bars({ job, part }: IncidentJob, row: number, { x }: Scale, layout: Layout): string {
  const { started_at: start, completed_at: end } = job;
  if (start === null || end === null) return '';
  const width = Math.max(2, x(end) - x(start));
  return `<rect class="job ${part}" x="${x(start)}" y="${top(row, layout)}" width="${width}" height="${bar}" rx="2"/>`;
}

const letters: Readonly<Record<string, string>> = { booted: '+', used: 'u' };
const ticked: ReadonlySet<string> = new Set(['booted', 'used', 'removing', 'stopped']);

/** The job's name, and its ticks: of the removed builder with a letter, of others thin. */
function marks(
  { job, part, hit, events }: IncidentJob,
  row: number,
  { builder, removedAt }: Incident,
  { x }: Scale,
  layout: Layout,
): string {
  const y = top(row, layout);
  const below = head + row * layout.row + layout.letters;
  const ticks = events.flatMap(({ at, event, name }) => {
    if (at === null || !ticked.has(event)) return [];
    const place = x(at);
    const line = `x1="${place}" x2="${place}" y1="${y}" y2="${y + bar}"`;
    if (name !== builder) return [`<line class="mark other" ${line}/>`];
    const letter = letters[event];
    // The removal itself is marked where it began, which is not always where it was printed.
    if (letter === undefined) return [];
    return [
      `<line class="mark" ${line}/><text text-anchor="middle" x="${place}" y="${below}">${letter}</text>`,
    ];
  });
  if (part === 'culprit') ticks.push(removal(x(removedAt), y, below, layout));
  if (hit?.failed_at != null) ticks.push(death(x(hit.failed_at), y, below, layout));
  return `${label({ name: job.job ?? 'job', about: `${part} ${job.job_id}`, part }, row, layout)}${ticks.join('')}`;
}

function removal(x: number, y: number, below: number, layout: Layout): string {
  return `<line class="death" x1="${x}" x2="${x}" y1="${y}" y2="${y + bar}"/>${word('removes it', x, below, layout)}`;
}

function death(x: number, y: number, below: number, layout: Layout): string {
  const middle = y + bar / 2;
  return `<path class="death" d="M${x - 6} ${middle - 6} l12 12 m0 -12 l-12 12"/>${word('died', x, below, layout)}`;
}

/** To the right of a mark, or to its left at the edge. */
function word(text: string, x: number, y: number, { width, right }: Layout): string {
  const fits = x + roomForWord < width - right;
  const [anchor, place] = fits ? ['start', x + 4] : ['end', x - 4];
  return `<text class="strong" text-anchor="${anchor}" x="${place}" y="${y}">${text}</text>`;
}

function label(
  { name, about, part }: { name: string; about: string; part: string },
  row: number,
  layout: Layout,
): string {
  const y = head + row * layout.row + 12;
  const weight = part === 'neighbour' ? 'soft' : 'strong';
  const shown = name.length > 26 ? `${name.slice(0, 12)}…${name.slice(-13)}` : name;
  const title = `<tspan class="${weight}">${escapeHtml(shown)}</tspan>`;
  return layout.name === 'wide'
    ? `<text x="0" y="${y}">${title}</text><text class="soft" x="0" y="${y + 14}">${about}</text>`
    : `<text class="over" x="${layout.left}" y="${y}">${title} <tspan class="soft">${about}</tspan></text>`;
}

/** Down from where the removal began, and along the bar of each victim to its death. */
function arrows({ jobs, removedAt }: Incident, { x }: Scale, layout: Layout): string {
  const from = x(removedAt);
  const start = top(0, layout) + bar;
  return jobs
    .map(({ hit }, row) => {
      if (hit?.failed_at == null) return '';
      const [to, y] = [x(hit.failed_at), top(row, layout)];
      const middle = y + bar / 2;
      if (Math.abs(to - from) < nearest) {
        return `<path class="arrow" d="M${from} ${start} V${y - 14} L${to} ${y - 8}"/><path class="head" d="M${to - 5} ${y - 9} h10 l-5 9 z"/>`;
      }
      const tip = to > from ? to - 8 : to + 8;
      const back = to > from ? -9 : 9;
      return `<path class="arrow" d="M${from} ${start} V${middle} H${tip + back}"/><path class="head" d="M${tip + back} ${middle - 5} v10 L${tip} ${middle} z"/>`;
    })
    .join('');
}
