/** The known wording that an unknown one resembles most: a place to start from, not a verdict. */

export interface Known {
  readonly id: string;
  readonly text: string;
}

export interface Nearest {
  readonly id: string;
  /** Share of words in common (Jaccard), 0–1. */
  readonly likeness: number;
}

const least = 0.2;

/** The most alike of `known`, null when none shares a fifth of its words. Ties go to the first id. */
export function nearest(text: string, known: readonly Known[]): Nearest | null {
  const words = wordsOf(text);
  let best: Nearest | null = null;
  for (const { id, text: other } of known.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    const likeness = jaccard(words, wordsOf(other));
    if (likeness >= least && likeness > (best?.likeness ?? 0)) best = { id, likeness };
  }
  return best;
}

function wordsOf(text: string): Set<string> {
  return new Set(text.toLowerCase().match(/[a-z]{3,}/g));
}

function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const common = [...a].filter((word) => b.has(word)).length;
  const union = a.size + b.size - common;
  return union === 0 ? 0 : common / union;
}
