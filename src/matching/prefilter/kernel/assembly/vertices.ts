/** Lines of BuildKit vertices (`#N ...`): which of them the scanner must see. AssemblyScript; see find.ts. */
import { isDigit, isStamp, LF, SPACE, STAMP_LENGTH } from './bytes';
import { VERTICES } from './memory';

/**
 * One u32 a vertex: 0 while the scanner does not know it, 1 when it does. From 2 on its lines are counted, up
 * to a number that is enough: what was seen in a vertex counts only if it failed soon after (builds.ts).
 */
const VERTEX_COUNT: u32 = 16000;
/** Behind the vertices: the scanner writes here when lines of a vertex begin to matter. */
const WOKEN: usize = VERTICES + ((<usize>VERTEX_COUNT) << 2);
/** As in line-finder.ts. */
const COUNTED_ENOUGH: u32 = 66;
export const HASH: u8 = 0x23;
const DOT: u8 = 0x2e;

let read: bool = false;
/** The line that was counted last, and its vertex: taken back if the line turns out to matter. */
let countedLine: usize = 0;
let countedVertex: u32 = 0;

/** Begins a search; `reads` is false where `#N ...` is only something quoted. */
export function startVertices(reads: bool): void {
  read = reads;
  countedLine = 0;
}

/** Whether the line that begins at `start` has just been counted. */
export function isCounted(start: usize): bool {
  return countedLine == start;
}

/** The line at `start` goes to the scanner, which will count it itself. */
export function uncount(start: usize): void {
  if (countedLine != start) return;
  const slot = VERTICES + ((<usize>countedVertex) << 2);
  store<u32>(slot, load<u32>(slot) - 1);
}

/** Whether a stamp may stand behind a tab: a line of `gh run view --log`, which log/line.ts calls quoted. */
function quotesColumns(p: usize): bool {
  const tab = i8x16.splat(0x09);
  const lf = i8x16.splat(LF);
  while (true) {
    const bytes = v128.load(p);
    let tabs = <u32>i8x16.bitmask(i8x16.eq(bytes, tab));
    const ends = <u32>i8x16.bitmask(i8x16.eq(bytes, lf));
    if (ends) tabs &= ends - 1;
    for (; tabs; tabs &= tabs - 1) {
      const q = p + ctz(tabs) + 1;
      if (isStamp(q) || load<u8>(q) == 0xef) return true;
    }
    if (ends) break;
    p += 16;
  }
  return false;
}

/** What to do with `#N ...` at `p`, in the line that begins at `start`: true when the scanner must see it. */
export function vertexMatters(p: usize, start: usize): bool {
  if (!read) return false;
  let number: u32 = 0;
  let digits = 0;
  p++;
  while (isDigit(load<u8>(p))) {
    number = number * 10 + (load<u8>(p) - 48);
    if (++digits > 6) return false;
    p++;
  }
  if (digits == 0 || load<u8>(p) != SPACE) return false;
  if (number >= VERTEX_COUNT) return true;
  const slot = VERTICES + ((<usize>number) << 2);
  const state = load<u32>(slot);
  if (state == 0) return true;
  if (state == 1 || state >= COUNTED_ENOUGH) return false;
  p++;
  if (!isDigit(load<u8>(p))) return false;
  while (isDigit(load<u8>(p))) p++;
  if (load<u8>(p) != DOT || !isDigit(load<u8>(p + 1))) return false;
  if (quotesColumns(p)) return true;
  store<u32>(slot, state + 1);
  countedLine = start;
  countedVertex = number;
  return false;
}

/** Whether `#N ` at `p` is a vertex that is known and not counted: the usual case. `four` are its first bytes. */
// @ts-ignore: decorator
@inline
export function isIdle(p: usize, four: u32): bool {
  let number = ((four >>> 8) & 0xff) - 48;
  const second = ((four >>> 16) & 0xff) - 48;
  const third = (four >>> 24) - 48;
  p += 2;
  if (second < 10) {
    number = number * 10 + second;
    p++;
    if (third < 10) {
      number = number * 10 + third;
      p++;
    }
  }
  if (load<u8>(p) != SPACE || number > 999) return false;
  const state = load<u32>(VERTICES + ((<usize>number) << 2));
  return state == 1 || state >= COUNTED_ENOUGH;
}

/** Whether a vertex was forgotten, or is counted anew, since this was asked last: idle lines may no more be. */
export function wereWoken(): bool {
  const woken = load<u32>(WOKEN) != 0;
  store<u32>(WOKEN, 0);
  return woken;
}

/** Whether the line at `start` is `#N 1.23 ...` of a vertex that is known, and nothing quoted. */
export function isVertexLog(start: usize): bool {
  if (!read) return false;
  let p = isStamp(start) ? start + STAMP_LENGTH + 1 : start;
  if (load<u8>(p) != HASH) return false;
  let number: u32 = 0;
  for (p++; isDigit(load<u8>(p)); p++) {
    number = number * 10 + (load<u8>(p) - 48);
    if (number >= VERTEX_COUNT) return false;
  }
  if (load<u8>(p) != SPACE || load<u32>(VERTICES + ((<usize>number) << 2)) == 0) return false;
  p++;
  if (!isDigit(load<u8>(p))) return false;
  while (isDigit(load<u8>(p))) p++;
  return load<u8>(p) == DOT && isDigit(load<u8>(p + 1)) && !quotesColumns(p);
}
