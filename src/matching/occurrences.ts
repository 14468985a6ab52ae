/** Tries signatures on placed lines and records where they were seen. */
import type { Position, Signature } from '../model/pattern.ts';
import type { Occurrence } from '../model/scan.ts';
import type { BuildTracker } from './builds.ts';
import type { CompiledPatterns } from './compiled-patterns.ts';
import type { PlacedLine } from './context.ts';
import { peel, withoutCommand } from './peel.ts';
import { heldLength } from './safe-scan.ts';

/** The part of a line that a regex is ever given; also bounds what a bad regex can cost. */
export const maxMatchedLength = 4096;
/** Kept for each signature of a job: so many of the first sightings and of the last. Others are only counted. */
const maxPerEnd = 25;

/** The sightings of one signature: the first ones, then the last ones in any order. */
interface Sightings {
  readonly held: Occurrence[];
  dropped: number;
}

export class OccurrenceRecorder {
  dropped = 0;
  readonly #kept = new Map<string, Sightings>();
  readonly #patterns: CompiledPatterns;
  readonly #builds: BuildTracker;

  constructor(patterns: CompiledPatterns, builds: BuildTracker) {
    this.#patterns = patterns;
    this.#builds = builds;
  }

  /** Records every signature that the line carries. */
  try(placed: PlacedLine): void {
    const position = positionInBuild(placed, this.#builds);
    const filter = this.#patterns.signaturesAt.get(position);
    const { words } = placed.line;
    if (filter === undefined || (words !== null && !filter.hasAny(words))) return;
    const message = peel(placed.body);
    const subject = subjectOf(message);
    for (const signature of filter.candidates(subject, words)) {
      if (!standsInVertex(signature, placed, this.#builds)) continue;
      const match = signature.regex.exec(subject);
      if (match === null) continue;
      this.#record(signature, placed, position, message, capturesOf(match));
    }
  }

  /** All that was kept, in the order of the log. */
  get occurrences(): Occurrence[] {
    const kept = [...this.#kept.values()].flatMap(({ held }) => held);
    return kept.toSorted((a, b) => a.line - b.line);
  }

  /** The engine answers: what a tool said about it before, in this step, was a wait for it. */
  healOutput(step: number): void {
    for (const { held } of this.#kept.values()) {
      for (const occurrence of held) {
        if (occurrence.step === step && occurrence.position === 'output') occurrence.healed = true;
      }
    }
  }

  #record(
    signature: Signature,
    placed: PlacedLine,
    position: Position,
    message: string,
    captures: Record<string, string>,
  ): void {
    const { line, step, vertex } = placed;
    const occurrence: Occurrence = {
      signature: signature.id,
      line: line.number,
      offset: line.offset,
      at: line.at,
      position,
      step,
      build: this.#builds.currentIndex,
      vertex,
      text: line.text.slice(0, heldLength),
      captures,
      repeats: this.#repeats(signature.id, step, position, message),
      healed: false,
    };
    this.#keep(occurrence);
    this.#builds.await(occurrence, message);
  }

  /** The first sightings and the last: what began a failure, and what ended it. */
  #keep(occurrence: Occurrence): void {
    const kept = this.#kept.get(occurrence.signature);
    if (kept === undefined) {
      this.#kept.set(occurrence.signature, { held: [occurrence], dropped: 0 });
    } else if (kept.held.length < 2 * maxPerEnd) kept.held.push(occurrence);
    else {
      // In the place of the oldest that is none of the first.
      kept.held[maxPerEnd + (kept.dropped % maxPerEnd)] = occurrence;
      kept.dropped++;
      this.dropped++;
    }
  }

  /** The client says a vertex's error again, and the runner says the client's last line again. */
  #repeats(signature: string, step: number, position: Position, message: string): boolean {
    if (position !== 'final' && position !== 'annotation') return false;
    return (this.#kept.get(signature)?.held ?? []).some(
      (earlier) =>
        earlier.step === step &&
        message.endsWith(peel(earlier.text.replace(/^#\d+ /, '')).slice(-60)),
    );
  }
}

/** The named groups that took part in a match. */
export function capturesOf(match: RegExpExecArray | null): Record<string, string> {
  if (match?.groups === undefined) return {};
  const captures: Record<string, string> = {};
  for (const name in match.groups) {
    const value = match.groups[name];
    if (value !== undefined) captures[name] = value;
  }
  return captures;
}

/** What of a peeled message a regex is given. */
export function subjectOf(message: string): string {
  return withoutCommand(message).slice(0, maxMatchedLength);
}

/** BuildKit's own words inside a vertex are something it will retry; a program's are its output. */
export function positionInBuild(placed: PlacedLine, builds: BuildTracker): Position {
  if (placed.position !== 'run-log' || placed.vertex === null) return placed.position;
  if (builds.isRunStep(placed.vertex)) return 'run-log';
  return placed.body.startsWith('error: ') ? 'vertex-retry' : 'vertex';
}

/** Whether the line's vertex is one that the signature is limited to. */
export function standsInVertex(
  { vertex: name }: Signature,
  { vertex }: PlacedLine,
  builds: BuildTracker,
): boolean {
  return name === null || (vertex !== null && name.test(builds.vertexName(vertex)));
}
