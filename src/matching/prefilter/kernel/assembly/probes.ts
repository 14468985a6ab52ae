/** The seven probes, on sixteen places at once. AssemblyScript; see find.ts. */

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

/**
 * For each of the sixteen places from `p` on the buckets of which a window may begin there. The tables are the
 * caller's to hold: in a loop that writes they would be read anew in every round.
 */
// @ts-ignore: decorator
@inline
export function hitsAt(
  p: usize,
  l0: v128,
  l1: v128,
  l2: v128,
  l3: v128,
  l4: v128,
  l5: v128,
  h2: v128,
): v128 {
  const third = v128.load(p, 2);
  let hits = v128.and(swizzle(l0, low(v128.load(p))), swizzle(l1, low(v128.load(p, 1))));
  hits = v128.and(hits, v128.and(swizzle(l2, low(third)), swizzle(l3, low(v128.load(p, 3)))));
  hits = v128.and(
    hits,
    v128.and(swizzle(l4, low(v128.load(p, 4))), swizzle(l5, low(v128.load(p, 5)))),
  );
  return v128.and(hits, swizzle(h2, high(third)));
}

/** Which of sixteen bytes are not zero: a bit for each. */
// @ts-ignore: decorator
@inline
export function bitsOf(bytes: v128): u32 {
  return <u32>i8x16.bitmask(i8x16.eq(bytes, i8x16.splat(0))) ^ 0xffff;
}
