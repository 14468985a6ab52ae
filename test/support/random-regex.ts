/** Random regexes, each with a text that it matches. */
import * as fc from 'fast-check';

/** A piece of a regex, and a text that it matches. */
export interface Piece {
  readonly source: string;
  readonly text: string;
}

const letter = fc.constantFrom('a', 'b', 'c', ' ', '.', '*', '[', '(', '"', ':', '/', 'ß', '→');
const escaped = (text: string): string => text.replaceAll(/[$()*+./?[\\\]^{|}]/g, String.raw`\$&`);
export const word = fc
  .array(letter, { minLength: 1, maxLength: 7 })
  .map((letters): Piece => ({ source: escaped(letters.join('')), text: letters.join('') }));
const charClass = fc.constantFrom('a', 'b', 'c').map((text): Piece => ({ source: '[a-c]', text }));
const repeated = fc
  .record({
    one: fc.oneof(
      letter.map((text) => ({ source: escaped(text), text })),
      charClass,
    ),
    times: fc.constantFrom(['+', 1], ['*', 0], ['*', 3], ['?', 0], ['{2,3}', 2], [
      '{0,2}',
      0,
    ] as const),
  })
  .map(({ one, times: [mark, count] }): Piece => ({
    source: `${one.source}${mark}`,
    text: one.text.repeat(count),
  }));

/** Sequences of words, classes, repetitions, and groups of the same inside each other. */
export const { sequence } = fc.letrec<{ group: Piece; sequence: Piece }>((tie) => ({
  group: fc
    .record({
      branches: fc.array(tie('sequence'), { minLength: 1, maxLength: 3 }),
      taken: fc.nat(),
      form: fc.constantFrom('(?:', '('),
      mark: fc.constantFrom('', '?', '{1}', '??'),
      skipped: fc.boolean(),
    })
    .map(({ branches, taken, form, mark, skipped }) => ({
      source: `${form}${branches.map(({ source }) => source).join('|')})${mark}`,
      text: mark.startsWith('?') && skipped ? '' : (branches[taken % branches.length]?.text ?? ''),
    })),
  sequence: fc
    .array(
      fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        word,
        charClass,
        repeated,
        tie('group'),
      ),
      { maxLength: 4 },
    )
    .map((pieces) => ({
      source: pieces.map(({ source }) => source).join(''),
      text: pieces.map(({ text }) => text).join(''),
    })),
}));
