/**
 * Knows where each line of a job log stands: step, group, script echo, vertex, replay, source frame,
 * post step. Position decides what a line can prove; words never do.
 */
import type { Line } from '../log/line.ts';
import type { Position } from '../model/pattern.ts';
import type { StepScan } from '../model/scan.ts';
import { printedBy, vertexLine } from './vertex-marks.ts';

/** A line with its place in the job. */
export interface PlacedLine {
  readonly line: Line;
  readonly position: Position;
  /** Index of the step, -1 before the first. */
  readonly step: number;
  /** The group the line stands in, null outside groups. */
  readonly group: string | null;
  /** Vertex number for every `#N` line, else null. */
  readonly vertex: number | null;
  /** The runner is still setting the job up: nothing here is the job's own doing. */
  readonly setup: boolean;
  /** What follows the position's own marker: after `##[error]`, `#N `, `#N 1.23 `, `[command]`. */
  readonly body: string;
}

// A line may hold a CR or U+2028 in its middle (a progress bar), so `.` is any character here.
const groupStart = /^(?:##\[group\]|::group::)(.*)$/s;
const groupEnd = /^(?:##\[endgroup\]|::endgroup::)/;
const annotation =
  /^(?:##\[(error|warning|notice|debug|section)\]|::(error|warning|notice|debug)(?: [^:]*)?::)(.*)$/s;
const command = /^(?:##)?\[command\](.*)$/s;
// What a vertex line may look like where no build has begun yet: a log may be cut anywhere.
const vertexOpening =
  /^#\d+ (?:\[|building with "|DONE \d|CACHED$|ERROR: |CANCELED$|\d+\.\d{1,3} |(?:importing|exporting|resolve|resolving|copy|merge|diff|pushing) |[a-z-]+:\/\/)/;
const clientError =
  /^(?:(?:ERROR|error|Error): \S|(?:target \S+: )?failed to (?:solve|build|receive|get|compute)\b|executor failed running \[|The command '.*' returned a non-zero code|unexpected EOF$|context canceled$)/;
const daemonLine = /^time="[^"]{0,64}" level=/;
const frameLine = /^ *\d+ \| /;
const dockerHeader = /\bdocker\b|\bbuildx\b|\bbuildctl\b|\bbake\b/;
// Below the script the echo shows the shell, the inputs and the environment.
const echoTail = /^(?:shell: |with:$|env:$)/;
const replayName = /^ > /;
// Projects that test gRPC or BuildKit print such errors in their tests' output.
const goTest =
  /^(?:=== (?:RUN|CONT|PAUSE|NAME)\b|\s*--- (?:FAIL|PASS|SKIP): |\s+\S+_test\.go:\d+:)/;
/** How many lines a test's output reaches beyond a line of the test runner. */
export const goTestReach = 20;

/** Whether a line is one of the Go test runner, where it is not quoted: what follows is a test's output. */
export function isGoTest({ text, quoted, scriptEcho }: Line): boolean {
  return !quoted && !scriptEcho && goTest.test(text);
}

/** Whether it makes a difference for the line, or for what is made of the lines behind, if a test prints it. */
export function dependsOnTest(text: string): boolean {
  if (!mayBeMarked(text)) return false;
  return (
    groupStart.test(text) ||
    groupEnd.test(text) ||
    text === replayRule ||
    replayName.test(text) ||
    clientError.test(text)
  );
}

/**
 * What any of the marks above begins with, but for those of indented lines. A look spares most lines ten regexes,
 * and so do the other looks at single characters in this file.
 */
const markBegins: ReadonlySet<number> = new Set(Buffer.from(':[-EeftTuc '));
const hash = 0x23;

function mayBeMarked(text: string): boolean {
  const first = text.charCodeAt(0);
  // A single `#` begins a vertex's line, the most frequent of all.
  return first === hash ? text.charCodeAt(1) === hash : markBegins.has(first);
}

const replayRule = '------';
const daemonGroup = 'BuildKit container logs';
const maxScript = 8 * 1024;
const maxSteps = 2000;

export class LogContext {
  readonly steps: StepScan[] = [];
  /** The runner's closing words were seen. */
  ended = false;
  /** A runner wrote this log, not a bare tool. */
  structured = false;
  /** The script of the current step, as echoed; for an action its name. */
  script = '';
  #inScript = false;
  #group: string | null = null;
  #inEcho = false;
  #inPost = false;
  #inReplay = false;
  #lastText = '';
  #goTestLine = -Infinity;

  /** The step that is running, null before the first. */
  get step(): StepScan | null {
    return this.steps.at(-1) ?? null;
  }

  /** Whether the next line changes something here whatever it says. */
  get wantsNextLine(): boolean {
    return this.#lastText === replayRule || (this.#inEcho && this.readsScript);
  }

  /** Whether echoed lines are still kept, as the runner may print them outside the group too. */
  get readsScript(): boolean {
    return this.#inScript && this.script.length < maxScript;
  }

  /** Whether a line `#N …` may be a vertex's here; elsewhere it is something quoted. */
  get readsVertices(): boolean {
    return !this.#inEcho && !this.#inReplay && !this.#inPost && this.#group !== daemonGroup;
  }

  get group(): string | null {
    return this.#group;
  }

  /** A line of the Go test runner stood here among lines that were passed over; 0 for none. */
  noteTest(line: number): void {
    const isOther = this.#inEcho || this.#inReplay || this.#group === daemonGroup;
    if (line > 0 && !isOther) this.#goTestLine = Math.max(this.#goTestLine, line);
  }

  place(line: Line): PlacedLine {
    const { text } = line;
    const placed = this.#place(line, text);
    this.#lastText = text;
    return placed;
  }

  #place(line: Line, text: string): PlacedLine {
    const at = (position: Position, body = text, vertex: number | null = null): PlacedLine => ({
      line,
      position: this.#inPost ? 'post' : position,
      step: this.steps.length - 1,
      group: this.#group,
      vertex,
      setup: this.structured && (this.step?.setup ?? true),
      body,
    });
    if (line.quoted) return at('echo');
    const isMarked = mayBeMarked(text);
    const group = isMarked ? groupStart.exec(text) : null;
    if (group) return this.#openGroup(line, group[1] ?? '', at);
    if (isMarked && groupEnd.test(text)) {
      const placed = at('group', '');
      if (this.#inEcho && this.step && dockerHeader.test(this.script)) this.step.docker = true;
      this.#inEcho = false;
      this.#group = null;
      return placed;
    }
    if (this.#inEcho || line.scriptEcho) {
      if (echoTail.test(text)) this.#inScript = false;
      if (this.#inScript && this.script.length < maxScript) this.script += `${text}\n`;
      return at('echo');
    }
    if (text === 'Post job cleanup.') {
      this.#inPost = true;
      this.#endStep(line);
      return at('post');
    }
    if (text === 'Cleaning up orphan processes') this.ended = true;
    return this.#placeMessage(line, text, at);
  }

  #openGroup(line: Line, title: string, at: Placer): PlacedLine {
    this.structured = true;
    this.#group = title;
    this.#inReplay = false;
    this.#inEcho = false;
    if (title.startsWith('Run ') && !this.#inPost) {
      this.#startStep(line, title.slice('Run '.length));
      this.#inEcho = true;
      this.script = `${title.slice('Run '.length)}\n`;
      this.#inScript = true;
    }
    return at('group', title);
  }

  #placeMessage(line: Line, text: string, at: Placer): PlacedLine {
    if (mayBeMarked(text)) {
      const marked = annotation.exec(text);
      if (marked) return this.#placeAnnotation(line, marked, at);
      const called = command.exec(text);
      if (called) return at('command', called[1]);
    }
    if (this.#group === daemonGroup || (text.startsWith('time=') && daemonLine.test(text)))
      return at('daemon-log');
    if (this.#placeReplay(text)) return at('replay');
    return this.#placeVertex(line, text, at) ?? this.#placeTool(line, text, at);
  }

  #placeAnnotation(line: Line, marked: RegExpExecArray, at: Placer): PlacedLine {
    this.structured = true;
    const [, hashed, colons, message] = marked;
    if ((hashed ?? colons) !== 'error') return at('remark', message);
    if (!this.#inPost) this.#startImplicitStep(line);
    return at('annotation', message);
  }

  #placeVertex(line: Line, text: string, at: Placer): PlacedLine | null {
    const vertex = this.#inPost ? null : vertexLine(text);
    if (vertex === null || !(this.step?.docker || vertexOpening.test(text))) return null;
    this.#startImplicitStep(line).docker = true;
    const { number, rest } = vertex;
    if (rest.startsWith('ERROR: ')) return at('vertex-error', rest.slice('ERROR: '.length), number);
    const printed = printedBy(rest);
    // Whether the program or BuildKit speaks depends on the vertex's name, which the builds know.
    return printed === null ? at('vertex', rest, number) : at('run-log', printed, number);
  }

  #placeTool(line: Line, text: string, at: Placer): PlacedLine {
    if (this.step?.docker && frameLine.test(text)) return at('frame');
    if (goTest.test(text)) this.#goTestLine = line.number;
    const isTest = line.number - this.#goTestLine <= goTestReach;
    if (!isTest && mayBeMarked(text) && clientError.test(text) && this.#clientSpeaks(line)) {
      // A copy from the web page has no stamps and shows `##[error]` as `Error:`.
      const isAnnotation = line.at === null && !this.structured && text.startsWith('Error: ');
      return at(isAnnotation ? 'annotation' : 'final');
    }
    if (this.steps.length > 0) return at('output');
    if (text.startsWith('Current runner version:')) this.structured = true;
    return at(this.structured || line.at !== null ? 'header' : 'output');
  }

  /** An error at the left edge is the docker client's only where docker runs. */
  #clientSpeaks(line: Line): boolean {
    if (this.#inPost) return false;
    if (this.step !== null) return this.step.docker;
    if (this.structured) return false;
    this.#startImplicitStep(line).docker = true;
    return true;
  }

  /** After the end of a failed build its last log lines are printed again, between two rules. */
  #placeReplay(text: string): boolean {
    if (this.#inReplay) {
      if (text === replayRule) this.#inReplay = false;
      return true;
    }
    if (text === replayRule && this.step?.docker) return true;
    if (replayName.test(text) && this.#lastText === replayRule) {
      this.#inReplay = true;
      return true;
    }
    return false;
  }

  #startStep(line: Line, title: string): StepScan {
    this.#endStep(line);
    this.#inReplay = false;
    const step: StepScan = {
      title,
      line: line.number,
      startedAt: line.at,
      endedAt: null,
      ended: false,
      setup: this.structured && title === '',
      docker: dockerHeader.test(title),
      firstError: null,
      exitCode: null,
    };
    // A log of thousands of steps is no job log; what follows the bound counts for the last one.
    if (this.steps.length < maxSteps) this.steps.push(step);
    return this.steps.at(-1) ?? step;
  }

  /** Tool output without any step header belongs to one nameless step; so does what the runner sets up. */
  #startImplicitStep(line: Line): StepScan {
    return this.step ?? this.#startStep(line, '');
  }

  #endStep(line: Line): void {
    const { step } = this;
    if (step === null) return;
    step.ended = true;
    step.endedAt ??= line.at;
  }
}

type Placer = (position: Position, body?: string, vertex?: number | null) => PlacedLine;
