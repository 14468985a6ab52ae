/**
 * From a text to the few patterns worth trying on it. Every pattern carries words that each of its
 * matches must hold; a text without any of them is done with. This is the plain form of the filter:
 * whatever replaces it must offer the same candidates.
 */

interface Filtered {
  readonly literals: readonly string[];
}

export class LiteralFilter<T extends Filtered> {
  readonly #entries: readonly T[];
  readonly #any: RegExp | null;

  constructor(entries: readonly T[]) {
    this.#entries = entries;
    const words = [...new Set(entries.flatMap(({ literals }) => literals))];
    this.#any = words.length === 0 ? null : new RegExp(words.map(escapeRegex).join('|'));
  }

  /** The entries of which a literal occurs in `text`, in their given order. */
  candidates(text: string): readonly T[] {
    if (this.#any === null || !this.#any.test(text)) return [];
    return this.#entries.filter(({ literals }) => literals.some((word) => text.includes(word)));
  }
}

function escapeRegex(word: string): string {
  return word.replaceAll(/[$()*+./?[\\\]^{|}-]/g, '\\$&');
}
