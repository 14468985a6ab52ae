/**
 * Scans a log without reading most of it: a finder names the lines that can matter, and only those are
 * pushed to the scanner. The result is the same as if every line had been pushed (test/matching/
 * sparse-scan.test.ts holds the two against each other), at the speed of the finder.
 *
 * Blocks go straight into the finder's memory. A block is searched up to the beginning of its last line;
 * the rest is moved to the front and the next block read behind it. So the last line of a log is always
 * left at the end, and is always pushed: it tells the length of the log and whether that was cut.
 */
import type { ByteSource } from '../log/byte-source.ts';
import { parseLine } from '../log/line.ts';
import { maxLineBytes, type RawLine } from '../log/raw-lines.ts';
import type { Instant } from '../model/time.ts';
import { goTestReach, isGoTest } from './context.ts';
import type { JobScanner } from './job-scanner.ts';
import { dataBytes, type LineFinder } from './prefilter/line-finder.ts';

const blockBytes = 512 * 1024;
/** An unfinished line longer than this is pushed cut, whatever it says, and its rest only counted. */
const longLineBytes = 2 * maxLineBytes;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const stampLength = 28;

/** What the caller wants to know of the bytes, and how long it will wait. */
export interface Watch {
  /** Sees every byte, in order. */
  readonly observe: (bytes: Buffer) => void;
  /** Asked after every block: whether the scan has taken too long for so many bytes. */
  readonly isOverdue: (bytes: number) => boolean;
}

/** Reads the source to its end; searches it until that takes too long. @throws UnreadableLog */
export async function scanSparsely(
  source: ByteSource,
  finder: LineFinder,
  scanner: JobScanner,
  { observe, isOverdue }: Watch,
): Promise<void> {
  const scan = new SparseScan(finder, scanner);
  let total = 0;
  let isSearched = true;
  for (;;) {
    const room = scan.room();
    const read = source.read(room);
    const bytes = typeof read === 'number' ? read : await read;
    if (bytes === 0) break;
    observe(room.subarray(0, bytes));
    total += bytes;
    if (!isSearched) continue;
    scan.add(bytes);
    isSearched = !isOverdue(total);
    if (!isSearched) scanner.giveUp();
  }
  if (isSearched) scan.finish();
}

class SparseScan {
  readonly #finder: LineFinder;
  readonly #scanner: JobScanner;
  readonly #memory: Buffer;
  /** The data not yet searched: begins a line, unless a long line is being dropped. */
  #start: number;
  #end: number;
  /** Line ends are looked for from here. */
  #fresh: number;
  /** Lines of Go tests from here on are not known to the scanner. */
  #testsFrom: number;
  /** Lines before `#start`, and the offset of `#start` in the log. */
  #lines = 0;
  #offset = 0;
  /** The beginning of a line too long to be held, and its length so far. */
  #long: { head: Buffer; length: number } | null = null;

  constructor(finder: LineFinder, scanner: JobScanner) {
    this.#finder = finder;
    this.#scanner = scanner;
    this.#memory = finder.memory;
    this.#start = this.#end = this.#fresh = this.#testsFrom = finder.dataStart;
    this.#memory.fill(lineFeed, finder.dataStart - 64, finder.dataStart);
    finder.vertices.fill(0);
  }

  /** Where the next block goes. */
  room(): Buffer {
    const { dataStart } = this.#finder;
    if (this.#start > dataStart) {
      this.#scanner.noteTest(this.#testBefore());
      this.#memory.copyWithin(dataStart, this.#start, this.#end);
      this.#end -= this.#start - dataStart;
      this.#fresh = Math.max(dataStart, this.#fresh - (this.#start - dataStart));
      this.#start = this.#testsFrom = dataStart;
      this.#memory[dataStart - 1] = lineFeed;
    }
    const limit = dataStart + dataBytes;
    return this.#memory.subarray(this.#end, Math.min(this.#end + blockBytes, limit));
  }

