/** Untrusted text: a terminal shows it and never obeys it, and a cut leaves whole characters. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { escapeControls } from '../../src/output/escape.ts';
import { shorten, shortenMiddle } from '../../src/output/width.ts';

/** What a terminal may obey: controls but the tab, and everything that turns the reading direction. */
const obeyed = /[\p{Bidi_Control}\p{Cc}]/u;
const halfACharacter = /\p{Surrogate}/u;
const anyText = fc.string({ unit: 'binary', maxLength: 40 });
const wideText = fc.string({ unit: fc.constantFrom('a', '😀', 'ß', '日'), maxLength: 12 });
const width = fc.integer({ min: 1, max: 15 });

describe('escaping', () => {
  it.each([
    ['a colour', '\u001B[31mred\u001B[0m', '\\x1b[31mred\\x1b[0m'],
    ['a title', '\u001B]0;gone\u0007', '\\x1b]0;gone\\x07'],
    ['a carriage return', 'ok\rbad', 'ok\\x0dbad'],
    ['a line end', 'one\ntwo', 'one\\x0atwo'],
    ['an eight-bit escape', '\u009B2J', '\\x9b2J'],
    ['a delete', 'a\u007Fb', 'a\\x7fb'],
    ['a turn of direction', 'abc\u202Etxt', 'abc\\u202etxt'],
    ['an isolate', '\u2066x\u2069', '\\u2066x\\u2069'],
    ['an Arabic letter mark', 'a\u061Cb', 'a\\u061cb'],
  ])('shows %s', (_, text, shown) => {
    expect(escapeControls(text)).toBe(shown);
  });

  it('leaves nothing that a terminal obeys, and no second line', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(escapeControls(text).replaceAll('\t', '')).not.toMatch(obeyed);
      }),
      { numRuns: 2000 },
    );
  });

  it('leaves all other text as it is', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const harmless = text.replaceAll(new RegExp(obeyed, 'gu'), '');
        expect(escapeControls(harmless)).toBe(harmless);
      }),
    );
    expect(escapeControls('a\tb')).toBe('a\tb');
  });
});

describe.each([
  ['a cut at the end', shorten],
  ['a cut in the middle', shortenMiddle],
])('%s', (_, cut) => {
  it('keeps text that fits', () => {
    expect(cut('12345', 5)).toBe('12345');
  });

  it('is shown, and fits', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 30 }), width, (text, columns) => {
        fc.pre(text.length > columns);
        expect(cut(text, columns).length).toBeLessThanOrEqual(columns);
        expect(cut(text, columns)).toContain('…');
      }),
    );
  });

  it('does not leave half a character', () => {
    fc.assert(
      fc.property(wideText, width, (text, columns) => {
        expect(cut(text, columns)).not.toMatch(halfACharacter);
      }),
    );
  });
});

describe('the two cuts', () => {
  it('keep the begin, and the begin and the end', () => {
    expect(shorten('abcdefghij', 6)).toBe('abcde…');
    expect(shortenMiddle('abcdefghij', 6)).toBe('abc…ij');
  });
});
