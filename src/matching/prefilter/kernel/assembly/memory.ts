/**
 * Where things lie in the memory that is shared with kernel-tables.ts and wasm-finder.ts, which hold the same
 * numbers. AssemblyScript; see find.ts.
 */

/** Line start, line end, lines passed: u32 each; from 16 on numbers of words. */
export const ANSWER: usize = 0;
/** The seven probe tables. */
export const TABLES: usize = 1024;
/** The first words by the hash of four bytes of their window, u16 each. */
export const HEADS: usize = 4096;
/** The first words of the left edge by the hash of their first three bytes. */
export const EDGES: usize = 12288;
/**
 * The words, from 1 on, 16 bytes each: next word u16, length u16, window's offset in the word i16, whether it says
 * nothing in vertices u16, address of its bytes u32, number u16. Their bytes lie from 32768 on.
 */
export const WORDS: usize = 16384;
/** The first of all patterns' words by the hash of their rarest four bytes. */
export const LITERALS: usize = 65536;
/** The vertices, u32 each; behind 16000 of them a sign. */
export const VERTICES: usize = 73728;
/** A line without its escape sequences. */
export const SCRATCH: usize = 139264;
/** A bit for each byte that is searched ahead: the line ends, then the candidates. */
export const BITS: usize = 208896;
/** Lists of places, u32 each (ahead.ts). The log's bytes lie from 262144 on. */
export const ENDS: usize = 210944;
export const BEGINNINGS: usize = 227840;
export const PLACES: usize = 244736;

/** Bytes of a line that are ever looked at (log/raw-lines.ts, maxLineBytes). */
export const LINE_BYTES: usize = 65536;

// @ts-ignore: decorator
@inline
export function hash(four: u32): usize {
  return <usize>((four * 0x9e3779b1) >>> 20);
}
