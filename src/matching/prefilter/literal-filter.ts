/**
 * From a text to the few patterns worth trying on it. Every pattern carries words that each of its
 * matches must hold; a text without any of them is done with. This is the plain form of the filter:
 * whatever replaces it must offer the same candidates.
 */

interface Filtered {
  readonly literals: readonly string[];
}

/** Kinds of two neighbouring characters that are told apart before a word is compared. */
const kinds = 4096;

interface Word {
  readonly word: string;
  /** Which entries it belongs to. */
  readonly owners: readonly number[];
}

export class LiteralFilter<T extends Filtered> {
  readonly #entries: readonly T[];
  /** By the kind of their first two characters. */
  readonly #words = new Map<number, Word[]>();
  readonly #begins = new Uint8Array(kinds);
  /** Words too short to have a kind. */
  readonly #short: readonly Word[];

  constructor(entries: readonly T[]) {
    this.#entries = entries;
    const owners = new Map<string, number[]>();
    entries.forEach(({ literals }, index) => {
      for (const word of new Set(literals)) owners.set(word, [...(owners.get(word) ?? []), index]);
    });
    const words = [...owners].map(([word, own]) => ({ word, owners: own }));
    this.#short = words.filter(({ word }) => word.length < 2);
    for (const each of words) {
      const { word } = each;
      if (word.length < 2) continue;
      const kind = kindOf(word.charCodeAt(0), word.charCodeAt(1));
      this.#begins[kind] = 1;
      this.#words.set(kind, [...(this.#words.get(kind) ?? []), each]);
    }
  }

  /** The entries of which a literal occurs in `text`, in their given order. */
  candidates(text: string): readonly T[] {
    let found: Set<number> | null = null;
    for (const { word, owners } of this.#short) {
      if (text.includes(word)) found = new Set([...(found ?? []), ...owners]);
    }
    let before = text.charCodeAt(0);
    for (let at = 1; at < text.length; at++) {
      const here = text.charCodeAt(at);
      const kind = kindOf(before, here);
      before = here;
      if (this.#begins[kind] === 0) continue;
      for (const { word, owners } of this.#words.get(kind) ?? []) {
        if (!text.startsWith(word, at - 1)) continue;
        found ??= new Set();
        for (const owner of owners) found.add(owner);
      }
    }
    return found === null ? [] : this.#entries.filter((_, index) => found.has(index));
  }
}

function kindOf(first: number, second: number): number {
  return (first * 31 + second) & (kinds - 1);
}
