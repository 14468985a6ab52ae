/**
 * Chooses a fingerprint for every watched word: which six bytes of it, and which of eight buckets (see
 * kernel/assembly/find.ts). The choice decides how often the kernel stops for nothing, and is made
 * against positions of real logs when buildlog is built; words of a user's own patterns are fitted in.
 */
import type { WatchedWord } from './watched-words.ts';

export interface PlacedWord extends WatchedWord {
  /** Where in the word its window begins; -1 when the window's first byte may be anything. */
  readonly offset: number;
  readonly bucket: number;
}

/** The choices made at build time: by the word's bytes as latin1, window and bucket. */
export type WindowTable = Readonly<Record<string, readonly [offset: number, bucket: number]>>;

/** For each of the seven probes sixteen bits: which nibbles a window may have there. */
type Masks = readonly number[];

const buckets = 8;
const probeCount = 7;
const any = 0xffff;
/** What it costs to compare a word, where a candidate that is none costs one. */
const comparing = 4;
/** The bytes of a window that a word must fill; the last one may lie behind its end. */
const windowBytes = 5;

/** What is found beside words: a byte order mark. */
const shapes: readonly (readonly [masks: Masks, bucket: number])[] = [
  [[1 << 0xf, 1 << 0xb, 1 << 0xf, any, any, any, 1 << 0xb], 7],
];

/** The low nibbles of a window's six bytes, and the high nibble of its third. */
export function nibblesAt(bytes: Uint8Array, at: number): number[] {
  const byte = (index: number): number => bytes[at + index] ?? 0;
  return [...[0, 1, 2, 3, 4, 5].map((index) => byte(index) & 15), byte(2) >> 4];
}

function masksOf(word: Buffer, offset: number): Masks {
  const masks = nibblesAt(word, offset).map((nibble) => 1 << nibble);
  if (offset < 0) masks[0] = any;
  if (offset + windowBytes === word.length) masks[5] = any;
  return masks;
}

/** The seven tables of the kernel. */
export function probes(placed: readonly PlacedWord[]): Uint8Array[] {
  const tables = Array.from({ length: probeCount }, () => new Uint8Array(16));
  const add = (masks: Masks, bucket: number): void => {
    masks.forEach((mask, probe) => {
      const table = tables[probe];
      if (table === undefined) return;
      for (let nibble = 0; nibble < 16; nibble++) {
        if ((mask >> nibble) & 1) table[nibble] = (table[nibble] ?? 0) | (1 << bucket);
      }
    });
  };
  for (const { bytes, offset, bucket } of placed) add(masksOf(bytes, offset), bucket);
  for (const [masks, bucket] of shapes) add(masks, bucket);
  return tables;
}

/** Takes the choices in `known`, and fits every other word in where it widens a bucket least. */
export function placeWords(words: readonly WatchedWord[], known: WindowTable): PlacedWord[] {
  const chooser = new Chooser(noSample);
  const placed: PlacedWord[] = [];
  const left: WatchedWord[] = [];
  for (const word of words) {
    const choice = known[word.bytes.toString('latin1')];
    if (choice === undefined) left.push(word);
    else {
      const [offset, bucket] = choice;
      chooser.add(masksOf(word.bytes, offset), bucket);
      placed.push({ ...word, offset, bucket });
    }
  }
  return [...placed, ...left.map((word) => chooser.place(word))];
}

/** Places all words by the sample, and then each again now that the others are known. */
export function improve(
  words: readonly WatchedWord[],
  sample: Sample,
  rounds: number,
): readonly PlacedWord[] {
  let placed = placeAll(words, sample);
  for (let round = 0; round < rounds; round++) {
    for (let index = 0; index < placed.length; index++) {
      const [word] = placed.splice(index, 1);
      if (word === undefined) continue;
      const chooser = new Chooser(sample);
      for (const { bytes, offset, bucket } of placed) chooser.join(masksOf(bytes, offset), bucket);
      chooser.measure();
      placed.splice(index, 0, chooser.place(word));
    }
  }
  return placed;
}

