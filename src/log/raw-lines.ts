/**
 * Bytes in, lines out. Splits on LF only (BuildKit passes the bytes of RUN steps through, so CR, NEL
 * and U+2028 stand inside lines), holds one line at most, and never more of it than the bound.
 */

/** The bytes kept of one line; what lies beyond is dropped and the line marked. */
export const maxLineBytes = 64 * 1024;

export interface RawLine {
  /** 1-based. */
  readonly number: number;
  /** Byte offset of the line's first byte in the decoded log. */
  readonly offset: number;
  readonly text: string;
  /** The line was longer than the bound. */
  readonly clipped: boolean;
  /** False only for a last line without line end. */
  readonly ended: boolean;
}

const lineFeed = 0x0a;

/** Cuts a stream of chunks into lines. Not reusable: one splitter, one log. */
export class LineSplitter {
  #rest: Buffer[] = [];
  #restKept = 0;
  #restBytes = 0;
  #number = 0;
  #offset = 0;

  /** The lines that `chunk` completes. */
  push(chunk: Buffer): RawLine[] {
    const lines: RawLine[] = [];
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(lineFeed, start);
      if (end < 0) break;
      lines.push(this.#complete(chunk.subarray(start, end), true));
      start = end + 1;
    }
    this.#keep(chunk.subarray(start));
    return lines;
  }

  /** The last line, when the log does not end in a line end. */
  finish(): RawLine[] {
    return this.#restBytes === 0 ? [] : [this.#complete(Buffer.alloc(0), false)];
  }

  #keep(piece: Buffer): void {
    const room = maxLineBytes - this.#restKept;
    if (room > 0 && piece.length > 0) {
      // A copy, since the reader may reuse the chunk's memory.
      this.#rest.push(Buffer.from(piece.subarray(0, room)));
      this.#restKept += Math.min(room, piece.length);
    }
    this.#restBytes += piece.length;
  }

  #complete(piece: Buffer, ended: boolean): RawLine {
    const length = this.#restBytes + piece.length;
    let bytes = piece;
    if (this.#restBytes > 0) {
      this.#keep(piece);
      bytes = Buffer.concat(this.#rest);
      this.#rest = [];
      this.#restKept = 0;
      this.#restBytes = 0;
    }
    const text = bytes.toString('utf8', 0, Math.min(bytes.length, maxLineBytes));
    const line = {
      number: ++this.#number,
      offset: this.#offset,
      text: text.replace(/\r+$/, ''),
      clipped: length > maxLineBytes,
      ended,
    };
    this.#offset += length + (ended ? 1 : 0);
    return line;
  }
}
