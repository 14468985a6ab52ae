/**
 * The kernel: finds, in a block of log bytes, the next line that can matter. AssemblyScript, compiled to
 * WebAssembly with SIMD by `npm run build`; `plain-finder.ts` is the same in plain TypeScript.
 *
 * A line matters when it holds one of the *watched words* (see watched-words.ts). There are about 150 of
 * them, and 99 lines of 100 hold none, so nearly all time goes into proving that nothing is there. A word
 * is not searched by its first letters but by its *fingerprint*: the six neighbouring bytes of it that
 * are rarest in real logs. Of those six bytes only half bytes (nibbles) are looked at:
 *
 *     word          f a i l e d   t o   s o l v e
 *     window                        [t o _ s o l]     the rarest six bytes of this word
 *     looked at                      4 f 0 3 f c      low nibble of each byte  (probes L0..L5)
 *                                        2            high nibble of the third (probe  H2)
 *
 * Each word sits in one of eight *buckets*, and a bucket is one bit. For every probe there is a table of
 * sixteen bytes: entry n has the bits of the buckets in which some window has nibble n at that place.
 * Sixteen positions are looked up at once, since one SIMD swizzle is sixteen table look-ups:
 *
 *     bytes at p        ...  t  o  _  s  o  l ...
 *     L0[byte & 15]          3  .  .  .  .  .         bits of the buckets that may begin here
 *     L1[next & 15]          7  .  .  .  .  .
 *     ... AND of all seven   1  0  0  0  0  0         bucket 0 may begin at this byte: a *candidate*
 *
 * Where all sixteen results are zero, and there is neither a line end nor an ESC, the sixteen bytes are done
 * with. A candidate is looked up exactly: four of its bytes are hashed to a list of words, and those are
 * compared in full.
 *
 * One block in four has something, at places that no processor can guess, and a wrong guess costs as much
 * as proving that sixty bytes hold nothing. So nothing is decided on the way: the blocks that have something
 * are noted for a few kilobytes of the log and the line ends counted, then the places in them whose hash has
 * words are noted; only the places that are left are looked at one by one, and kept for the next call.
 *
 * Four things are found beside such words. Words of the left edge (`##[group]`, `ERROR: `) are no candidates: what
 * a line begins with is looked up once a line, by the hash of its first three bytes behind the stamp. So is a line
 * `#N ...` (a BuildKit vertex), which matters when number N is not known to the scanner; if it is, the program's
 * output lines are at most counted, because that is all the scanner would do with them (vertices.ts). A byte order
 * mark always matters. In a line with an ESC the colours may stand inside a word, so it is copied without its
 * escape sequences and searched again.
 *
 * The answer may be too generous (a line that turns out not to matter), never too narrow.
 */

import { beginningMatters, isEdgeWord, mayBeginningMatter } from './beginnings';
import { countLines, isStamp, lineEnd, lineStart, LF, SPACE, STAMP_LENGTH, sum } from './bytes';
import { ESC, strip } from './escapes';
import {
  ANSWER,
  BLOCKS,
  hash,
  HEADS,
  LINE_BYTES,
  PLACES,
  SCRATCH,
  TABLES,
} from './memory';
import { HASH, isCounted, startVertices, uncount, vertexMatters, wereWoken } from './vertices';
import { wordAt } from './words';

export { lineEnd, stampedLine } from './bytes';
export { testLine } from './go-tests';
export { wordsIn } from './words';

/** Bytes that are searched ahead: what stands there stays in the processor's first cache. A lane counts to 255. */
const AHEAD: usize = 4080;
const THREE_BYTES: u32 = 0x00ff_ffff;
/** A byte order mark. */
const MARK: u32 = 0xbfbbef;
/** `ESC[36;1m`, and the seven bytes it has. */
const CYAN: u64 = 0x6d313b36335b1b;
const SEVEN_BYTES: u64 = 0x00ff_ffff_ffff_ffff;

/** Searched ahead up to here; the places to look at that are left of it. */
let searched: usize = 0;
let place: usize = 0;
let placesEnd: usize = 0;
/** The line ends in what was searched last, and how many of them stand before `counted`. */
let linesAhead: u32 = 0;
let counted: usize = 0;
let linesCounted: u32 = 0;
let readsCyan: bool = false;
/** The line with an ESC that was searched last ends here. */
let escDone: usize = 0;

