/**
 * The finder in plain TypeScript, for machines without SIMD in WebAssembly or without memory for it: an
 * Aho–Corasick automaton over the watched words, one table look-up a byte. A third of the speed of the
 * kernel and the same lines (kernel/assembly/find.ts says which and why).
 */
import { withoutEscapes } from '../../log/line.ts';
import { maxLineBytes } from '../../log/raw-lines.ts';
import { countedEnough, dataBytes, vertexCount, type LineFinder } from './line-finder.ts';
import type { WatchedWord } from './watched-words.ts';

const lineFeed = 0x0a;
const escape = 0x1b;
const hash = 0x23;
const margin = 64;
const byteOrderMark = Buffer.from('\uFEFF');
const stampLength = 28;
const stamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z(?: |\r*$)/;
const vertexLine = /^#(\d{1,6}) (\d+\.\d)?/;
// oxlint-disable-next-line no-control-regex -- a colour may begin the line
const mayBeTest = /=== |--- |_test\.go:|\u001B/;
const cyan = '\u001B[36;1m';

export class PlainFinder implements LineFinder {
  readonly memory = Buffer.alloc(margin + dataBytes + margin);
  readonly dataStart = margin;
  readonly vertices = new Uint32Array(vertexCount + 1);
  lineStart = 0;
  lineEnd = 0;
  passed = 0;
  readonly #automaton: Automaton;

  constructor(watched: readonly WatchedWord[]) {
    const words = watched.flatMap(({ bytes, atTheEdge }) =>
      // The line end before a line, and the end of its stamp, tell the edge.
      atTheEdge ? ['\n', 'Z '].map((edge) => Buffer.concat([Buffer.from(edge), bytes])) : [bytes],
    );
    this.#automaton = new Automaton([...words, byteOrderMark]);
  }

  /** Nothing is kept of what was found before. */
  renew(): void {}

  find(from: number, end: number, readsVertices: boolean, readsCyan: boolean): boolean {
    this.passed = 0;
    for (let start = from; start < end; this.passed++) {
      const lineEnd = this.endOfLine(start, end);
      if (this.#matters(start, lineEnd, readsVertices, readsCyan)) {
        this.lineStart = start;
        this.lineEnd = lineEnd;
        return true;
      }
      start = lineEnd + 1;
    }
    return false;
  }

  endOfLine(from: number, end: number): number {
    if (this.memory[from] === lineFeed) return from;
    const at = this.memory.subarray(from, end).indexOf(lineFeed);
    return at < 0 ? end : from + at;
  }

