/** Random choices that a seed repeats, and the ways in which bytes go bad. */

/** The generator of Park and Miller. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = (Math.abs(Math.trunc(seed)) % 2_147_483_646) + 1;
    for (let n = 0; n < 8; n++) this.below(1); // the first numbers of small seeds are alike
  }

  /** A whole number from 0 up to and without `end`. */
  below(end: number): number {
    this.#state = (this.#state * 48_271) % 2_147_483_647;
    return Math.floor((this.#state / 2_147_483_647) * end);
  }

  one<T>(choices: readonly T[]): T {
    const choice = choices[this.below(choices.length)];
    if (choice === undefined) throw new Error('nothing to choose from');
    return choice;
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.below(256)));
  }
}

type Mutation = (bytes: Buffer, random: Random) => Buffer;

const splice = (bytes: Buffer, at: number, remove: number, insert: Buffer): Buffer =>
  Buffer.concat([bytes.subarray(0, at), insert, bytes.subarray(at + remove)]);

const mutations: readonly Mutation[] = [
  function flipBits(bytes, random) {
    const copy = Buffer.from(bytes);
    for (let n = 0; n <= random.below(20) && copy.length > 0; n++) {
      const at = random.below(copy.length);
      copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8));
    }
    return copy;
  },
  function truncate(bytes, random) {
    return bytes.subarray(0, random.below(bytes.length + 1));
  },
  function duplicate(bytes, random) {
    const at = random.below(bytes.length + 1);
    const piece = bytes.subarray(at, at + random.below(4096));
    return splice(bytes, random.below(bytes.length + 1), 0, Buffer.concat([piece, piece]));
  },
  function remove(bytes, random) {
    return splice(bytes, random.below(bytes.length + 1), random.below(2048), Buffer.alloc(0));
  },
  function insertNoise(bytes, random) {
    return splice(bytes, random.below(bytes.length + 1), 0, random.bytes(random.below(200)));
  },
  function insertNuls(bytes, random) {
    return splice(bytes, random.below(bytes.length + 1), 0, Buffer.alloc(random.below(300)));
  },
  function insertBadUtf8(bytes, random) {
    const bad = ['\xff\xfe', '\xc0\xaf', '\xed\xa0\x80', '\xf8\x88\x80\x80\x80', '\xe2\x82'];
    const piece = Buffer.from(random.one(bad).repeat(1 + random.below(40)), 'latin1');
    return splice(bytes, random.below(bytes.length + 1), 0, piece);
  },
  function longLine(bytes, random) {
    const piece = Buffer.alloc(70_000 + random.below(200_000), random.one(['a', ' ', '#', '\t']));
    return splice(bytes, random.below(bytes.length + 1), 0, piece);
  },
  function joinLines(bytes) {
    return Buffer.from(bytes.map((byte) => (byte === 0x0a ? 0x0d : byte)));
  },
];

/** The bytes after one to four accidents. */
export function mutated(bytes: Buffer, random: Random): Buffer {
  let result = bytes;
  for (let n = 0; n <= random.below(4); n++) result = random.one(mutations)(result, random);
  return result;
}

const noiseWords = [
  '##[group]', '##[endgroup]', '##[error]', '##[command]', '#1 ', '#12 0.345 ', '------', ' > ', 'ERROR: ',
  'Run make', 'Post job cleanup.', '\u001B[36;1m', '\u001B[0m', '\t', '\u2028', '\u0000', '::', '%', '{', '}',
  'DONE 0.1s', 'CACHED', 'CANCELED', '[internal] ', '=>', '--- FAIL: ', '"', "'", '\\u0026', 'é', '字', '\u{1F40B}',
] as const; // prettier-ignore

/** A line of words that stand for nothing, with the marks that logs are made of. */
function noiseLine(random: Random): string {
  const letters = 'bcdfghjklmnpqrstvwxz';
  const word = (): string =>
    Array.from({ length: 1 + random.below(9) }, () => letters[random.below(letters.length)]).join(
      '',
    );
  const words = Array.from({ length: random.below(14) }, () =>
    random.below(3) === 0 ? random.one(noiseWords) : `${word()} `,
  );
  return words.join('');
}

/** A log that nobody's build wrote, with a runner's stamps or without. */
export function garbageLog(random: Random, lines: number): Buffer {
  const stamped = random.below(2) === 0;
  let at = Date.UTC(2026, 10, 23) + random.below(1e9);
  const text = Array.from({ length: lines }, () => {
    at += random.below(2000) - 200;
    const stamp = stamped ? `${new Date(at).toISOString().slice(0, -1)}0000Z ` : '';
    return Buffer.concat([
      Buffer.from(stamp + noiseLine(random)),
      random.below(30) === 0 ? random.bytes(random.below(80)) : Buffer.alloc(0),
      Buffer.from('\n'),
    ]);
  });
  return Buffer.concat(text);
}
