/**
 * From a text to the few patterns worth trying on it. Every pattern carries words that each of its
 * matches must hold; a text without any of them is done with. This is the plain form of the filter:
 * whatever replaces it must offer the same candidates.
 */
import { WordIndex } from './word-index.ts';

interface Filtered {
  readonly literals: readonly string[];
}

export class LiteralFilter<T extends Filtered> {
  readonly #index: WordIndex;
  readonly #places: ReadonlyMap<T, number>;
  /** By the word's number: the entries it belongs to. Most lines hold one word, and this is the answer. */
  readonly #owners: (T[] | undefined)[] = [];
  readonly #none: readonly T[] = [];

  /** `index` may hold more words than those of the entries. */
  constructor(
    entries: readonly T[],
    index: WordIndex = new WordIndex(entries.flatMap(({ literals }) => literals)),
  ) {
    this.#index = index;
    this.#places = new Map(entries.map((entry, place) => [entry, place]));
    for (const entry of entries) {
      for (const word of new Set(entry.literals)) {
        const number = index.numberOf(word);
        const owners = this.#owners[number];
        if (owners === undefined) this.#owners[number] = [entry];
        else owners.push(entry);
      }
    }
  }

  /**
   * The entries of which a literal occurs in `text`, in their given order. `words` are the numbers of all words
   * in the line that the text is from, where they are known: some entries more may be offered then.
   */
  candidates(text: string, words: readonly number[] | null = null): readonly T[] {
    let found = this.#none;
    for (const word of words ?? this.#index.wordsIn(text)) {
      const owners = this.#owners[word];
      if (owners !== undefined) found = found.length === 0 ? owners : this.#merged(found, owners);
    }
    return found;
  }

  /** Whether any of the words belongs to an entry: if not, nothing need be made of the line. */
  hasAny(words: readonly number[]): boolean {
    for (const word of words) if (this.#owners[word] !== undefined) return true;
    return false;
  }

  #merged(some: readonly T[], more: readonly T[]): T[] {
    const placeOf = (entry: T): number => this.#places.get(entry) ?? 0;
    return [...new Set([...some, ...more])].toSorted((a, b) => placeOf(a) - placeOf(b));
  }
}
