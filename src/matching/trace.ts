/** How far each line of a log got on its way to becoming an occurrence of one signature. */
import { parseLine } from '../log/line.ts';
import type { RawLine } from '../log/raw-lines.ts';
import type { Signature } from '../model/pattern.ts';
import type { Redaction } from '../model/redaction.ts';
import type { Trace } from '../model/scan.ts';
import { BuildTracker } from './builds.ts';
import { LogContext } from './context.ts';
import { capturesOf, positionInBuild, standsInVertex, subjectOf } from './occurrences.ts';
import { peel } from './peel.ts';
import { safeTrace } from './safe-scan.ts';

const most = 200;

/** Follows the lines that hold one of the signature's words; lines without any never come near it. */
export class SignatureTracer {
  readonly traces: Trace[] = [];
  readonly #signature: Signature;
  readonly #redaction: Redaction;
  readonly #context = new LogContext();
  readonly #builds = new BuildTracker();

  constructor(signature: Signature, redaction: Redaction) {
    this.#signature = signature;
    this.#redaction = redaction;
  }

  push(raw: RawLine): void {
    const line = parseLine(raw);
    const placed = this.#context.place(line);
    this.#builds.observe(placed);
    const { literals, where, regex } = this.#signature;
    if (this.traces.length >= most || !literals.some((word) => line.text.includes(word))) return;
    const position = positionInBuild(placed, this.#builds);
    const subject = subjectOf(peel(placed.body));
    const match = regex.exec(subject);
    const stoppedAt = !where.has(position)
      ? 'position'
      : !standsInVertex(this.#signature, placed, this.#builds)
        ? 'vertex'
        : match === null
          ? 'regex'
          : null;
    const captures = capturesOf(match);
    const trace: Trace = {
      line: line.number,
      text: line.text,
      position,
      stoppedAt,
      subject,
      captures,
    };
    this.traces.push(safeTrace(trace, this.#redaction));
  }
}
