/**
 * Versions as the tools print them: `v0.19.2`, `0.9.1+azure-2`, `20.10.24+dfsg1`, `v0.12.1-desktop.4`,
 * `v0.20.0-rc2-4-gd30d8e22c.m`, a bare revision. Ordered as versions, never as text.
 */
import coerce from 'semver/functions/coerce.js';
import compare from 'semver/functions/compare.js';
import satisfiesRange from 'semver/functions/satisfies.js';

/** The numeric version in a printed one, null where there is none (a bare revision). */
function coerceVersion(printed: string): string | null {
  return /^v?\d+\.\d+/.test(printed) ? (coerce(printed)?.version ?? null) : null;
}

/** Orders printed versions; those without a number come last, by their text. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [coerceVersion(a), coerceVersion(b)];
  if (left !== null && right !== null) return compare(left, right) || (a < b ? -1 : Number(a > b));
  if (left === null && right === null) return a < b ? -1 : Number(a > b);
  return left === null ? 1 : -1;
}

/** Whether a printed version lies in a semver range; false where it has no number. */
export function satisfies(printed: string, range: string): boolean {
  const version = coerceVersion(printed);
  return version !== null && satisfiesRange(version, range);
}
