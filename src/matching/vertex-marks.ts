/** How BuildKit marks the lines of a vertex: `#5 [2/3] RUN make`, `#5 1.234 what it prints`. Read by hand: most lines have one. */

const hash = 0x23;
const space = 0x20;
const dot = 0x2e;
const zero = 0x30;
const maxDigits = 6;

/** A line of a vertex. */
export interface VertexLine {
  readonly number: number;
  /** What follows `#N `. */
  readonly rest: string;
}

/** Null for any other line. */
export function vertexLine(text: string): VertexLine | null {
  if (text.charCodeAt(0) !== hash) return null;
  const end = digitsEnd(text, 1);
  if (end === 1 || end > 1 + maxDigits || text.charCodeAt(end) !== space) return null;
  return { number: Number(text.slice(1, end)), rest: text.slice(end + 1) };
}

/** Of `1.234 what a vertex prints` the words; null where no time stands at the beginning. */
export function printedBy(rest: string): string | null {
  const point = digitsEnd(rest, 0);
  if (point === 0 || rest.charCodeAt(point) !== dot) return null;
  const end = digitsEnd(rest, point + 1);
  if (end === point + 1) return null;
  return rest.slice(rest.charCodeAt(end) === space ? end + 1 : end);
}

function digitsEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && isDigit(text.charCodeAt(at))) at++;
  return at;
}

function isDigit(code: number): boolean {
  return code >= zero && code < zero + 10;
}
