/** The story of one job on one screen. */
import type { Cause } from '../model/pattern.ts';
import { plural } from '../model/plural.ts';
import type { JobStory } from '../reports/job-story.ts';
import { neighbourText, sightingGroups, stepsTexts, timeOf } from './story-parts.ts';
import { escapeControls } from './escape.ts';
import { shorten } from './width.ts';
import type { Style } from './style.ts';
import { wrap, wrapParts } from './wrap.ts';

const label = 12;
const mostSightings = 8;
const mostBuilds = 6;
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
    const { job, commit } = this.#story;
    this.#lines.push(this.#style.bold(escapeControls(`job ${job.job_id} ${job.job ?? ''}`)));
    const run = [
      job.repository ?? 'unknown repository',
      `run ${job.run_id ?? '?'}`,
      ...(job.attempt === null ? [] : [`attempt ${job.attempt}`]),
      ...(job.workflow === null ? [] : [`workflow ${job.workflow}`]),
      ...(commit.head_branch === null ? [] : [`branch ${commit.head_branch}`]),
      ...(commit.head_sha === null ? [] : [`commit ${commit.head_sha.slice(0, 10)}`]),
      ...(job.url === null ? [] : [job.url]),
    ];
    this.#row('run', run.join(', '));
    const when = `${job.started_at ?? '?'} – ${job.completed_at ?? '?'}`;
    this.#row('ran', `${when} on ${job.runner ?? '?'}, host ${job.machine ?? '?'}`);
    const { steps } = this.#story;
    if (steps.length > 0) {
      const parts = stepsTexts(steps).map(escapeControls);
      this.#labelled('steps', wrapParts(parts, ', ', this.#room));
    }
    if (job.log_source !== null) this.#row('log', job.log_source);
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

  /** The proof is not told twice: what else was recognised, and why it does not count. */
  #drawSightings(): void {
    const { sightings, verdict, builds } = this.#story;
    const told = new Set(verdict?.evidence.map(({ line }) => line));
    const others = sightings.filter(({ line }) => !told.has(line));
    const groups = sightingGroups(others);
    if (groups.length > 0) this.#heading('also recognised');
    for (const { first, text } of groups.slice(0, mostSightings)) {
      this.#proof(first.line, first.at, text);
    }
    this.#more(groups.length - mostSightings, 'wording');
    if (builds.length > 0) this.#heading('builds');
    for (const {
      line,
      started_at: start,
      ended_at: end,
      builder,
      driver,
      ...build
    } of builds.slice(0, mostBuilds)) {
      const ended = build.error === null ? 'no error' : `failed (line ${build.error_line})`;
      const on = `on ${builder ?? 'an unknown builder'} (${driver ?? 'unknown driver'})`;
      this.#proof(line, start, `until ${timeOf(end)} ${on}: ${ended}`);
    }
    this.#more(builds.length - mostBuilds, 'build');
  }

  #drawSurroundings(): void {
    const { facts, events, neighbours } = this.#story;
    this.#drawSightings();
    const shown = facts.filter(
      ({ name }) => factsShown.has(name) || name.startsWith('action-ref:docker/'),
    );
    const texts = shown.map(({ name, value, line }) => `${name} ${value} (line ${line})`);
    this.#row('facts', texts.join(', ') || 'none');
    if (events.length > 0) this.#heading('builders');
    for (const { line, at, event, name } of events) this.#proof(line, at, `${event} ${name}`);
    if (neighbours.length > 0) this.#heading('on the host at that time');
    for (const other of neighbours) this.#row('', neighbourText(other, this.#story));
  }

  #more(count: number, what: string): void {
    if (count > 0) this.#row('', `and ${plural(count, `more ${what}`)} (--format json for all)`);
  }

  #heading(text: string): void {
    this.#lines.push(this.#style.dim(escapeControls(text)));
  }

  get #room(): number {
    return Math.max(40, this.#width - label);
  }

  #row(name: string, text: string): void {
    this.#labelled(name, wrap(escapeControls(text), this.#room));
  }

  #labelled(name: string, lines: readonly string[]): void {
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
