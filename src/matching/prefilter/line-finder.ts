/** What finds the next line that can matter in a block of bytes. Two forms: WebAssembly, and plain. */

/** Line numbers and offsets are the caller's; a finder knows places in its memory only. */
export interface LineFinder {
  /** Blocks are read into this, from `dataStart` on; some bytes around the data belong to the finder. */
  readonly memory: Buffer;
  readonly dataStart: number;
  /**
   * By vertex number: 0 while the scanner does not know the vertex, 1 when it does. The scanner writes 2 where
   * it wants to know how many log lines of the vertex are passed over; they are added up to `countedEnough`.
   * Who writes 0, or 2 where lines were no more counted, writes 1 to the place behind them all: what lies ahead may
   * have been looked at.
   */
  readonly vertices: Uint32Array;
  /** Of the line that was found. */
  lineStart: number;
  lineEnd: number;
  /** Lines before the one that was found, or all lines where none was. */
  passed: number;
  /** Other bytes stand in the memory than at the last `find`. */
  renew(): void;
  /** Whether one of the whole lines in [from, end) matters; the byte before `from` is a line end. */
  find(from: number, end: number, readsVertices: boolean, readsCyan: boolean): boolean;
  /** The next line end in [from, end), `end` where there is none. */
  endOfLine(from: number, end: number): number;
  /** Where the first or last stamped line in [from, end) begins, 0 where no line is stamped. */
  stampedLine(from: number, end: number, last: boolean): number;
  /** The last line that may be of the Go test runner among the `lines` lines before `to` in [from, to); else 0. */
  testLine(from: number, to: number, lines: number): number;
  /**
   * The numbers (word-index.ts) of all patterns' words in the line [from, end), but for the short ones; null where
   * only the decoded text can tell.
   */
  wordsIn(from: number, end: number): readonly number[] | null;
}

/** Vertices with higher numbers are never passed over. */
export const vertexCount = 16_000;
/** Where the count of a vertex's lines stops. */
export const countedEnough = 66;
/** Room for one block and what the block before it left over. */
export const dataBytes = 1024 * 1024;
