/**
 * The tables that the kernel works with, laid out as its memory holds them (kernel/assembly/find.ts): the
 * probes, the words by the hash of four bytes in their window, and those of the left edge by their first three.
 */
import { placeWords, probes, type PlacedWord, type WindowTable } from './fingerprints.ts';
import type { WatchedWord } from './watched-words.ts';
import { rarestPiece, type WordIndex } from './word-index.ts';

// The same numbers as in kernel/assembly.
export const tablesFrom = 1024;
const wordBytesEnd = 65536;
const literals = 65536;
const tablesEnd = 73728;
const heads = 4096;
const edges = 12288;
const unfindable = 2048;
const maxUnfindable = (heads - unfindable) / 2 - 1;
const words = 16384;
const wordBytes = 32768;
const recordBytes = 16;
const maxWords = (wordBytes - words) / recordBytes - 1;
/** Characters of a word by which it can be found. */
const fewest = 4;
/** The kernel compares eight bytes at a time. */
const spare = 8;

/** For the memory from `tablesFrom` on; `all` are the words of all patterns. @throws Error when they are too many */
export function kernelTables(
  watched: readonly WatchedWord[],
  known: WindowTable,
  all: WordIndex,
): Buffer {
  const placed = placeWords(
    watched.filter(({ atTheEdge }) => !atTheEdge),
    known,
  );
  const tables = new Tables();
  for (const word of placed) tables.addWord(word);
  for (const word of watched) if (word.atTheEdge) tables.addEdge(word);
  tables.addLiterals(all);
  tables.addProbes(probes(placed));
  return tables.image;
}

/** The numbers of the words that bytes can never tell: the short ones. */
export function unfindableIn(image: Buffer): number[] {
  const at = unfindable - tablesFrom;
  const count = image.readUInt16LE(at);
  return Array.from({ length: count }, (_, index) => image.readUInt16LE(at + 2 + index * 2));
}

/** What of a word stands in a line's bytes whatever the decoded text is. */
function findablePiece(word: string): string {
  const pieces = word.split(/[^\u0020-\u007E]+/);
  return pieces.toSorted((a, b) => b.length - a.length)[0] ?? '';
}

class Tables {
  readonly image = Buffer.alloc(tablesEnd - tablesFrom);
  #words = 0;
  #address = wordBytes;

  addProbes(all: readonly Uint8Array[]): void {
    all.forEach((probe, index) => this.image.set(probe, index * probe.length));
  }

  addWord(word: PlacedWord): void {
    const head = heads + hash(word.bytes.readUInt32LE(word.offset + 1), 12) * 2;
    this.#add(word, head, word.offset);
  }

  addEdge(word: WatchedWord): void {
    this.#add(word, edges + hash(word.bytes.readUIntLE(0, 3), 10) * 2, 0);
  }

  addLiterals({ words: all }: WordIndex): void {
    const at = unfindable - tablesFrom;
    let count = 0;
    all.forEach((word, number) => {
      const piece = findablePiece(word);
      if (piece.length >= fewest) this.#addLiteral(piece, number);
      else this.image.writeUInt16LE(number, at + 2 * ++count);
      if (count > maxUnfindable) throw new Error('too many short words for the kernel');
    });
    this.image.writeUInt16LE(count, at);
  }

  #addLiteral(piece: string, number: number): void {
    const offset = rarestPiece(piece);
    const bytes = Buffer.from(piece, 'latin1');
    const head = literals + hash(bytes.readUInt32LE(offset), 12) * 2;
    this.#add({ bytes, outsideVertices: false }, head, offset, number);
  }

  #add(
    { bytes, outsideVertices }: Pick<WatchedWord, 'bytes' | 'outsideVertices'>,
    head: number,
    offset: number,
    number = 0,
  ): void {
    const { image } = this;
    const index = ++this.#words;
    const address = this.#address;
    this.#address += bytes.length + spare;
    if (index > maxWords || this.#address > wordBytesEnd) {
      throw new Error(`${index} words are too many for the kernel`);
    }
    const record = words + index * recordBytes - tablesFrom;
    image.writeUInt16LE(image.readUInt16LE(head - tablesFrom), record);
    image.writeUInt16LE(index, head - tablesFrom);
    image.writeUInt16LE(bytes.length, record + 2);
    image.writeInt16LE(offset, record + 4);
    image.writeUInt16LE(outsideVertices ? 1 : 0, record + 6);
    image.writeUInt32LE(address, record + 8);
    image.writeUInt16LE(number, record + 12);
    bytes.copy(image, address - tablesFrom);
  }
}

/** The upper bits of a product: as many as there are heads for. */
function hash(bytes: number, bits: number): number {
  return Math.imul(bytes, 0x9e3779b1) >>> (32 - bits);
}
