/**
 * One job log in, one JobScan out. Lines are pushed in order and forgotten at once: what is kept is
 * bounded by the number of steps, builds and sightings, never by the length of the log.
 */
import { parseLine } from '../log/line.ts';
import type { RawLine } from '../log/raw-lines.ts';
import type { Redaction } from '../model/redaction.ts';
import { hostedMachine, machineOf } from '../model/host.ts';
import type { BuilderUse, ErrorLine, Fact, JobScan, Occurrence } from '../model/scan.ts';
import type { Instant } from '../model/time.ts';
import { BuilderReader } from './builder-events.ts';
import { BuildTracker } from './builds.ts';
import type { CompiledPatterns } from './compiled-patterns.ts';
import { dependsOnTest, LogContext, type PlacedLine } from './context.ts';
import { FactReader } from './facts.ts';
import { OccurrenceRecorder } from './occurrences.ts';
import { heldLength, safeScan } from './safe-scan.ts';

const exitCodeLine = /^Process completed with exit code (\d+)\.$/;
const engineAnswer = /^ ?(?:Server Version: |ID: |Engine:)/;
const maxErrors = 200;

export class JobScanner {
  readonly #context = new LogContext();
  readonly #builds: BuildTracker;
  readonly #builders: BuilderReader;
  readonly #occurrences: OccurrenceRecorder;
  readonly #facts: FactReader;
  readonly #redaction: Redaction;
  readonly #errors: ErrorLine[] = [];
  #last: RawLine | null = null;
  #firstAt: Instant | null = null;
  #lastAt: Instant | null = null;
  #dockerWorkedLine: number | null = null;
  #givenUp = false;

  /** `vertices` is where a finder counts what it passes over; see `LineFinder`. */
  constructor(patterns: CompiledPatterns, vertices?: Uint32Array) {
    this.#builds = new BuildTracker(vertices);
    this.#builders = new BuilderReader(this.#builds);
    this.#occurrences = new OccurrenceRecorder(patterns, this.#builds);
    this.#facts = new FactReader(patterns);
    this.#redaction = patterns.redaction;
  }

  /**
   * Whether the next line must be pushed whatever it says. Any other line without a watched word may be
   * passed over, save the last one: it would change nothing.
   */
  get wantsNextLine(): boolean {
    const { group, wantsNextLine } = this.#context;
    const line = this.#last?.number ?? 0;
    return (
      wantsNextLine ||
      this.#facts.wantsLineAfter(line) ||
      this.#builders.wantsLineAfter(line, group)
    );
  }

  get readsScript(): boolean {
    return this.#context.readsScript;
  }

  get readsVertices(): boolean {
    return this.#context.readsVertices;
  }

  get isStamped(): boolean {
    return this.#firstAt !== null;
  }

  /** Lines were passed over; these are the stamps of the first and the last stamped one among them. */
  pass(first: Instant, last: Instant): void {
    this.#firstAt ??= first;
    this.#lastAt = last;
    this.#builds.passTo(last);
  }

  /** Lines were passed over; the last line of a Go test among them, 0 for none. */
  noteTest(line: number): void {
    this.#context.noteTest(line);
  }

  /**
   * `words` are the numbers of the patterns' words in the line, where a finder has told them; `testBefore` tells
   * what `noteTest` is to be told, where the line depends on it.
   */
  push(
    raw: RawLine,
    words: readonly number[] | null = null,
    testBefore: () => number = () => 0,
  ): void {
    const line = parseLine(raw, words);
    if (dependsOnTest(line.text)) this.noteTest(testBefore());
    this.#last = raw;
    if (line.at !== null) {
      this.#firstAt ??= line.at;
      this.#lastAt = line.at;
    }
    const placed = this.#context.place(line);
    this.#builds.observe(placed);
    this.#builders.observe(placed, this.#context.script);
    this.#facts.try(placed);
    this.#occurrences.try(placed);
    this.#note(placed);
  }

  /** What follows is not read any more. */
  giveUp(): void {
    this.#givenUp = true;
  }

  finish(): JobScan {
    return safeScan(this.#finish(), this.#redaction);
  }

  #finish(): JobScan {
    this.#builds.close();
    const last = this.#last;
    const facts = [...this.#facts.facts(), ...this.#builders.facts()];
    return {
      lines: last?.number ?? 0,
      bytes: last === null ? 0 : last.offset + Buffer.byteLength(last.text),
      firstAt: this.#firstAt,
      lastAt: this.#lastAt,
      ended: this.#context.ended,
      cutMidLine: last !== null && !last.ended,
      givenUp: this.#givenUp,
      structured: this.#context.structured,
      steps: this.#context.steps,
      builds: this.#builds.builds,
      occurrences: this.#settled(),
      dropped: this.#occurrences.dropped,
      facts: facts.toSorted((a, b) => a.line - b.line),
      builderEvents: this.#builders.described(),
      builders: onOwnMachine(facts) ? alone(this.#builders.use()) : this.#builders.use(),
      errors: this.#errors,
      dockerWorkedLine: this.#dockerWorkedLine,
    };
  }

  /** A step that came to its end without an error annotation did not fail, whatever was said in it. */
  #settled(): Occurrence[] {
    const { steps, structured } = this.#context;
    const { occurrences } = this.#occurrences;
    for (const seen of occurrences) {
      const step = steps[seen.step];
      const endedWell = step !== undefined && step.ended && step.firstError === null && !step.setup;
      if (structured && endedWell) seen.healed = true;
    }
    return occurrences;
  }

  /** What the verdict needs of a line beside signatures: errors, exit codes, a sign of the engine. */
  #note(placed: PlacedLine): void {
    const { position, line, body, step } = placed;
    if (this.#provesDocker(placed)) {
      this.#dockerWorkedLine ??= line.number;
      this.#occurrences.healOutput(step);
    }
    if (position !== 'annotation' && position !== 'final' && position !== 'vertex-error') return;
    const scan = this.#context.step;
    if (position === 'annotation' && scan !== null) {
      scan.firstError ??= line.number;
      const exitCode = exitCodeLine.exec(body)?.[1];
      if (exitCode !== undefined) scan.exitCode ??= Number(exitCode);
    }
    if (this.#errors.length >= maxErrors) return;
    const text = line.text.slice(0, heldLength);
    this.#errors.push({ line: line.number, at: line.at, position, step, text });
  }

  #provesDocker({ position, line, vertex, body }: PlacedLine): boolean {
    if (vertex !== null) return body.startsWith('DONE ');
    return position === 'output' && engineAnswer.test(line.text);
  }
}

/** A hosted runner's machine serves one job. */
function onOwnMachine(facts: readonly Fact[]): boolean {
  return machineOf(facts, null).name === hostedMachine;
}

/** Where there is no other job, no builder is another's and nobody else moved the pointer. */
function alone(use: BuilderUse): BuilderUse {
  return { ...use, foreign: false, pointerReset: false };
}
