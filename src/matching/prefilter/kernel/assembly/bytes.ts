/** Lines and stamps among raw bytes, sixteen at a time. AssemblyScript; see find.ts. */

export const LF: u8 = 0x0a;
const CR: u8 = 0x0d;
export const SPACE: u8 = 0x20;
const Z: u8 = 0x5a;
/** Bytes of a runner's stamp. */
export const STAMP_LENGTH: usize = 28;

// @ts-ignore: decorator
@inline
export function isDigit(byte: u8): bool {
  return byte - 48 < 10;
}

/** The first byte of the line that holds `p`; not before `lo`, which begins a line. */
export function lineStart(p: usize, lo: usize): usize {
  const lf = i8x16.splat(LF);
  while (p >= lo + 16) {
    const ends = <u32>i8x16.bitmask(i8x16.eq(v128.load(p - 16), lf));
    if (ends) return p - 16 + (32 - clz(ends));
    p -= 16;
  }
  while (p > lo && load<u8>(p - 1) != LF) p--;
  return p;
}

/** The line end at or after `p`, `hi` where there is none before it. */
export function lineEnd(p: usize, hi: usize): usize {
  const lf = i8x16.splat(LF);
  while (p < hi) {
    const ends = <u32>i8x16.bitmask(i8x16.eq(v128.load(p), lf));
    if (ends) {
      p += ctz(ends);
      return p < hi ? p : hi;
    }
    p += 16;
  }
  return hi;
}

// @ts-ignore: decorator
@inline
function withoutDigits(p: usize): v128 {
  const bytes = v128.load(p);
  const digits = i8x16.lt_u(i8x16.sub(bytes, i8x16.splat(48)), i8x16.splat(10));
  return v128.bitselect(i8x16.splat(48), bytes, digits);
}

/** Whether `0000-00-00T00:00:00.0000000Z` stands at `p`, with any digits. */
export function isStamp(p: usize): bool {
  const front = i8x16(48, 48, 48, 48, 45, 48, 48, 45, 48, 48, 84, 48, 48, 58, 48, 48);
  const back = i8x16(48, 48, 58, 48, 48, 58, 48, 48, 46, 48, 48, 48, 48, 48, 48, 48);
  return (
    i8x16.all_true(i8x16.eq(withoutDigits(p), front)) &&
    i8x16.all_true(i8x16.eq(withoutDigits(p + 11), back)) &&
    load<u8>(p + 27) == Z
  );
}

/** Whether the line at `p` is stamped: nothing, or a space, follows the stamp. */
function isStamped(p: usize): bool {
  if (!isStamp(p)) return false;
  p += STAMP_LENGTH;
  if (load<u8>(p) == SPACE) return true;
  while (load<u8>(p) == CR) p++;
  return load<u8>(p) == LF;
}

/** The first (or last) stamped line that begins in [lo, hi), 0 where there is none. */
export function stampedLine(lo: usize, hi: usize, last: bool): usize {
  while (lo < hi) {
    if (last) {
      const start = lineStart(hi - 1, lo);
      if (isStamped(start)) return start;
      hi = start;
    } else {
      if (isStamped(lo)) return lo;
      lo = lineEnd(lo, hi) + 1;
    }
  }
  return 0;
}

/** Whether two stretches hold the same bytes. */
export function equal(a: usize, b: usize, length: usize): bool {
  while (length >= 8) {
    if (load<u64>(a) != load<u64>(b)) return false;
    a += 8;
    b += 8;
    length -= 8;
  }
  while (length) {
    if (load<u8>(a) != load<u8>(b)) return false;
    a++;
    b++;
    length--;
  }
  return true;
}
