/**
 * Two questions asked of a regex's syntax tree: can it run away, and which words does every match hold?
 *
 * Safety: an exponential match needs a repeated group, a look-around or a back-reference, so none is
 * allowed; a repetition stands on one character or class, a group may only be optional. What is left is
 * polynomial in the number of open repetitions, which is bounded too, on text that is bounded.
 */
import { RegExpParser, type AST } from '@eslint-community/regexpp';

const maxOpenRepetitions = 4;
/** V8's linear engine, the last net, unrolls no wider bound. */
const widestBound = 16;
const maxBroadBesideWide = 1;
const minLiteralLength = 4;
const maxLiterals = 12;
const maxLongerLiterals = 24;
/** The wordings of one stretch, as `timed out` and `refused` after `Connection `, that are told apart. */
const maxJoined = 6;

interface Repetitions {
  open: number;
  /** Open ones that run over blanks, so over all of a message. */
  broad: number;
  /** Bounded ones with so wide a bound that the linear engine is not there to help. */
  wide: number;
}

/** Why the regex is refused, or null when it is safe. @throws SyntaxError when it does not parse */
export function unsafety(source: string): string | null {
  const seen: Repetitions = { open: 0, broad: 0, wide: 0 };
  const problem = findUnsafe(parse(source).alternatives, seen);
  if (problem !== null) return problem;
  return seen.wide > 0 && seen.broad > maxBroadBesideWide
    ? 'a repetition of more than 16 beside open ones of nearly any character'
    : null;
}

/**
 * Strings of which at least one occurs in every text that the regex matches; the longest choice.
 * Null when there is no such set of words of four characters or more.
 */
export function requiredLiterals(source: string): readonly string[] | null {
  const { alternatives } = parse(source);
  const words = ofAlternatives(alternatives, 1);
  if (words === null || words.length > maxLiterals) return null;
  if (!words.every((word) => word.length >= minLiteralLength)) return null;
  // More and longer words let fewer lines through.
  const longer = withoutLonger(ofAlternatives(alternatives, maxJoined) ?? words);
  return (longer.length > maxLongerLiterals ? words : longer).toSorted();
}

function parse(source: string): AST.Pattern {
  return new RegExpParser({ ecmaVersion: 2024 }).parsePattern(source);
}

function findUnsafe(alternatives: readonly AST.Alternative[], seen: Repetitions): string | null {
  for (const element of alternatives.flatMap((alternative) => alternative.elements)) {
    const problem = unsafeElement(element, seen);
    if (problem !== null) return problem;
  }
  return null;
}

function unsafeElement(element: AST.Element, seen: Repetitions): string | null {
  switch (element.type) {
    case 'Backreference':
      return 'a back-reference';
    case 'Assertion':
      return element.kind === 'lookahead' || element.kind === 'lookbehind' ? 'a look-around' : null;
    case 'Group':
    case 'CapturingGroup':
      return findUnsafe(element.alternatives, seen);
    case 'Quantifier':
      return unsafeQuantifier(element, seen);
    default:
      return null;
  }
}

function unsafeQuantifier(quantifier: AST.Quantifier, seen: Repetitions): string | null {
  const { element, min, max } = quantifier;
  const isGroup = element.type === 'Group' || element.type === 'CapturingGroup';
  if (isGroup && max > 1) return 'a repeated group';
  if (max === Infinity) {
    if (++seen.open > maxOpenRepetitions) {
      return `more than ${maxOpenRepetitions} open repetitions`;
    }
    if (matchesBlank(element)) seen.broad++;
  } else if (max > widestBound && max > min) seen.wide++;
  return unsafeElement(element, seen);
}

function matchesBlank(element: AST.QuantifiableElement): boolean {
  return new RegExp(`^(?:${element.raw})$`).test(' ');
}

/** Every alternative must hold a word; the set is the union. `most` wordings of a stretch are told apart. */
function ofAlternatives(alternatives: readonly AST.Alternative[], most: number): string[] | null {
  const sets = alternatives.map(({ elements }) => ofSequence(elements, most));
  return sets.every((set) => set !== null) ? [...new Set(sets.flat())] : null;
}

/** One word in a sequence is enough; the best is the one whose shortest member is longest. */
function ofSequence(elements: readonly AST.Element[], most: number): string[] | null {
  const candidates: string[][] = [];
  /** All wordings of the stretch that ends here. */
  let stretch = [''];
  const endStretch = (): void => {
    if (!stretch.includes('')) candidates.push(stretch);
    stretch = [''];
  };
  for (const element of elements) {
    const wordings = wordingsOf(element, most);
    if (wordings !== null && stretch.length * wordings.length <= most) {
      stretch = joined(stretch, wordings);
      continue;
    }
    endStretch();
    const inner = ofElement(element, most);
    if (inner !== null) candidates.push(inner);
  }
  endStretch();
  return candidates.toSorted((a, b) => strength(b) - strength(a))[0] ?? null;
}

function ofElement(element: AST.Element, most: number): string[] | null {
  if (element.type === 'Group' || element.type === 'CapturingGroup') {
    return ofAlternatives(element.alternatives, most);
  }
  if (element.type === 'Quantifier' && element.min > 0) {
    return element.element.type === 'Character' ? null : ofElement(element.element, most);
  }
  return null;
}

/** Every text that the element matches, where they are at most `most`; else null. */
function wordingsOf(element: AST.Element, most: number): string[] | null {
  switch (element.type) {
    case 'Character':
      return [String.fromCodePoint(element.value)];
    case 'Assertion':
      return ['']; // takes no room: the words on both sides still touch
    case 'Quantifier': {
      if (element.max !== 1) return null;
      const wordings = wordingsOf(element.element, most - 1);
      return wordings === null ? null : element.min === 1 ? wordings : ['', ...wordings];
    }
    case 'Group':
    case 'CapturingGroup': {
      const all = element.alternatives.map(({ elements }) => wordingsOfAll(elements, most));
      const wordings = all.every((each) => each !== null) ? [...new Set(all.flat())] : null;
      return wordings === null || wordings.length > most ? null : wordings;
    }
    default:
      return null;
  }
}

function wordingsOfAll(elements: readonly AST.Element[], most: number): string[] | null {
  let all: string[] = [''];
  for (const element of elements) {
    const wordings = wordingsOf(element, most);
    if (wordings === null || all.length * wordings.length > most) return null;
    all = joined(all, wordings);
  }
  return all;
}

/** A word that holds another one adds nothing. */
function withoutLonger(words: readonly string[]): string[] {
  return words.filter((word) => !words.some((other) => other !== word && word.includes(other)));
}

function joined(heads: readonly string[], tails: readonly string[]): string[] {
  return heads.flatMap((head) => tails.map((tail) => head + tail));
}

function strength(words: readonly string[]): number {
  return Math.min(...words.map((word) => word.length)) - words.length / 100;
}
