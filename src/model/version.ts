/**
 * Versions as the tools print them: `v0.19.2`, `0.9.1+azure-2`, `20.10.24+dfsg1`, `v0.12.1-desktop.4`,
 * `v0.20.0-rc2-4-gd30d8e22c.m`, a bare revision. Ordered as versions, never as text.
 */
import coerce from 'semver/functions/coerce.js';
import compare from 'semver/functions/compare.js';
import satisfiesRange from 'semver/functions/satisfies.js';

/** A Debian epoch (`5:24.0.7-1~…`) counts packages, not versions. */
function withoutEpoch(printed: string): string {
  return printed.replace(/^\d+:/, '');
}

/** The numeric version in a printed one, null where there is none (a bare revision). */
function coerceVersion(printed: string): string | null {
  const bare = withoutEpoch(printed);
  return /^v?\d+\.\d+/.test(bare) ? (coerce(bare)?.version ?? null) : null;
}

/** What comes before the version that it is named after: `-rc1`, and Go's `-0.20230525183624-798ad6b0ce9f`. */
const early = /^v?\d+\.\d+\.\d+-((?:alpha|beta|rc|dev|pre)(?:\.?\d+)?|0\.[12]\d{13})(?![a-z])/i;

/**
 * The version to sort by. Most suffixes (`-ce`, `-desktop.4`, `-0ubuntu1`) name an edition of a version that is out; semver
 * would take all of them for candidates.
 */
function sortedAs(printed: string): string | null {
  const version = coerceVersion(printed);
  const suffix = early.exec(withoutEpoch(printed))?.[1];
  if (version === null || suffix === undefined) return version;
  // `rc10` is one word to semver, which would come before `rc2`.
  return `${version}-${suffix.replace(/^([a-z]+)\.?0*(\d+)/i, '$1.$2')}`;
}

/** Whether it can be said to be later or earlier than others. */
export function isOrdered(printed: string): boolean {
  return coerceVersion(printed) !== null;
}

/** Orders printed versions; those without a number come last, by their text. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [sortedAs(a), sortedAs(b)];
  if (left !== null && right !== null) return compare(left, right) || (a < b ? -1 : Number(a > b));
  if (left === null && right === null) return a < b ? -1 : Number(a > b);
  return left === null ? 1 : -1;
}

/** Whether a printed version lies in a semver range; false where it has no number. */
export function satisfies(printed: string, range: string): boolean {
  const version = coerceVersion(printed);
  return version !== null && satisfiesRange(version, range);
}
