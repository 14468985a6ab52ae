/**
 * Moments as the logs write them. A runner stamp has seven decimals, more than a JavaScript date
 * holds, so a moment is kept as its own text and turned into a number only for arithmetic.
 */

/** An ISO 8601 UTC moment, exactly as read: `2026-08-21T10:12:12.1234567Z` or `2026-08-21T10:12:12Z`. */
export type Instant = string;

/** Milliseconds since the epoch, with the fraction that the stamp's sub-millisecond digits give. */
export function toMillis(at: Instant): number {
  const dot = at.indexOf('.');
  if (dot < 0) return Date.parse(at);
  const fraction = Number(`0${at.slice(dot, -1)}`);
  return Date.parse(`${at.slice(0, dot)}Z`) + fraction * 1000;
}

/** Seconds from `earlier` to `later`; negative when they are the other way round. */
export function secondsBetween(earlier: Instant, later: Instant): number {
  return (toMillis(later) - toMillis(earlier)) / 1000;
}