/** Words of few places come first: the others can still go elsewhere. */
function placeAll(words: readonly WatchedWord[], sample: Sample): PlacedWord[] {
  const chooser = new Chooser(sample);
  return words
    .toSorted((a, b) => a.bytes.length - b.bytes.length)
    .map((word) => chooser.place(word));
}

/** Positions of real logs: for each probe and nibble, a bit for each position that has it. */
export interface Sample {
  readonly bits: readonly (readonly Uint32Array[])[];
  readonly positions: number;
}

const noSample: Sample = { bits: [], positions: 0 };

class Chooser {
  readonly #sample: Sample;
  readonly #masks: number[][] = Array.from({ length: buckets }, () =>
    Array<number>(probeCount).fill(0),
  );
  readonly #costs: number[] = Array<number>(buckets).fill(0);

  constructor(sample: Sample) {
    this.#sample = sample;
    for (const [masks, bucket] of shapes) this.add(masks, bucket);
  }

  add(masks: Masks, bucket: number): void {
    this.join(masks, bucket);
    this.#costs[bucket] = this.#cost(this.#masks[bucket] ?? []);
  }

  /** Like `add`, for many at a time: `measure` is called after the last. */
  join(masks: Masks, bucket: number): void {
    this.#masks[bucket] = this.#joined(masks, bucket);
  }

  measure(): void {
    this.#masks.forEach((masks, bucket) => {
      this.#costs[bucket] = this.#cost(masks);
    });
  }

  /** Puts a word where it costs least. */
  place(word: WatchedWord): PlacedWord {
    let best = { offset: -1, bucket: 0, cost: Infinity };
    for (let offset = -1; offset + windowBytes <= word.bytes.length; offset++) {
      const masks = masksOf(word.bytes, offset);
      const own = comparing * this.#cost(masks);
      for (let bucket = 0; bucket < buckets; bucket++) {
        const joined = this.#joined(masks, bucket);
        const isSame = joined.every((mask, probe) => mask === this.#masks[bucket]?.[probe]);
        const more = isSame ? 0 : this.#cost(joined) - (this.#costs[bucket] ?? 0);
        const cost = more + own;
        if (cost < best.cost) best = { offset, bucket, cost };
      }
    }
    const { offset, bucket } = best;
    this.add(masksOf(word.bytes, offset), bucket);
    return { ...word, offset, bucket };
  }

  #joined(masks: Masks, bucket: number): number[] {
    return masks.map((mask, probe) => mask | (this.#masks[bucket]?.[probe] ?? 0));
  }

  /** The share of positions that a bucket stops at; a little of its volume, for what no sample has seen. */
  #cost(masks: Masks): number {
    const volume = masks.reduce((product, mask) => (product * ones(mask)) / 16, 1);
    return this.#sample.positions === 0 ? volume : this.#share(masks) + volume / 50;
  }

  #share(masks: Masks): number {
    const { bits, positions } = this.#sample;
    const size = positions / 32;
    const all = new Uint32Array(size).fill(0xffffffff);
    masks.forEach((mask, probe) => {
      if (mask === any) return;
      const some = having(mask, bits[probe] ?? [], size);
      for (let index = 0; index < size; index++)
        all[index] = (all[index] ?? 0) & (some[index] ?? 0);
    });
    return all.reduce((sum, word) => sum + ones(word), 0) / positions;
  }
}

/** Which positions have one of the mask's nibbles; the same masks come again and again. */
const havingCache = new WeakMap<readonly Uint32Array[], Map<number, Uint32Array>>();

function having(mask: number, rows: readonly Uint32Array[], size: number): Uint32Array {
  const cache = havingCache.get(rows) ?? new Map<number, Uint32Array>();
  havingCache.set(rows, cache);
  const known = cache.get(mask);
  if (known !== undefined) return known;
  const some = new Uint32Array(size);
  rows.forEach((row, nibble) => {
    if (!((mask >> nibble) & 1)) return;
    for (let index = 0; index < size; index++) some[index] = (some[index] ?? 0) | (row[index] ?? 0);
  });
  cache.set(mask, some);
  return some;
}

function ones(bits: number): number {
  let x = bits - ((bits >>> 1) & 0x55555555);
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
