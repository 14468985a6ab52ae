/** The finder in WebAssembly: gives the kernel its tables, and calls it (kernel/assembly/find.ts). */
import { tablesFrom, unfindableIn } from './kernel-tables.ts';
import { dataBytes, vertexCount, type LineFinder } from './line-finder.ts';
import type { WasmModule } from './webassembly.ts';

// The same numbers as in kernel/assembly.
const vertices = 73728;
const numbers = 16;
const maxNumbers = 256;
const data = 262144;
const pageBytes = 65536;

interface KernelExports {
  find(from: number, end: number, flags: number): number;
  lineEnd(from: number, end: number): number;
  stampedLine(from: number, end: number, last: number): number;
  testLine(from: number, to: number, lines: number): number;
  wordsIn(from: number, end: number): number;
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
  readonly #numbers: Uint16Array;
  /** Words that any line may hold. */
  readonly #unfindable: readonly number[];
  #isNew = true;

  /** @throws RangeError or WebAssembly.CompileError where the machine gives no memory or knows no SIMD */
  constructor(module: WasmModule, tables: Buffer) {
    this.#unfindable = unfindableIn(tables);
    const pages = Math.ceil((data + dataBytes + pageBytes) / pageBytes);
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    this.memory = Buffer.from(memory.buffer);
    this.vertices = new Uint32Array(memory.buffer, vertices, vertexCount + 1);
    this.#answer = new Uint32Array(memory.buffer, 0, 3);
    this.#numbers = new Uint16Array(memory.buffer, numbers, maxNumbers);
    const instance = new WebAssembly.Instance(module, { env: { memory } });
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the kernel's source exports
    this.#kernel = instance.exports as unknown as KernelExports;
    this.memory.set(tables, tablesFrom);
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

  wordsIn(from: number, end: number): readonly number[] | null {
    const count = this.#kernel.wordsIn(from, end);
    if (count <= 0) return count === 0 ? this.#unfindable : null;
    const found = [...this.#unfindable];
    for (let index = 0; index < count; index++) {
      const number = this.#numbers[index] ?? 0;
      if (!found.includes(number)) found.push(number);
    }
    return found;
  }
}
