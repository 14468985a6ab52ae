/**
 * The tables that the kernel works with, laid out as its memory holds them (kernel/assembly/find.ts): the
 * probes, the words by the hash of four bytes in their window, and those of the left edge by their first three.
 */
import { placeWords, probes, type PlacedWord, type WindowTable } from './fingerprints.ts';
import type { WatchedWord } from './watched-words.ts';

// The same numbers as in kernel/assembly.
export const tablesFrom = 1024;
const tablesEnd = 65536;
const heads = 4096;
const edges = 12288;
const words = 16384;
const wordBytes = 32768;
const recordBytes = 16;
const maxWords = (wordBytes - words) / recordBytes - 1;
/** The kernel compares eight bytes at a time. */
const spare = 8;

/** For the memory from `tablesFrom` on. @throws Error when the words are too many */
export function kernelTables(watched: readonly WatchedWord[], known: WindowTable): Buffer {
  const placed = placeWords(
    watched.filter(({ atTheEdge }) => !atTheEdge),
    known,
  );
  const tables = new Tables();
  for (const word of placed) tables.addWord(word);
  for (const word of watched) if (word.atTheEdge) tables.addEdge(word);
  tables.addProbes(probes(placed));
  return tables.image;
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

  #add({ bytes, outsideVertices }: WatchedWord, head: number, offset: number): void {
    const { image } = this;
    const number = ++this.#words;
    const address = this.#address;
    this.#address += bytes.length + spare;
    if (number > maxWords || this.#address > tablesEnd) {
      throw new Error(`${number} words are too many for the kernel`);
    }
    const record = words + number * recordBytes - tablesFrom;
    image.writeUInt16LE(image.readUInt16LE(head - tablesFrom), record);
    image.writeUInt16LE(number, head - tablesFrom);
    image.writeUInt16LE(bytes.length, record + 2);
    image.writeInt16LE(offset, record + 4);
    image.writeUInt16LE(outsideVertices ? 1 : 0, record + 6);
    image.writeUInt32LE(address, record + 8);
    bytes.copy(image, address - tablesFrom);
  }
}

/** The upper bits of a product: as many as there are heads for. */
function hash(bytes: number, bits: number): number {
  return Math.imul(bytes, 0x9e3779b1) >>> (32 - bits);
}
