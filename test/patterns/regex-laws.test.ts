/** Two laws of every regex: it cannot run away, and its words for the prefilter are in all that it matches. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { withoutCommand } from '../../src/matching/peel.ts';
import { requiredLiterals, unsafety } from '../../src/patterns/regex-laws.ts';
import { sequence, word } from '../support/random-regex.ts';
import { shipped } from '../support/scan-log.ts';

describe('refused, since it could run away', () => {
  test.each([
    ['(a+)+b', 'a repeated group'],
    ['(?:word|word2)*', 'a repeated group'],
    ['(?:a|b){2}', 'a repeated group'],
    ['(?:x(?:y)*)?', 'a repeated group'],
    ['word(?=s)', 'a look-around'],
    ['word(?!s)', 'a look-around'],
    ['(?<=a)word', 'a look-around'],
    ['(?<!a)word', 'a look-around'],
    ['(?:x(?=s))?word', 'a look-around'],
    [String.raw`(a)\1`, 'a back-reference'],
    [String.raw`(?<n>a)\k<n>`, 'a back-reference'],
    ['a.*b.*c.*d.*e.*f', 'more than 4 open repetitions'],
    ['(?:a.*b.*)?c+d*e+f', 'more than 4 open repetitions'],
  ])('%s: %s', (source, reason) => {
    expect(unsafety(source)).toBe(reason);
  });

  // V8's linear engine, the last net, takes no bound above 16; without it this takes minutes on a line of 4 KB.
  test('a wide bounded repetition before open ones', () => {
    expect(unsafety('word a{1,30}.*a.*a.*b')).toEqual(expect.any(String));
  });
});

test.each([
  'word',
  '^(?:failed to )?solve: .*$',
  String.raw`\bword\b`,
  'a{2,5}b+c*d?',
  String.raw`[\w./-]+: \S+ .* (?<code>\d+)`,
  '(?:one|two(?:three)?)?word',
  'x{0,1}(?:y)?',
])('allowed: %s', (source) => {
  expect(unsafety(source)).toBe(null);
});

test('what does not parse is no regex', () => {
  expect(() => unsafety('(word')).toThrow(SyntaxError);
});

describe('the words that every match holds', () => {
  test.each([
    ['connection reset by peer', ['connection reset by peer']],
    ['read tcp .*: connection reset by peer', [': connection reset by peer']],
    ['(?:unexpected |early )EOF while', ['early EOF while', 'unexpected EOF while']],
    ['Connection (?:timed out|re(?:set|fused))', ['Connection refused', 'Connection reset', 'Connection timed out']],
    ['at (?:[1-9]|one|two|six|ten|many|more) ends', [' ends']],
    ['(?:no such host|server misbehaving)', ['no such host', 'server misbehaving']],
    ['^word$', ['word']],
    [String.raw`dial unix [^ ]+\.sock`, ['dial unix ']],
    ['(?:word)?other', ['other']],
    ['(?:words){1}', ['words']],
    [String.raw`\x66\u{69}re|fire`, null],
    ['wor[dk]s', null],
    ['words*', ['word']],
    ['(?:longer|abc)', null],
    ['(?:longer|)', null],
    [String.raw`\d+ \w+`, null],
    ['(?:words)?', null],
  ])('%s', (source, words) => {
    expect(requiredLiterals(source)).toEqual(words);
  });

  test('more alternatives than a prefilter wants have none', () => {
    const words = Array.from({ length: 13 }, (_, n) => `word${String(n).padStart(2, "0")}`);
    expect(requiredLiterals(words.slice(1).join('|'))).toHaveLength(12);
    expect(requiredLiterals(words.join('|'))).toBe(null);
  });
});

test('whatever the regex, a text that it matches holds one of its words', () => {
  let withWords = 0;
  fc.assert(
    fc.property(sequence, word, ({ source, text }, around) => {
      const whole = `${around.text}${text}${around.text}`;
      const words = requiredLiterals(source) ?? [''];
      if (words[0] !== '') withWords++;
      expect(whole).toMatch(new RegExp(source));
      expect(words.filter((each) => text.includes(each))).not.toEqual([]);
    }),
    { numRuns: 2000 },
  );
  expect(withWords).toBeGreaterThan(200);
});

describe('the shipped regexes', () => {
  const { signatures } = shipped.set;

  test('match no sample without one of their words', () => {
    const without = signatures.filter(({ literals, samples }) =>
      samples.some(({ text }) => {
        const subjects = text.split('\n').map(withoutCommand);
        return !subjects.some((subject) => literals.some((each) => subject.includes(each)));
      }),
    );
    expect(without.map(({ id }) => id)).toEqual([]);
  });

  test('end soon on the longest line, made of what they look for', () => {
    const pieces = ['a', ':', '/', ': ', 'a/', ' ', '"', 'https://a.test/b:c ', 'x: y: '];
    const slow = signatures.flatMap(({ id, regex, literals }) =>
      literals.flatMap((literal) =>
        [...pieces, literal].flatMap((piece) => {
          const line = `${piece.repeat(2048)}${literal}${piece.repeat(2048)}`.slice(-4096);
          const begin = performance.now();
          regex.test(line);
          return performance.now() - begin > 500 ? [`${id} on ${piece}`] : [];
        }),
      ),
    );
    expect(slow).toEqual([]);
  });
});
