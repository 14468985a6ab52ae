/** The bytes of an archive, read in large pieces: its directory has hundreds of small entries, one behind the other. */
import { closeSync, createReadStream, fstatSync, openSync, readSync } from 'node:fs';
import type { Readable } from 'node:stream';

import yauzl from 'yauzl';

const pieceBytes = 128 * 1024;

/** What yauzl reads by. */
export class ZipBytes extends yauzl.RandomAccessReader {
  /** Of the whole archive. */
  readonly size: number;
  readonly #path: string;
  readonly #changed: number;
  readonly #file: number;
  #memory = Buffer.alloc(0);
  /** What of the file is in the memory. */
  #piece = this.#memory;
  #start = 0;

  /** Opens the file. @throws as node:fs does */
  constructor(path: string) {
    super();
    this.#path = path;
    this.#file = openSync(path, 'r');
    const { size, mtimeMs } = fstatSync(this.#file);
    this.size = size;
    this.#changed = mtimeMs;
  }

  /** Whether the other are those of the same file, unchanged. */
  isSameAs(other: ZipBytes): boolean {
    return (
      this.#path === other.#path && this.size === other.size && this.#changed === other.#changed
    );
  }

  closeFile(): void {
    closeSync(this.#file);
  }

  /** So many bytes from `position` on, fewer at the end of the file. They hold until the next call. */
  at(position: number, length: number): Buffer {
    const end = this.#start + this.#piece.length;
    if (position < this.#start || position + length > end) this.#load(position, length);
    const from = position - this.#start;
    return this.#piece.subarray(from, from + length);
  }

  override read(
    into: Buffer,
    offset: number,
    length: number,
    position: number,
    done: (error: Error | null) => void,
  ): void {
    let problem: Error | null = null;
    try {
      const bytes = this.at(position, length);
      if (bytes.length < length) problem = new Error('is cut');
      bytes.copy(into, offset);
    } catch (error) {
      problem = error instanceof Error ? error : new Error(String(error));
    }
    // Called at once, it would ask for the next entry from within the answer to this one.
    process.nextTick(done, problem);
  }

  override _readStreamForRange(start: number, end: number): Readable {
    // A stream closes the file that it reads.
    return createReadStream(this.#path, { start, end: end - 1 });
  }

  #load(position: number, length: number): void {
    const bytes = Math.max(length, pieceBytes);
    if (this.#memory.length < bytes) this.#memory = Buffer.allocUnsafeSlow(bytes);
    this.#piece = this.#memory.subarray(0, readSync(this.#file, this.#memory, 0, bytes, position));
    this.#start = position;
  }
}
