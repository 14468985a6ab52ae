/** Which words stand at a place, and which of all patterns' words in a line. AssemblyScript; see find.ts. */
import { equal, isStamp, lineStart, SPACE, STAMP_LENGTH } from './bytes';
import { ESC, strip } from './escapes';
import { ANSWER, hash, HEADS, LINE_BYTES, LITERALS, SCRATCH, WORDS } from './memory';
import { isVertexLog } from './vertices';

/** The numbers of the words that were found, u16 each. */
const NUMBERS: usize = ANSWER + 16;
const MAX_NUMBERS: i32 = 256;
const THREE_BYTES: u32 = 0x00ff_ffff;
/** A byte order mark, and how it begins and little else. */
const MARK: u32 = 0xbfbbef;
const MARK_BEGIN: u8 = 0xef;

/** Whether a byte order mark stands at `p`. */
// @ts-ignore: decorator
@inline
export function isMark(p: usize): bool {
  return (load<u32>(p) & THREE_BYTES) == MARK;
}

/** A place in [lo, hi) at which a word of the candidate window at `w` stands, 0 if it is a false alarm. */
export function wordAt(w: usize, lo: usize, hi: usize, raw: bool): usize {
  let index = <u32>load<u16>(HEADS + (hash(load<u32>(w + 1)) << 1));
  while (index) {
    const word = WORDS + (<usize>index << 4);
    // next u16, length u16, window's offset in the word i16, whether it says nothing in vertices u16, address u32
    const at = w - <usize>(<isize>load<i16>(word, 4));
    if (at >= lo && at < hi && equal(at, <usize>load<u32>(word, 8), <usize>load<u16>(word, 2))) {
      if (!(raw && load<u16>(word, 6) && isVertexLog(lineStart(at, lo)))) return at;
    }
    index = <u32>load<u16>(word);
  }
  return 0;
}

/**
 * Notes the numbers of the words in the line [from, end), and tells how many there are; -1 where bytes can't tell,
 * or there are too many. A byte order mark can't be told: without it two halves of a word may meet.
 */
export function wordsIn(from: usize, end: usize): i32 {
  if (end - from > LINE_BYTES) end = from + LINE_BYTES;
  // What patterns are given begins behind the stamp.
  if (isStamp(from) && load<u8>(from + STAMP_LENGTH) == SPACE) from += STAMP_LENGTH;
  let isColoured = false;
  for (let p = from; p < end; p += 16) {
    const bytes = v128.load(p);
    if (v128.any_true(i8x16.eq(bytes, i8x16.splat(MARK_BEGIN)))) return -1;
    isColoured = isColoured || v128.any_true(i8x16.eq(bytes, i8x16.splat(ESC)));
  }
  if (!isColoured) return search(from, end);
  const stripped = strip(from, end, SCRATCH + 32);
  return stripped ? search(SCRATCH + 32, stripped) : -1;
}

function search(from: usize, end: usize): i32 {
  let found: i32 = 0;
  for (let p = from; p + 4 <= end; p++) {
    let index = <u32>load<u16>(LITERALS + (hash(load<u32>(p)) << 1));
    while (index) {
      const word = WORDS + (<usize>index << 4);
      const at = p - <usize>(<isize>load<i16>(word, 4));
      // No word goes on over a line's end.
      if (at >= from && equal(at, <usize>load<u32>(word, 8), <usize>load<u16>(word, 2))) {
        if (found == MAX_NUMBERS) return -1;
        store<u16>(NUMBERS + (<usize>found << 1), load<u16>(word, 12));
        found++;
      }
      index = <u32>load<u16>(word);
    }
  }
  return found;
}
