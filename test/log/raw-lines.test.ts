/** Bytes to lines: whatever the chunks, the lines are those of the whole; memory is bounded by one line. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { LineSplitter, maxLineBytes, type RawLine } from '../../src/log/raw-lines.ts';

/** Bytes in which line ends are as frequent as trouble: CR, NUL, halves of characters. */
const wildBytes = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(0x0a, 0x0d, 0x00, 0x1b, 0xc3, 0xe2, 0x80, 0xef) },
      { weight: 5, arbitrary: fc.integer({ min: 0, max: 255 }) },
    ),
    { maxLength: 400 },
  )
  .map((bytes) => Buffer.from(bytes));

function split(chunks: Iterable<Buffer>): RawLine[] {
  const splitter = new LineSplitter();
  const lines: RawLine[] = [];
  for (const chunk of chunks) lines.push(...splitter.push(chunk));
  return [...lines, ...splitter.finish()];
}

function textsOf(...chunks: string[]): string[] {
  return split(chunks.map((chunk) => Buffer.from(chunk))).map(({ text }) => text);
}

/** The same lines by the most naive way: the whole in memory, cut at every LF. */
function naiveSplit(whole: Buffer): RawLine[] {
  const lines: RawLine[] = [];
  let offset = 0;
  while (offset < whole.length) {
    const end = whole.indexOf(0x0a, offset);
    const bytes = whole.subarray(offset, end < 0 ? whole.length : end);
    lines.push({
      number: lines.length + 1,
      offset,
      text: bytes.toString('utf8').replace(/\r+$/, ''),
      clipped: false,
      ended: end >= 0,
    });
    offset += bytes.length + 1;
  }
  return lines;
}

/** Cuts `whole` at the given places, in order. */
function cutAt(whole: Buffer, places: readonly number[]): Buffer[] {
  const cuts = [0, ...places.map((place) => place % (whole.length + 1)), whole.length];
  const ordered = cuts.toSorted((a, b) => a - b);
  return ordered.slice(1).map((end, index) => whole.subarray(ordered[index], end));
}

test('any bytes in any chunks give the lines of the whole, with their offsets', () => {
  fc.assert(
    fc.property(wildBytes, fc.array(fc.nat(), { maxLength: 20 }), (whole, places) => {
      expect(split(cutAt(whole, places))).toEqual(naiveSplit(whole));
    }),
    { numRuns: 500 },
  );
});

test('an offset points at the first byte of its line', () => {
  const whole = Buffer.from('ä\r\n\nσσ\nlast');
  const offsets = split([whole]).map(({ offset }) => offset);
  expect(offsets).toEqual([0, 4, 5, 10]);
  expect(whole.toString('utf8', 10)).toBe('last');
});

test('the reader may use the memory of a chunk again', () => {
  const splitter = new LineSplitter();
  const buffer = Buffer.from('first half ');
  splitter.push(buffer);
  buffer.fill('x');
  expect(splitter.push(Buffer.from('second half\n')).map(({ text }) => text)).toEqual([
    'first half second half',
  ]);
});

test('only LF ends a line: a lone CR, NEL and U+2028 stand inside it', () => {
  expect(textsOf('10 %\r20 %\r30 %\na\u0085b\u2028c\u000bd\n')).toEqual([
    '10 %\r20 %\r30 %',
    'a\u0085b\u2028c\u000bd',
  ]);
});

test('CRLF ends a line as LF does, also when a chunk ends between the two', () => {
  expect(textsOf('one\r\ntwo\r', '\nthree\r\n')).toEqual(['one', 'two', 'three']);
});

test('a last line without line end is a line, and says that it was cut', () => {
  expect(split([Buffer.from('one\ntwo')]).map(({ text, ended }) => ({ text, ended }))).toEqual([
    { text: 'one', ended: true },
    { text: 'two', ended: false },
  ]);
});

test('after a final line end there is no further line', () => {
  expect(textsOf('one\n')).toEqual(['one']);
  expect(textsOf('')).toEqual([]);
});

test('a line of exactly the bound is whole, one byte more is clipped', () => {
  for (const chunkSize of [7, maxLineBytes, maxLineBytes * 2]) {
    const bytes = Buffer.from(
      `${'a'.repeat(maxLineBytes)}\n${'b'.repeat(maxLineBytes + 1)}\nend\n`,
    );
    const places = Array.from(
      { length: Math.ceil(bytes.length / chunkSize) },
      (_, index) => index * chunkSize,
    );
    const lines = split(cutAt(bytes, places));
    expect(lines.map(({ text, clipped }) => [text.length, clipped])).toEqual([
      [maxLineBytes, false],
      [maxLineBytes, true],
      [3, false],
    ]);
    expect(lines[2]?.offset).toBe(2 * maxLineBytes + 3);
  }
});

test('a line of 100 MB is read in the memory of its first 64 KiB', () => {
  const chunk = Buffer.alloc(4096, 'x');
  const chunks = Math.ceil((100 * 1024 * 1024) / chunk.length);
  const splitter = new LineSplitter();
  const before = process.memoryUsage();
  let peak = 0;
  for (let n = 0; n < chunks; n++) {
    splitter.push(chunk);
    if (n % 1000 === 0) {
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      peak = Math.max(peak, heapUsed - before.heapUsed + arrayBuffers - before.arrayBuffers);
    }
  }
  const lines = splitter.push(Buffer.from('\nafter\n'));
  expect(lines.map(({ text, offset, clipped }) => [text.length, offset, clipped])).toEqual([
    [maxLineBytes, 0, true],
    [5, chunks * chunk.length + 1, false],
  ]);
  expect(peak).toBeLessThan(20 * 1024 * 1024);
});
