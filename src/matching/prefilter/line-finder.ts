/** What finds the next line that can matter in a block of bytes. Two forms: WebAssembly, and plain. */

/** Line numbers and offsets are the caller's; a finder knows places in its memory only. */
export interface LineFinder {
  /** Blocks are read into this, from `dataStart` on; some bytes around the data belong to the finder. */
  readonly memory: Buffer;
  readonly dataStart: number;
  /**
   * By vertex number: 0 while the scanner does not know the vertex, else one more than the log lines of
   * it that were passed over since the scanner looked last.
   */
  readonly vertices: Uint32Array;
  /** Of the line that was found. */
  lineStart: number;
  lineEnd: number;
  /** Lines before the one that was found, or all lines where none was. */
  passed: number;
  /** Among these, where a word that is only noted was seen last; 0 where none was. May be too late a place. */
  noted: number;
  /** Whether one of the whole lines in [from, end) matters; the byte before `from` is a line end. */
  find(from: number, end: number, readsVertices: boolean, readsCyan: boolean): boolean;
  /** The next line end in [from, end), `end` where there is none. */
  endOfLine(from: number, end: number): number;
  /** Where the first or last stamped line in [from, end) begins, 0 where no line is stamped. */
  stampedLine(from: number, end: number, last: boolean): number;
}

/** Vertices with higher numbers are never passed over. */
export const vertexCount = 4096;
/** Room for one block and what the block before it left over. */
export const dataBytes = 512 * 1024;