  stampedLine(from: number, end: number, last: boolean): number {
    let found = 0;
    for (let start = from, lineEnd = 0; start < end; start = lineEnd + 1) {
      lineEnd = this.endOfLine(start, end);
      if (lineEnd - start < stampLength) continue;
      if (!stamp.test(this.#text(start, Math.min(lineEnd, start + 256)))) continue;
      found = start;
      if (!last) break;
    }
    return found;
  }

  testLine(from: number, to: number, lines: number): number {
    for (let end = to, left = lines; end > from && left > 0; left--) {
      const start = Math.max(from, this.memory.lastIndexOf(lineFeed, end - 2) + 1);
      if (mayBeTest.test(this.#text(start, end))) return start;
      end = start;
    }
    return 0;
  }

  /** The index of the words is as fast. */
  wordsIn(): null {
    return null;
  }

  #text(start: number, end: number): string {
    return this.memory.toString('latin1', start, end);
  }

  #matters(start: number, end: number, readsVertices: boolean, readsCyan: boolean): boolean {
    if (start === end) return false;
    // The line ends around the line belong to words that stand at its edges.
    if (this.#automaton.matches(this.memory, start - 1, end + 1)) return true;
    const line = this.memory.subarray(start, Math.min(end, start + maxLineBytes));
    if (line.includes(escape)) return this.#colouredMatters(line, readsVertices, readsCyan);
    const first = line[0];
    if (first === hash) return this.#vertexMatters(line.toString('latin1'), readsVertices);
    if (line[stampLength + 1] !== hash) return false;
    const head = line.toString('latin1');
    return stamp.test(head) && this.#vertexMatters(head.slice(stampLength + 1), readsVertices);
  }

  #colouredMatters(line: Buffer, readsVertices: boolean, readsCyan: boolean): boolean {
    const text = line.toString('latin1');
    const stamped = stamp.test(text.slice(0, 256)) && text[stampLength] === ' ';
    const message = stamped ? text.slice(stampLength + 1) : text;
    const isCyan = message.startsWith(cyan);
    if (isCyan && readsCyan) return true;
    // Titles are bounded in characters, and here are bytes: when one may be too long, the line is read.
    if (message.includes('\u001B]') && message.length > 2048) return true;
    const bare = withoutEscapes(message);
    const edge = Buffer.from(`${stamped ? 'Z ' : '\n'}${bare}\n`, 'latin1');
    if (this.#automaton.matches(edge, 0, edge.length)) return true;
    return !isCyan && bare.startsWith('#') && this.#vertexMatters(bare, readsVertices);
  }

  #vertexMatters(text: string, read: boolean): boolean {
    const vertex = read ? vertexLine.exec(text) : null;
    if (vertex === null) return false;
    const number = Number(vertex[1]);
    const known = number < vertexCount ? (this.vertices[number] ?? 0) : 0;
    if (known === 0) return true;
    if (known === 1 || known >= countedEnough || vertex[2] === undefined) return false;
    // A line of `gh run view --log`, which log/line.ts calls quoted.
    if (/\t(?:\u00EF|\d{4}-)/.test(text)) return true;
    this.vertices[number] = known + 1;
    return false;
  }
}

/** Says whether any of the words occurs: states in rows of one entry for each kind of byte. */
class Automaton {
  /** Bytes that no word holds are all of one kind. */
  readonly #kinds = new Uint8Array(256);
  readonly #width: number;
  /** The next state's row; `found` where a word is complete. */
  readonly #next: Uint16Array;

  constructor(words: readonly Uint8Array[]) {
    let kinds = 1;
    for (const byte of words.flatMap((word) => [...word])) {
      if (this.#kinds[byte] === 0) this.#kinds[byte] = kinds++;
    }
    this.#width = kinds;
    const states = 1 + words.reduce((sum, { length }) => sum + length, 0);
    this.#next = new Uint16Array(states * kinds);
    const complete = new Uint8Array(states);
    this.#addWords(words, complete);
    this.#addFailures(complete);
  }

  matches(bytes: Uint8Array, from: number, end: number): boolean {
    let state = 0;
    for (let at = from; at < end; at++) {
      state = this.#next[state * this.#width + (this.#kinds[bytes[at] ?? 0] ?? 0)] ?? 0;
      if (state === found) return true;
    }
    return false;
  }

  #addWords(words: readonly Uint8Array[], complete: Uint8Array): void {
    let states = 1;
    for (const word of words) {
      let state = 0;
      for (const byte of word) {
        const place = state * this.#width + (this.#kinds[byte] ?? 0);
        if (this.#next[place] === 0) this.#next[place] = states++;
        state = this.#next[place] ?? 0;
      }
      complete[state] = 1;
    }
  }

  /** Breadth first, so that the state to fall back to is finished before it is needed. */
  #addFailures(complete: Uint8Array): void {
    const failure = new Uint16Array(complete.length);
    const queue = [0];
    for (let state = queue.shift(); state !== undefined; state = queue.shift()) {
      const fallback = failure[state] ?? 0;
      if (complete[fallback]) complete[state] = 1;
      for (let kind = 0; kind < this.#width; kind++) {
        const place = state * this.#width + kind;
        const child = this.#next[place] ?? 0;
        const instead = state === 0 ? 0 : (this.#next[fallback * this.#width + kind] ?? 0);
        if (child === 0) this.#next[place] = instead;
        else {
          failure[child] = instead;
          queue.push(child);
        }
      }
    }
    this.#next.forEach((state, place) => {
      if (complete[state]) this.#next[place] = found;
    });
  }
}

const found = 0xffff;
