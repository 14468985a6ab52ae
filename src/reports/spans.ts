/** Equal spans of time, in minutes. */
export const minutesOfDay = 24 * 60;
// From a minute, for what was made in one go, to four weeks.
const lengths = [1, 5, 15, 60, 6 * 60, minutesOfDay, 7 * minutesOfDay, 28 * minutesOfDay] as const;
const mostSpans = 40;

/** The shortest length of which forty hold the whole. */
export function spanOf(whole: number): number {
  const longest = lengths.at(-1) ?? 1;
  return (
    lengths.find((each) => whole / each < mostSpans) ??
    longest * Math.ceil(whole / longest / mostSpans)
  );
}

/** The length by which sums are kept, so that they make up both days and spans of `span`. */
export function keptSpan(span: number): number {
  return Math.min(span, minutesOfDay);
}
