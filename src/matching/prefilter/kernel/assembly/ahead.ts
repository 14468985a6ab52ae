/**
 * What stands in the next few kilobytes of a log, as three lists: its line ends, the places to look at, and the
 * line ends behind which a line begins that must be looked at. AssemblyScript; see find.ts.
 *
 * One block of sixteen bytes in four has something, at places that no processor can guess, and a wrong guess costs
 * as much as proving that sixty bytes hold nothing. So nothing is decided on the way: every block leaves its bits,
 * and the lists are made of sixty-four bits at a time, two entries whether there are as many or not.
 */
import { mayBeginningMatter } from './beginnings';
import { LF } from './bytes';
import { ESC } from './escapes';
import { BEGINNINGS, BITS, ENDS, hash, HEADS, PLACES, TABLES } from './memory';
import { bitsOf, hitsAt } from './probes';

/** Bytes that are searched at a time: they stay in the processor's first cache. */
const AHEAD: usize = 4096;
/** The bits of the candidates; those of the line ends come first. */
const CANDIDATES: usize = BITS + 1024;
/** The first two bytes of a byte order mark. */
const MARK: u16 = 0xbbef;

/** Searched up to here. */
export let searched: usize = 0;
/** The last line end before those in the list. */
export let endBefore: usize = 0;
/** Behind the last entry of the line ends. */
export let endsEnd: usize = ENDS;

/** Forgets what was found; the next search begins at `p`. */
export function searchFrom(p: usize): void {
  searched = p;
  endBefore = p;
  endsEnd = endList(ENDS);
  endList(PLACES);
  endList(BEGINNINGS);
}

/** Makes the lists anew, for the next few kilobytes before `end`. */
export function searchAhead(end: usize): void {
  if (endsEnd > ENDS) endBefore = <usize>load<u32>(endsEnd - 4);
  const from = searched;
  const stop = from + AHEAD < end ? from + AHEAD : end;
  noteBits(from, stop);
  searched = stop;
  endsEnd = endList(listed(BITS, from, stop, ENDS));
  endList(sifted(listed(CANDIDATES, from, stop, PLACES)));
  endList(beginnings());
}

/** Every list ends with an entry that lies behind everything. */
function endList(at: usize): usize {
  store<u32>(at, u32.MAX_VALUE);
  return at;
}

function noteBits(from: usize, stop: usize): void {
  const l0 = v128.load(TABLES);
  const l1 = v128.load(TABLES, 16);
  const l2 = v128.load(TABLES, 32);
  const l3 = v128.load(TABLES, 48);
  const l4 = v128.load(TABLES, 64);
  const l5 = v128.load(TABLES, 80);
  const h2 = v128.load(TABLES, 96);
  const esc = i8x16.splat(ESC);
  const lf = i8x16.splat(LF);
  let bits = BITS;
  let p = from;
  for (; p < stop; p += 16) {
    const bytes = v128.load(p);
    const hits = hitsAt(p, l0, l1, l2, l3, l4, l5, h2);
    store<u16>(bits, <u16>i8x16.bitmask(i8x16.eq(bytes, lf)));
    store<u16>(bits + (CANDIDATES - BITS), <u16>bitsOf(v128.or(hits, i8x16.eq(bytes, esc))));
    bits += 2;
  }
  const inside = <u16>(<u32>0xffff >>> <u32>(p - stop));
  cutBits(bits, inside);
  cutBits(bits + (CANDIDATES - BITS), inside);
}

/** Leaves of the last block's bits, which end at `end`, those inside; the lists are made of sixty-four at a time. */
function cutBits(end: usize, inside: u16): void {
  store<u16>(end - 2, load<u16>(end - 2) & inside);
  store<u64>(end, 0);
}

/** Writes the places of the bits to `list`; where it ends. */
function listed(bits: usize, from: usize, stop: usize, list: usize): usize {
  for (let p = from; p < stop; p += 64, bits += 8) {
    let mask = load<u64>(bits);
    const next = list + (<usize>popcnt(mask) << 2);
    store<u32>(list, <u32>(p + <usize>ctz(mask)));
    mask &= mask - 1;
    store<u32>(list, <u32>(p + <usize>ctz(mask)), 4);
    mask &= mask - 1;
    for (list += 8; mask; mask &= mask - 1, list += 4) {
      store<u32>(list, <u32>(p + <usize>ctz(mask)));
    }
    list = next;
  }
  return list;
}

/** Leaves those candidates that may be something, by the hash of their bytes. */
function sifted(end: usize): usize {
  let kept = PLACES;
  for (let at = PLACES; at < end; at += 4) {
    const p = <usize>load<u32>(at);
    const isWord = <u32>(load<u16>(HEADS + (hash(load<u32>(p + 1)) << 1)) != 0);
    const isMark = <u32>(load<u16>(p) == MARK);
    const isEscape = <u32>(load<u8>(p) == ESC);
    store<u32>(kept, <u32>p);
    kept += (<usize>(isWord | isMark | isEscape)) << 2;
  }
  return kept;
}

/** The line ends behind which a line begins that must be looked at. */
function beginnings(): usize {
  let kept = BEGINNINGS;
  for (let at = ENDS; at < endsEnd; at += 4) {
    const p = <usize>load<u32>(at);
    store<u32>(kept, <u32>p);
    kept += (<usize>mayBeginningMatter(p + 1)) << 2;
  }
  return kept;
}
