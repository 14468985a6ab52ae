/** The story of one job on one screen. */
import type { Cause } from '../model/pattern.ts';
import type { JobStory } from '../reports/job-story.ts';
import { escapeControls, shorten } from './escape.ts';
import type { Style } from './style.ts';
import { wrap } from './wrap.ts';

const label = 12;
const mostHealed = 5;
const factsShown = new Set([
  'runner-version',
  'os-image',
  'machine-name',
  'engine-name',
  'docker-client',
  'docker-server',
  'buildx',
  'buildkit',
  'driver',
]);

export function storyText(
  story: JobStory,
  causes: ReadonlyMap<string, Cause>,
  advice: readonly string[],
  width: number,
  style: Style,
): string {
  return new StoryPage(story, width, style).draw(causes, advice);
}

class StoryPage {
  readonly #story: JobStory;
  readonly #width: number;
  readonly #style: Style;
  readonly #lines: string[] = [];

  constructor(story: JobStory, width: number, style: Style) {
    this.#story = story;
    this.#width = width;
    this.#style = style;
  }

  draw(causes: ReadonlyMap<string, Cause>, advice: readonly string[]): string {
    this.#drawJob();
    this.#drawVerdict(causes);
    this.#drawProof();
    this.#drawVictims();
    advice.forEach((text, index) => this.#row(index === 0 ? 'do' : '', text));
    this.#drawSurroundings();
    return `${this.#lines.join('\n')}\n`;
  }

  #drawJob(): void {
    const { job } = this.#story;
    this.#lines.push(this.#style.bold(escapeControls(`job ${job.job_id} ${job.job ?? ''}`)));
    const run = [
      job.repository ?? 'unknown repository',
      `run ${job.run_id ?? '?'}`,
      ...(job.attempt === null ? [] : [`attempt ${job.attempt}`]),
      ...(job.url === null ? [] : [job.url]),
    ];
    this.#row('run', run.join(', '));
    const when = `${job.started_at ?? '?'} – ${job.completed_at ?? '?'}`;
    this.#row('ran', `${when} on ${job.runner ?? '?'}, host ${job.machine ?? '?'}`);
  }

  #drawVerdict(causes: ReadonlyMap<string, Cause>): void {
    const { job, verdict } = this.#story;
    if (verdict === null)
      return this.#row('verdict', `none: the job is ${job.conclusion ?? 'not over'}`);
    const { cause, log_cause: logCause } = verdict;
    const sure = `(${verdict.blame}, confidence ${verdict.confidence})`;
    this.#row('verdict', cause === null ? verdict.status : `${cause} ${sure}`);
    const title = causes.get(cause ?? '')?.title;
    if (title !== undefined) this.#row('', title);
    this.#row('because', verdict.reason);
    if (cause === logCause) return;
    this.#row(
      '',
      `its own log alone says ${logCause ?? verdict.log_status}: ${verdict.log_reason}`,
    );
  }

  #drawProof(): void {
    const { verdict, collision, culprit, events } = this.#story;
    const primary = verdict?.primaryError ?? null;
    const evidence = primary === null ? (verdict?.evidence ?? []) : [primary];
    if (evidence.length > 0) this.#heading('proof in this log');
    const use = events.findLast(({ event }) => event === 'used');
    if (collision !== null && use) this.#proof(use.line, use.at, use.text);
    for (const { line, at, text } of evidence) this.#proof(line, at, text);
    if (culprit === null) return;
    const { job, removal } = culprit;
    const who = `${job.job_id} ${job.job ?? ''} (${job.status ?? '?'}, ${job.runner ?? '?'})`;
    this.#heading(`proof in the log of job ${who}`);
    if (removal !== null) this.#proof(removal.line, removal.at, removal.text);
  }

  #drawVictims(): void {
    const { victims } = this.#story;
    if (victims.length > 0) this.#heading("this job's cleanup hit");
    for (const { job_id: id, builder, delay_s: delay } of victims) {
      const after = delay === null ? '' : `, dead ${delay.toFixed(1)} s after the rm`;
      this.#row('', `job ${id}, building on ${builder ?? '?'}${after}`);
    }
  }

  #drawSurroundings(): void {
    const { facts, events, healed, neighbours } = this.#story;
    if (healed.length > 0) this.#heading('errors it got over');
    for (const { line, at, text } of healed.slice(0, mostHealed)) this.#proof(line, at, text);
    const shown = facts.filter(
      ({ name }) => factsShown.has(name) || name.startsWith('action-ref:docker/'),
    );
    const texts = shown.map(({ name, value, line }) => `${name} ${value} (line ${line})`);
    this.#row('facts', texts.join(', ') || 'none');
    if (events.length > 0) this.#heading('builders');
    for (const { line, at, event, name } of events) this.#proof(line, at, `${event} ${name}`);
    if (neighbours.length > 0) this.#heading('on the host at that time');
    for (const other of neighbours) {
      const when = `${timeOf(other.started_at)}–${timeOf(other.completed_at)}`;
      const who = `job ${other.job_id} ${other.job ?? ''} on ${other.runner ?? '?'}`;
      this.#row('', `${when} ${who}: ${other.cause ?? other.status ?? '?'}`);
    }
  }

  #heading(text: string): void {
    this.#lines.push(this.#style.dim(escapeControls(text)));
  }

  #row(name: string, text: string): void {
    const lines = wrap(escapeControls(text), Math.max(40, this.#width - label));
    lines.forEach((line, index) =>
      this.#lines.push(this.#style.dim((index === 0 ? name : '').padEnd(label)) + line),
    );
  }

  #proof(line: number, at: string | null, text: string): void {
    const place = this.#style.dim(`  line ${line} `.padEnd(label));
    const shown = shorten(escapeControls(text), Math.max(60, this.#width * 2));
    this.#lines.push(`${place}${timeOf(at)} ${shown}`);
  }
}

function timeOf(at: string | null): string {
  return at === null ? '?' : at.slice(11, 21);
}