  add(bytes: number): void {
    this.#end += bytes;
    if (this.#long !== null && !this.#endLongLine(this.#long)) return;
    // The last byte may be the end of the last line, which is held back.
    const last = this.#memory.subarray(this.#fresh, this.#end - 1).lastIndexOf(lineFeed);
    if (last >= 0) this.#search(this.#fresh + last + 1);
    this.#fresh = Math.max(this.#start, this.#end - 1);
    const held = this.#end - this.#start;
    if (held > longLineBytes && this.#memory[this.#end - 1] !== lineFeed) this.#beginLongLine(held);
  }

  finish(): void {
    if (this.#long !== null) this.#pushLong(this.#long, false);
    else if (this.#end > this.#start) {
      const ended = this.#memory[this.#end - 1] === lineFeed;
      this.#push(this.#start, ended ? this.#end - 1 : this.#end, ended);
    }
  }

  /** Goes through the whole lines up to `end`. */
  #search(end: number): void {
    let from = this.#start;
    this.#finder.renew();
    while (from < end) {
      if (this.#scanner.wantsNextLine) {
        const lineEnd = this.#finder.endOfLine(from, end);
        this.#push(from, lineEnd, true);
        from = lineEnd + 1;
        continue;
      }
      const { readsVertices, readsScript } = this.#scanner;
      const found = this.#finder.find(from, end, readsVertices, readsScript);
      const { lineStart, lineEnd, passed } = this.#finder;
      this.#pass(found ? lineStart : end, passed);
      if (!found) return;
      this.#push(lineStart, lineEnd, true);
      from = lineEnd + 1;
    }
  }

  /**
   * The line number of the last line of a Go test before `#start`, as far as a test's output reaches; 0 where
   * there is none that the scanner has not been told of.
   */
  readonly #testBefore = (): number => {
    const [from, to] = [this.#testsFrom, this.#start];
    this.#testsFrom = to;
    let test = to;
    for (let back = 0; back < goTestReach; back = this.#linesIn(test, to)) {
      test = this.#finder.testLine(from, test, goTestReach - back);
      if (test === 0) return 0;
      const line = parseLine(this.#lineAt(test, this.#finder.endOfLine(test, to), true));
      if (isGoTest(line)) return this.#lines + 1 - this.#linesIn(test, to);
    }
    return 0;
  };

  #linesIn(from: number, to: number): number {
    let lines = 0;
    for (let at = from; at < to; at = this.#finder.endOfLine(at, to) + 1) lines++;
    return lines;
  }

  #pass(to: number, lines: number): void {
    if (to <= this.#start) return;
    const last = this.#stampIn(this.#start, to, true);
    if (last !== null) {
      const first = this.#scanner.isStamped
        ? last
        : (this.#stampIn(this.#start, to, false) ?? last);
      this.#scanner.pass(first, last);
    }
    this.#advance(to, lines);
  }

  #stampIn(from: number, to: number, last: boolean): Instant | null {
    const line = this.#finder.stampedLine(from, to, last);
    return line === 0 ? null : this.#memory.toString('latin1', line, line + stampLength);
  }

  #lineAt(start: number, end: number, ended: boolean): RawLine {
    const length = end - start;
    let textEnd = length > maxLineBytes ? start + maxLineBytes : end;
    while (textEnd > start && this.#memory[textEnd - 1] === carriageReturn) textEnd--;
    return {
      number: this.#lines + 1,
      offset: this.#offset,
      text: this.#memory.toString('utf8', start, textEnd),
      clipped: length > maxLineBytes,
      ended,
    };
  }

  #push(start: number, end: number, ended: boolean): void {
    const words = this.#finder.wordsIn(start, end);
    this.#scanner.push(this.#lineAt(start, end, ended), words, this.#testBefore);
    this.#advance(ended ? end + 1 : end, 1);
  }

  #advance(to: number, lines: number): void {
    this.#offset += to - this.#start;
    this.#lines += lines;
    this.#start = to;
  }

  #beginLongLine(length: number): void {
    const head = Buffer.from(this.#memory.subarray(this.#start, this.#start + maxLineBytes));
    this.#scanner.noteTest(this.#testBefore());
    this.#long = { head, length };
    this.#start = this.#fresh = this.#testsFrom = this.#end;
  }

  /** Drops what belongs to the long line; true when it has ended. */
  #endLongLine(long: { head: Buffer; length: number }): boolean {
    const at = this.#memory.subarray(this.#start, this.#end).indexOf(lineFeed);
    if (at < 0) {
      long.length += this.#end - this.#start;
      this.#start = this.#fresh = this.#testsFrom = this.#end;
      return false;
    }
    long.length += at;
    this.#start += at + 1;
    this.#fresh = this.#testsFrom = this.#start;
    this.#pushLong(long, true);
    return true;
  }

  #pushLong({ head, length }: { head: Buffer; length: number }, ended: boolean): void {
    this.#long = null;
    this.#scanner.push({
      number: this.#lines + 1,
      offset: this.#offset,
      text: head.toString('utf8').replace(/\r+$/, ''),
      clipped: true,
      ended,
    });
    this.#offset += length + (ended ? 1 : 0);
    this.#lines++;
  }
}
