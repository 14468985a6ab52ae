/**
 * Which of many words occur in a text. A finder tells it from a line's bytes; this is for lines that were read
 * without one, and for those of which bytes can't tell. A line is asked about several times, by position and by
 * kind of pattern, and mostly holds none of them: it is gone through once.
 *
 * Only every second place of the text is looked at. So a word is known by four neighbouring characters of it,
 * its rarest: wherever it stands, the first three of them or the last three begin at such a place.
 */

/** Kinds of three neighbouring characters that are told apart before a word is compared. */
const kinds = 1 << 14;
const pieceLength = 4;
/** The letters of English words, the common ones first; what is not among them is rarer. */
const commonLetters = ' etaoinsrhldcumfpgwybvkxjqz';

/** A word and where in it three of its characters stand. */
interface Place {
  readonly number: number;
  readonly word: string;
  readonly offset: number;
}

export class WordIndex {
  /** Each once; a word's place is its number. */
  readonly words: readonly string[];
  readonly #numbers: ReadonlyMap<string, number>;
  /** By kind: 0 for none, else the place of its list. */
  readonly #lists = new Uint16Array(kinds);
  /** Empty until it is needed. */
  readonly #places: Place[][] = [];
  /** Words too short to be found by their kind. */
  readonly #short: Place[] = [];
  #text: string | null = null;
  #found: readonly number[] = [];

  constructor(words: Iterable<string>) {
    this.words = [...new Set(words)];
    this.#numbers = new Map(this.words.map((word, number) => [word, number]));
  }

  /** The number of a word that the index was made of. */
  numberOf(word: string): number {
    return this.#numbers.get(word) ?? -1;
  }

  /** The numbers of the words that occur in `text`, each once. */
  wordsIn(text: string): readonly number[] {
    if (text === this.#text) return this.#found;
    if (this.#places.length === 0) this.#addAll();
    const found: number[] = [];
    for (const { word, number } of this.#short) if (text.includes(word)) found.push(number);
    let first = text.charCodeAt(0);
    for (let at = 0; at + 2 < text.length; at += 2) {
      const third = text.charCodeAt(at + 2);
      const list = this.#lists[kindOf(first, text.charCodeAt(at + 1), third)] ?? 0;
      first = third;
      if (list === 0) continue;
      for (const { number, word, offset } of this.#places[list] ?? []) {
        if (standsAt(word, text, at - offset) && !found.includes(number)) found.push(number);
      }
    }
    this.#text = text;
    this.#found = found;
    return found;
  }

  #addAll(): void {
    this.#places.push([]);
    this.words.forEach((word, number) => {
      if (word.length < pieceLength) this.#short.push({ number, word, offset: 0 });
      else {
        const offset = rarestPiece(word);
        this.#add({ number, word, offset });
        this.#add({ number, word, offset: offset + 1 });
      }
    });
  }

  #add(place: Place): void {
    const { word, offset } = place;
    const codes = [0, 1, 2].map((index) => word.charCodeAt(offset + index));
    const [first = 0, second = 0, third = 0] = codes;
    const kind = kindOf(first, second, third);
    const list = this.#places[this.#lists[kind] ?? 0];
    if (list === undefined || list === this.#places[0]) {
      this.#lists[kind] = this.#places.length;
      this.#places.push([place]);
    } else list.push(place);
  }
}

function kindOf(first: number, second: number, third: number): number {
  return (first + second * 37 + third * 1369) & (kinds - 1);
}

/** Where the four neighbouring characters stand that are the rarest in a word of four or more. */
export function rarestPiece(word: string): number {
  let best = { offset: 0, rarity: -1 };
  for (let offset = 0; offset + pieceLength <= word.length; offset++) {
    const rarity = rarityOf(word.slice(offset, offset + pieceLength));
    if (rarity > best.rarity) best = { offset, rarity };
  }
  return best.offset;
}

function rarityOf(piece: string): number {
  let rarity = 0;
  for (const letter of piece) {
    const rank = commonLetters.indexOf(letter);
    rarity += rank < 0 ? commonLetters.length : rank;
  }
  return rarity;
}

function standsAt(word: string, text: string, start: number): boolean {
  if (start < 0 || start + word.length > text.length) return false;
  for (let index = 0; index < word.length; index++) {
    if (word.charCodeAt(index) !== text.charCodeAt(start + index)) return false;
  }
  return true;
}
