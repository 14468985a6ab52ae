/** One raw line, cleaned: what is a stamp, what is a mark, what is a colour, and what is only text. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { parseLine, type Line } from '../../src/log/line.ts';

const stamp = '2026-08-21T10:12:12.1234567Z';
const bom = '\uFEFF';
const doublyEncodedBom = '\u00EF\u00BB\u00BF';
const esc = '\u001B';

function parse(text: string): Line {
  return parseLine({ number: 7, offset: 700, text, clipped: false, ended: true });
}

test('stamp and message come apart at the first blank', () => {
  expect(parse(`${stamp} ERROR: failed to solve`)).toEqual({
    number: 7,
    offset: 700,
    at: stamp,
    text: 'ERROR: failed to solve',
    scriptEcho: false,
    quoted: false,
    clipped: false,
    words: null,
  });
});

test('an indent behind the stamp belongs to the message', () => {
  expect(parse(`${stamp}   Version: 26.1.0`).text).toBe('  Version: 26.1.0');
});

test.each([`${stamp} `, stamp])('a stamp without a message is an empty line: %j', (text) => {
  expect(parse(text)).toMatchObject({ at: stamp, text: '' });
});

test.each([
  ['six decimals', '2026-08-21T10:12:12.123456Z tick'],
  ['eight decimals', '2026-08-21T10:12:12.12345678Z tick'],
  ['no decimals', '2026-08-21T10:12:12Z tick'],
  ['an offset instead of Z', '2026-08-21T10:12:12.1234567+00:00 tick'],
  ['a comma', '2026-08-21T10:12:12,1234567Z tick'],
  ['no blank behind it', '2026-08-21T10:12:12.1234567Z|tick'],
  ['a blank before it', ' 2026-08-21T10:12:12.1234567Z tick'],
  ['brackets', '[2026-08-21T10:12:12.1234567Z] tick'],
])('the time of another program is text: %s', (_, text) => {
  expect(parse(text)).toMatchObject({ at: null, text });
});

test('a second stamp marks somebody else’s log', () => {
  expect(parse(`${stamp} ${stamp} ERROR: boom`)).toMatchObject({ at: stamp, quoted: true });
  expect(parse(`${stamp} ERROR: boom at ${stamp} `)).toMatchObject({ at: stamp, quoted: false });
});

describe('byte order marks', () => {
  test.each([
    ['at the start', `${bom}${stamp} message`],
    ['behind the stamp', `${stamp} ${bom}message`],
    ['in the middle, where two pages were joined', `${stamp} mess${bom}age`],
    ['encoded twice', `${doublyEncodedBom}${stamp} message`],
    ['twice', `${bom}${bom}${stamp} message`],
  ])('%s: gone', (_, text) => {
    expect(parse(text)).toMatchObject({ at: stamp, text: 'message' });
  });

  test('are gone before it is asked whether the line is quoted', () => {
    expect(parse(`${bom}${stamp} ${bom}${stamp} message`).quoted).toBe(true);
  });
});

describe('escape sequences', () => {
  test.each([
    ['colours', `${esc}[31mERROR${esc}[0m: boom`, 'ERROR: boom'],
    ['colours in 256 and 16 million', `${esc}[38;5;196ma${esc}[48;2;1;2;3mb${esc}[m`, 'ab'],
    ['cursor and erase', `${esc}[2K${esc}[1G${esc}[?25lDONE`, 'DONE'],
    ['a title, ended by BEL', `${esc}]0;build\u0007ERROR: x`, 'ERROR: x'],
    [
      'a link, ended by ST',
      `${esc}]8;;https://x.test${esc}\\see${esc}]8;;${esc}\\ this`,
      'see this',
    ],
    ['a link, ended by BEL', `${esc}]8;;https://x.test\u0007see\u0007`, 'see\u0007'],
    ['two characters', `${esc}Mup`, 'up'],
  ])('%s', (_, text, expected) => {
    expect(parse(`${stamp} ${text}`).text).toBe(expected);
  });

  test('a link that never ends does not take the line with it', () => {
    expect(parse(`${esc}]8;;https://x.test ERROR: boom`).text).toContain('ERROR: boom');
  });

  test('a character set is chosen without leaving a letter behind (tput sgr0)', () => {
    expect(parse(`${stamp} ${esc}(B${esc}[mERROR: failed to solve`).text).toBe(
      'ERROR: failed to solve',
    );
  });

  test('bright cyan at the start is the runner’s echo of a script', () => {
    expect(parse(`${stamp} ${esc}[36;1mdocker buildx build .${esc}[0m`)).toMatchObject({
      scriptEcho: true,
      text: 'docker buildx build .',
    });
  });

  test.each([
    ['another colour', `${esc}[36mnote${esc}[0m`],
    ['cyan further on', `note: ${esc}[36;1mhint${esc}[0m`],
  ])('%s is not', (_, text) => {
    expect(parse(`${stamp} ${text}`).scriptEcho).toBe(false);
  });
});

test('every line has an answer: never longer than it was, and never with a mark in it', () => {
  const pieces = fc.constantFrom(
    stamp,
    bom,
    doublyEncodedBom,
    ' ',
    esc,
    '[0m',
    ']8;;',
    '##[error]',
  );
  const wildLine = fc
    .array(fc.oneof(pieces, fc.string({ unit: 'binary', maxLength: 8 })), { maxLength: 12 })
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(wildLine, (text) => {
      const line = parse(text);
      expect(line.text.length).toBeLessThanOrEqual(text.length);
      expect(line.text).not.toContain(bom);
      expect(line.at ?? stamp).toMatch(/^.{19}\.\d{7}Z$/);
      expect(line.quoted && line.at === null).toBe(false);
    }),
  );
});