// @ts-ignore: decorator
@inline
function swizzle(table: v128, index: v128): v128 {
  // The indices are below sixteen, where the relaxed instruction is exact; it is one instruction less.
  return ASC_FEATURE_RELAXED_SIMD
    ? i8x16.relaxed_swizzle(table, index)
    : i8x16.swizzle(table, index);
}

// @ts-ignore: decorator
@inline
function low(bytes: v128): v128 {
  return v128.and(bytes, i8x16.splat(15));
}

// @ts-ignore: decorator
@inline
function high(bytes: v128): v128 {
  return low(i16x8.shr_u(bytes, 4));
}

/** A place in the line that the noted place `w` makes matter, 0 if it is a false alarm. */
function verify(w: usize, lo: usize, hi: usize): usize {
  const first = load<u8>(w);
  if (first == LF && w + 1 >= lo && w + 1 < hi && beginningMatters(w + 1, hi)) return w + 1;
  const at = wordAt(w, lo, hi, true);
  if (at) return at;
  if (w < lo || w >= hi) return 0;
  if ((load<u32>(w) & THREE_BYTES) == MARK) return w;
  return first == ESC && w >= escDone && colouredLineMatters(w, lo, hi) ? w : 0;
}

/** Whether the line around the ESC at `p` matters, once its escape sequences are gone. */
function colouredLineMatters(p: usize, lo: usize, hi: usize): bool {
  const start = lineStart(p, lo);
  const end = lineEnd(p, hi);
  escDone = end;
  const clipped = end - start > LINE_BYTES ? start + LINE_BYTES : end;
  const from = isStamp(start) && load<u8>(start + STAMP_LENGTH) == SPACE ? start + STAMP_LENGTH + 1 : start;
  const cyan = (load<u64>(from) & SEVEN_BYTES) == CYAN;
  if (cyan && readsCyan) return true;
  const text = SCRATCH + 32;
  const stripped = strip(from, clipped, text);
  if (stripped == 0) return true;
  store<u8>(stripped, LF);
  v128.store(stripped, i8x16.splat(0), 1);
  v128.store(stripped, i8x16.splat(0), 17);
  if (stripped > text && isEdgeWord(text)) return true;
  if (!cyan && !isCounted(start) && load<u8>(text) == HASH && vertexMatters(text, start)) return true;
  return scratchMatters(text, stripped);
}

/** Whether a word stands in [text, end). A window may begin a byte before its word. */
function scratchMatters(text: usize, end: usize): bool {
  const l0 = v128.load(TABLES);
  const l1 = v128.load(TABLES, 16);
  const l2 = v128.load(TABLES, 32);
  const l3 = v128.load(TABLES, 48);
  const l4 = v128.load(TABLES, 64);
  const l5 = v128.load(TABLES, 80);
  const h2 = v128.load(TABLES, 96);
  for (let p = text - 1; p < end; p += 16) {
    const bytes = v128.load(p);
    const third = v128.load(p, 2);
    let hits = v128.and(swizzle(l0, low(bytes)), swizzle(l1, low(v128.load(p, 1))));
    hits = v128.and(hits, v128.and(swizzle(l2, low(third)), swizzle(l3, low(v128.load(p, 3)))));
    hits = v128.and(hits, v128.and(swizzle(l4, low(v128.load(p, 4))), swizzle(l5, low(v128.load(p, 5)))));
    hits = v128.and(hits, swizzle(h2, high(third)));
    if (!v128.any_true(hits)) continue;
    let mask = ~(<u32>i8x16.bitmask(i8x16.eq(hits, i8x16.splat(0)))) & 0xffff;
    for (; mask; mask &= mask - 1) {
      if (wordAt(p + ctz(mask), text, end, false)) return true;
    }
  }
  return false;
}

