/** The finder in WebAssembly: fills the tables that kernel/assembly/find.ts describes, and calls it. */
import { placeWords, probes, type PlacedWord, type WindowTable } from './fingerprints.ts';
import { dataBytes, vertexCount, type LineFinder } from './line-finder.ts';
import type { WatchedWord } from './watched-words.ts';
import type { WasmModule } from './webassembly.ts';

// The same numbers as in kernel/assembly.
const tables = 1024;
const heads = 4096;
const words = 16384;
const wordBytes = 32768;
const vertices = 65536;
const data = 262144;
const pageBytes = 65536;
const maxWords = 1000;

interface KernelExports {
  find(from: number, end: number, flags: number): number;
  lineEnd(from: number, end: number): number;
  stampedLine(from: number, end: number, last: number): number;
  testLine(from: number, to: number, lines: number): number;
}

export class WasmFinder implements LineFinder {
  readonly memory: Buffer;
  readonly dataStart = data + 64;
  readonly vertices: Uint32Array;
  lineStart = 0;
  lineEnd = 0;
  passed = 0;
  readonly #kernel: KernelExports;
  readonly #answer: Uint32Array;
  #isNew = true;

  /**
   * @throws RangeError or WebAssembly.CompileError where the machine gives no memory or knows no SIMD,
   *   Error when the words are too many
   */
  constructor(module: WasmModule, watched: readonly WatchedWord[], known: WindowTable) {
    const pages = Math.ceil((data + dataBytes + pageBytes) / pageBytes);
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    this.memory = Buffer.from(memory.buffer);
    this.vertices = new Uint32Array(memory.buffer, vertices, vertexCount + 1);
    this.#answer = new Uint32Array(memory.buffer, 0, 3);
    const instance = new WebAssembly.Instance(module, { env: { memory } });
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the kernel's source exports
    this.#kernel = instance.exports as unknown as KernelExports;
    this.#load(placeWords(watched, known));
  }

  renew(): void {
    this.#isNew = true;
  }

  find(from: number, end: number, readsVertices: boolean, readsCyan: boolean): boolean {
    const flags = (readsVertices ? 1 : 0) | (readsCyan ? 2 : 0) | (this.#isNew ? 4 : 0);
    this.#isNew = false;
    const found = this.#kernel.find(from, end, flags) !== 0;
    this.lineStart = this.#answer[0] ?? 0;
    this.lineEnd = this.#answer[1] ?? 0;
    this.passed = this.#answer[2] ?? 0;
    return found;
  }

  endOfLine(from: number, end: number): number {
    return this.#kernel.lineEnd(from, end);
  }

  stampedLine(from: number, end: number, last: boolean): number {
    return this.#kernel.stampedLine(from, end, last ? 1 : 0);
  }

  testLine(from: number, to: number, lines: number): number {
    return this.#kernel.testLine(from, to, lines);
  }

  #load(placed: readonly PlacedWord[]): void {
    const { memory } = this;
    const bytes = placed.reduce((sum, { bytes: { length } }) => sum + length + 8, 0);
    if (placed.length > maxWords || bytes > vertices - wordBytes) {
      throw new Error(`${placed.length} words are too many for the kernel`);
    }
    let address = wordBytes;
    placed.forEach(({ bytes: own, before, outsideVertices, offset }, index) => {
      const record = words + (index + 1) * 16;
      const head = heads + hash(own.readUInt32LE(offset + 1)) * 2;
      memory.writeUInt16LE(memory.readUInt16LE(head), record);
      memory.writeUInt16LE(index + 1, head);
      memory.writeUInt16LE(own.length, record + 2);
      memory.writeInt16LE(offset, record + 4);
      memory.writeUInt16LE(before, record + 6);
      memory.writeUInt32LE(address, record + 8);
      memory.writeUInt16LE(outsideVertices ? 1 : 0, record + 12);
      own.copy(memory, address);
      address += own.length + 8;
    });
    probes(placed).forEach((table, index) => memory.set(table, tables + index * 16));
  }
}

function hash(four: number): number {
  return Math.imul(four, 0x9e3779b1) >>> 20;
}
