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
 * Where all sixteen results are zero, and there is no ESC, the sixteen bytes are done with. A candidate is looked up
 * exactly: four of its bytes are hashed to a list of words, and those are compared in full.
 *
 * This is done for a few kilobytes at a time, in steps that decide nothing on the way (ahead.ts): bits of all
 * candidates and line ends, lists of them, and of the lists what is left when hashes are looked up:
 *
 *     line ends         89   180   201   266 ...    which line a place is in, and how many were passed
 *     places            93   94    233 ...          four bytes whose hash has words, ESCs, byte order marks
 *     beginnings        180  ...                    line ends before a line that may begin with a mark
 *
 * Only the last two are looked at one by one, in the order of the log, and kept for the next call.
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

import { endBefore, endsEnd, searchAhead, searched, searchFrom } from './ahead';
import { beginningMatters } from './beginnings';
import { lineEnd } from './bytes';
import { colouredLineMatters } from './coloured';
import { ESC } from './escapes';
import { ANSWER, BEGINNINGS, ENDS, PLACES } from './memory';
import { startVertices, uncount, wereWoken } from './vertices';
import { isMark, wordAt } from './words';

export { lineEnd, stampedLine } from './bytes';
export { testLine } from './go-tests';
export { wordsIn } from './words';

/** The next entry of each list. The line end is the first one at or behind what is looked at. */
let place: usize = PLACES;
let beginning: usize = BEGINNINGS;
let lineEnds: usize = ENDS;
/** The line ends that were taken off their list. */
let passed: u32 = 0;
let readsCyan: bool = false;

/** Begins to read the lists. */
function takeLists(): void {
  place = PLACES;
  beginning = BEGINNINGS;
  lineEnds = ENDS;
}

/** Takes the line ends before `p` off their list. */
function passTo(p: usize): void {
  const before = lineEnds;
  while (<usize>load<u32>(lineEnds) < p) lineEnds += 4;
  passed += <u32>((lineEnds - before) >> 2);
}

/** The line at which `passTo` has stopped begins here. */
function beginOfLine(): usize {
  return (lineEnds > ENDS ? <usize>load<u32>(lineEnds - 4) : endBefore) + 1;
}

function endOfLine(end: usize): usize {
  return lineEnds < endsEnd ? <usize>load<u32>(lineEnds) : lineEnd(searched, end);
}

/** A place in the line that the noted place `w` makes matter, 0 if it is a false alarm. */
function verify(w: usize, lo: usize, hi: usize): usize {
  const at = wordAt(w, lo, hi, true);
  if (at) return at;
  if (isMark(w)) return w;
  if (load<u8>(w) != ESC) return 0;
  passTo(w);
  const end = endOfLine(hi);
  if (colouredLineMatters(beginOfLine(), end, readsCyan)) return w;
  while (<usize>load<u32>(place) < end) place += 4;
  return 0;
}

/** A place in the next line that matters, by what is left of the lists; 0 where nothing is. */
function nextMatter(from: usize, end: usize): usize {
  while (true) {
    const w = <usize>load<u32>(place);
    const before = <usize>load<u32>(beginning);
    if (before <= w) {
      // The lists' last entries lie behind everything.
      if (before >= end) return 0;
      beginning += 4;
      if (before + 1 >= from && beginningMatters(before + 1, end)) return before + 1;
    } else {
      place += 4;
      if (w + 1 < from) continue;
      const at = verify(w, from, end);
      if (at) return at;
    }
  }
}

/**
 * The next line that matters among the whole lines in [from, end). True with the answer filled in; false
 * when there is none, with the number of lines passed. The byte before `from` must be a line end, and 64
 * bytes around the region readable. `flags`: 1 where vertices are read, 2 where cyan lines matter, 4 where the
 * bytes are not those of the call before, whose lists are kept.
 */
export function find(from: usize, end: usize, flags: u32): bool {
  startVertices((flags & 1) != 0);
  readsCyan = (flags & 2) != 0;
  if (flags & 4 || from > searched || wereWoken()) {
    // From the line end before: lines are known by it, and a window may begin a byte before its word.
    searchFrom(from - 1);
    takeLists();
    passed = -1;
  } else {
    passTo(from);
    passed = 0;
  }
  while (true) {
    const at = nextMatter(from, end);
    if (at) {
      passTo(at);
      const start = beginOfLine();
      uncount(start);
      store<u32>(ANSWER, <u32>start);
      store<u32>(ANSWER, <u32>endOfLine(end), 4);
      store<u32>(ANSWER, passed, 8);
      return true;
    }
    passTo(end);
    if (searched >= end) break;
    searchAhead(end);
    takeLists();
  }
  store<u32>(ANSWER, passed, 8);
  return false;
}
