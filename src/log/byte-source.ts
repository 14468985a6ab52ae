/** The bytes of one log, handed out in blocks into the reader's own memory. */
import { readSync } from 'node:fs';

export interface ByteSource {
  /** Fills `into` as far as one read goes; the number of bytes, 0 at the end. @throws UnreadableLog */
  read(into: Buffer): number | Promise<number>;
}

/** Hands out chunks that come in sizes of their own. */
export class ChunkSource implements ByteSource {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  read(into: Buffer): number | Promise<number> {
    return this.#rest.length > 0 ? this.#take(into) : this.#next(into);
  }

  async #next(into: Buffer): Promise<number> {
    while (this.#rest.length === 0) {
      const next = await this.#chunks.next();
      if (next.done) return 0;
      this.#rest = next.value;
    }
    return this.#take(into);
  }

  #take(into: Buffer): number {
    const bytes = this.#rest.copy(into);
    this.#rest = this.#rest.subarray(bytes);
    return bytes;
  }
}

/** A plain file, read straight into the reader's memory, after the part of it that has been read already. */
export class FileSource implements ByteSource {
  readonly #file: number;
  #head: Buffer;
  #position: number;
  #ended: boolean;

  /** The file stays the caller's to close; `head` is used until the first read. */
  constructor(file: number, head: Buffer, isWhole: boolean) {
    this.#file = file;
    this.#head = head;
    this.#position = head.length;
    this.#ended = isWhole;
  }

  read(into: Buffer): number {
    const begun = this.#head.copy(into);
    this.#head = this.#head.subarray(begun);
    const room = into.length - begun;
    if (this.#ended || room === 0) return begun;
    const bytes = readSync(this.#file, into, begun, room, this.#position);
    this.#position += bytes;
    // A file that gives less than was asked for has no more.
    this.#ended = bytes < room;
    return begun + bytes;
  }
}
