/** Reads facts: typed values of a job's surroundings, each with the line it was read from. */
import type { FactForm } from '../model/pattern.ts';
import type { Fact } from '../model/scan.ts';
import type { CompiledPatterns } from './compiled-patterns.ts';
import type { PlacedLine } from './context.ts';
import { maxMatchedLength } from './occurrences.ts';

const maxFacts = 500;

export class FactReader {
  readonly #patterns: CompiledPatterns;
  /** Where the line that opens a conditional form stood last. */
  readonly #openedAt = new Map<FactForm, number>();
  /** Lines up to this one may complete a conditional form. */
  #openUntil = 0;
  readonly #best = new Map<string, { fact: Fact; precedence: number }>();

  constructor(patterns: CompiledPatterns) {
    this.#patterns = patterns;
  }

  try(placed: PlacedLine): void {
    const { line, position, body } = placed;
    const filter = this.#patterns.factsAt.get(position);
    const { openers } = this.#patterns;
    const { words } = line;
    if (filter === undefined) return;
    if (words !== null && !filter.hasAny(words) && !openers.hasAny(words)) return;
    const text = body.slice(0, maxMatchedLength);
    for (const { pattern, form } of filter.candidates(text, words)) {
      if (form.after !== null && line.number - this.#openedLine(form) > form.within) continue;
      const { name, value } = form.regex.exec(text)?.groups ?? {};
      if (!value) continue;
      this.#keep(form, {
        name: name === undefined ? pattern.id : `${pattern.id}:${name}`,
        value: value.trim(),
        line: line.number,
      });
    }
    for (const { form } of openers.candidates(text, words)) {
      if (!form.after?.test(text)) continue;
      this.#openedAt.set(form, line.number);
      this.#openUntil = Math.max(this.#openUntil, line.number + form.within);
    }
  }

  /** Whether the line after `line` must be read whatever it says. */
  wantsLineAfter(line: number): boolean {
    return line < this.#openUntil;
  }

  #openedLine(form: FactForm): number {
    return this.#openedAt.get(form) ?? -Infinity;
  }

  /** All facts, in the order of their lines. */
  facts(): Fact[] {
    return [...this.#best.values()].map(({ fact }) => fact).toSorted((a, b) => a.line - b.line);
  }

  #keep(form: FactForm, fact: Fact): void {
    const best = this.#best.get(fact.name);
    if (best === undefined ? this.#best.size < maxFacts : form.precedence > best.precedence) {
      this.#best.set(fact.name, { fact, precedence: form.precedence });
    }
  }
}