/** Notes the places in the next few kilobytes before `end` that must be looked at, and counts its lines. */
function searchAhead(end: usize): void {
  const l0 = v128.load(TABLES);
  const l1 = v128.load(TABLES, 16);
  const l2 = v128.load(TABLES, 32);
  const l3 = v128.load(TABLES, 48);
  const l4 = v128.load(TABLES, 64);
  const l5 = v128.load(TABLES, 80);
  const h2 = v128.load(TABLES, 96);
  const esc = i8x16.splat(ESC);
  const lf = i8x16.splat(LF);
  const stop = searched + AHEAD < end ? searched + AHEAD : end;
  let p = searched;
  let block = BLOCKS;
  let lines = i8x16.splat(0);
  for (; p < stop; p += 16) {
    const bytes = v128.load(p);
    const third = v128.load(p, 2);
    let hits = v128.and(swizzle(l0, low(bytes)), swizzle(l1, low(v128.load(p, 1))));
    hits = v128.and(hits, v128.and(swizzle(l2, low(third)), swizzle(l3, low(v128.load(p, 3)))));
    hits = v128.and(hits, v128.and(swizzle(l4, low(v128.load(p, 4))), swizzle(l5, low(v128.load(p, 5)))));
    hits = v128.and(hits, swizzle(h2, high(third)));
    const ends = i8x16.eq(bytes, lf);
    hits = v128.or(hits, v128.or(i8x16.eq(bytes, esc), ends));
    lines = i8x16.sub(lines, ends);
    v128.store(block, hits);
    store<u32>(block, <u32>p, 16);
    block += (<usize>v128.any_true(hits)) << 5;
  }
  counted = searched;
  linesCounted = 0;
  // What lies behind `end` is not to be counted.
  linesAhead = p > end ? countLines(searched, end) : sum(lines);
  searched = p;
  notePlaces(block, end);
}

/** Notes the places in the blocks that have candidates. */
function notePlaces(blocksEnd: usize, end: usize): void {
  let noted = PLACES;
  // One ESC a line is enough.
  let isColoured: u32 = 0;
  for (let at = BLOCKS; at < blocksEnd; at += 32) {
    let mask = ~(<u32>i8x16.bitmask(i8x16.eq(v128.load(at), i8x16.splat(0)))) & 0xffff;
    const block = <usize>load<u32>(at, 16);
    for (; mask; mask &= mask - 1) {
      const w = block + ctz(mask);
      const isWord = <u32>(load<u16>(HEADS + (hash(load<u32>(w + 1)) << 1)) != 0);
      const isMark = <u32>(load<u16>(w) == 0xbbef);
      const isEnd = <u32>(load<u8>(w) == LF);
      const isEscape = <u32>(load<u8>(w) == ESC) & (isColoured ^ 1);
      isColoured = (isColoured | isEscape) & (isEnd ^ 1);
      const isBeginning = isEnd & mayBeginningMatter(w + 1);
      store<u32>(noted, <u32>w);
      noted += (<usize>((isWord | isMark | isEscape | isBeginning) & <u32>(w < end))) << 2;
    }
  }
  place = PLACES;
  placesEnd = noted;
}

/** Counts on to `to`. Where a line began before what was searched last, no line ends in between. */
function count(to: usize): void {
  if (to > counted) linesCounted += countLines(counted, to);
  counted = to;
}

/**
 * The next line that matters among the whole lines in [from, end). True with the answer filled in; false
 * when there is none, with the number of lines passed. The byte before `from` must be a line end, and 64
 * bytes around the region readable. `flags`: 1 where vertices are read, 2 where cyan lines matter, 4 where the
 * bytes are not those of the call before, whose places are kept.
 */
export function find(from: usize, end: usize, flags: u32): bool {
  startVertices((flags & 1) != 0);
  readsCyan = (flags & 2) != 0;
  escDone = from;
  if (flags & 4 || from > searched || wereWoken()) {
    // From the line end before: lines are known by it, and a window may begin a byte before its word.
    searched = counted = from - 1;
    linesAhead = linesCounted = 0;
    place = placesEnd = PLACES;
  }
  count(from);
  let passed: u32 = 0 - linesCounted;
  while (true) {
    while (place < placesEnd) {
      const w = <usize>load<u32>(place);
      place += 4;
      if (w + 1 < from) continue;
      const at = verify(w, from, end);
      if (at == 0) continue;
      const start = lineStart(at, from);
      count(start);
      uncount(start);
      store<u32>(ANSWER, <u32>start);
      store<u32>(ANSWER, <u32>lineEnd(at, end), 4);
      store<u32>(ANSWER, passed + linesCounted, 8);
      return true;
    }
    passed += linesAhead;
    if (searched >= end) break;
    searchAhead(end);
  }
  linesAhead = linesCounted = 0;
  store<u32>(ANSWER, passed, 8);
  return false;
}
