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
  const words = ofAlternatives(parse(source).alternatives);
  if (words === null || words.length > maxLiterals) return null;
  return words.every((word) => word.length >= minLiteralLength) ? words.toSorted() : null;
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

/** Every alternative must hold a word; the set is the union. */
function ofAlternatives(alternatives: readonly AST.Alternative[]): string[] | null {
  const sets = alternatives.map(({ elements }) => ofSequence(elements));
  return sets.every((set) => set !== null) ? [...new Set(sets.flat())] : null;
}

/** One word in a sequence is enough; the best is the one whose shortest member is longest. */
function ofSequence(elements: readonly AST.Element[]): string[] | null {
  const candidates: string[][] = [];
  let run = '';
  const endRun = (): void => {
    if (run !== '') candidates.push([run]);
    run = '';
  };
  for (const element of elements) {
    if (element.type === 'Character') {
      run += String.fromCodePoint(element.value);
      continue;
    }
    if (element.type === 'Assertion') continue; // takes no room: the words on both sides still touch
    endRun();
    const inner = ofElement(element);
    if (inner !== null) candidates.push(inner);
  }
  endRun();
  return candidates.toSorted((a, b) => strength(b) - strength(a))[0] ?? null;
}

function ofElement(element: AST.Element): string[] | null {
  if (element.type === 'Group' || element.type === 'CapturingGroup') {
    return ofAlternatives(element.alternatives);
  }
  if (element.type === 'Quantifier' && element.min > 0) {
    return element.element.type === 'Character' ? null : ofElement(element.element);
  }
  return null;
}

function strength(words: readonly string[]): number {
  return Math.min(...words.map((word) => word.length)) - words.length / 100;
}
