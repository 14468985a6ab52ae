/** A pattern set made ready for scanning: which patterns to try at which position. Built once, used for every log. */
import type { FactForm, FactPattern, PatternSet, Position, Signature } from '../model/pattern.ts';
import type { Redaction } from '../model/redaction.ts';
import { LiteralFilter } from './prefilter/literal-filter.ts';
import { WordIndex } from './prefilter/word-index.ts';

/** One form of one fact. */
export interface FactCandidate {
  readonly pattern: FactPattern;
  readonly form: FactForm;
  readonly literals: readonly string[];
}

export class CompiledPatterns {
  readonly set: PatternSet;
  /** What is taken out of every text that a scan gives out. */
  readonly redaction: Redaction;
  readonly signatures: ReadonlyMap<string, Signature>;
  readonly signaturesAt: ReadonlyMap<Position, LiteralFilter<Signature>>;
  readonly factsAt: ReadonlyMap<Position, LiteralFilter<FactCandidate>>;
  /** The forms that are looked for only after another line, by the words of that line. */
  readonly openers: LiteralFilter<FactCandidate>;
  /** All words of all patterns. */
  readonly words: WordIndex;

  constructor(set: PatternSet, redaction: Redaction = 'secrets') {
    this.set = set;
    this.redaction = redaction;
    this.signatures = new Map(set.signatures.map((signature) => [signature.id, signature]));
    const facts = set.facts.flatMap((pattern) =>
      pattern.forms.map((form) => ({ pattern, form, literals: form.literals })),
    );
    const openers = facts
      .filter(({ form }) => form.after !== null)
      .map((fact) => ({ ...fact, literals: fact.form.afterLiterals ?? [''] }));
    this.words = new WordIndex(
      [...set.signatures, ...facts, ...openers].flatMap(({ literals }) => literals),
    );
    this.signaturesAt = byPosition(set.signatures, ({ where }) => where, this.words);
    this.factsAt = byPosition(facts, ({ form }) => form.where, this.words);
    this.openers = new LiteralFilter(openers, this.words);
  }
}

function byPosition<T extends { readonly literals: readonly string[] }>(
  entries: readonly T[],
  positionsOf: (entry: T) => ReadonlySet<Position>,
  index: WordIndex,
): Map<Position, LiteralFilter<T>> {
  const positions = new Set(entries.flatMap((entry) => [...positionsOf(entry)]));
  return new Map(
    [...positions].map((position) => [
      position,
      new LiteralFilter(
        entries.filter((entry) => positionsOf(entry).has(position)),
        index,
      ),
    ]),
  );
}
