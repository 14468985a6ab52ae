/** Escape sequences (colours, titles, links) taken out, as log/line.ts does. AssemblyScript; see find.ts. */

export const ESC: u8 = 0x1b;
/** What a terminal title may be long; beyond it the two sides could disagree about bytes and characters. */
const OSC_BYTES: usize = 2048;

/** Copies [a, b) to `d` without escape sequences; the new end, 0 where bytes alone can't tell. */
export function strip(a: usize, b: usize, d: usize): usize {
  const esc = i8x16.splat(ESC);
  while (a < b) {
    const bytes = v128.load(a);
    v128.store(d, bytes);
    const escapes = <u32>i8x16.bitmask(i8x16.eq(bytes, esc));
    if (!escapes) {
      a += 16;
      d += 16;
      continue;
    }
    const before = <usize>ctz(escapes);
    a += before;
    d += before;
    if (a >= b) break;
    const end = sequenceEnd(a, b);
    if (end == 0) return 0;
    if (end == a) {
      store<u8>(d++, ESC);
      a++;
    } else a = end;
  }
  return a > b ? d - (a - b) : d;
}

/** Where the escape sequence at `a` ends; `a` itself where there is none; 0 where it is too long to tell. */
function sequenceEnd(a: usize, b: usize): usize {
  let p = a + 1;
  if (p >= b) return a;
  const kind = load<u8>(p++);
  if (kind == 0x5b) {
    const colour = colourEnd(p, b);
    if (colour) return colour;
    while (p < b && load<u8>(p) - 0x30 < 0x10) p++;
    while (p < b && load<u8>(p) - 0x20 < 0x10) p++;
    return p < b && load<u8>(p) - 0x40 < 0x3f ? p + 1 : a;
  }
  if (kind == 0x5d) {
    const limit = p + OSC_BYTES;
    let q = p;
    while (q < b && load<u8>(q) != 7 && load<u8>(q) != ESC) {
      if (++q > limit) return 0;
    }
    if (q < b && load<u8>(q) == 7) return q + 1;
    if (q + 1 < b && load<u8>(q + 1) == 0x5c) return q + 2;
    return p;
  }
  if (kind - 0x20 < 0x10) {
    while (p < b && load<u8>(p) - 0x20 < 0x10) p++;
    return p < b && load<u8>(p) - 0x30 < 0x4f ? p + 1 : a;
  }
  return kind - 0x40 < 0x20 ? p : a;
}

/** Where a sequence of up to seven parameters' bytes ends, which is what colours are: without a loop. Else 0. */
// @ts-ignore: decorator
@inline
function colourEnd(p: usize, b: usize): usize {
  const others = (load<u64>(p) ^ 0x3030_3030_3030_3030) & 0xf0f0_f0f0_f0f0_f0f0;
  if (!others) return 0;
  p += <usize>(ctz(others) >> 3);
  return p < b && load<u8>(p) - 0x40 < 0x3f ? p + 1 : 0;
}
