/** What would overturn a verdict: the line that stands behind it, for whoever wants to try. */
import type { Association } from './association.ts';
import type { ConcurrencyVerdict, VersionVerdict } from './verdict.ts';

/** Verdicts that are missing here say themselves what is missing: builds, another version, another host. */
const versionDoubts: Readonly<Partial<Record<VersionVerdict, string>>> = {
  associated: 'half of the hosts on another version for a week, failing as often',
  likely: 'a week in which both versions run side by side, failing alike',
  'before-after-weak': 'a week in which both versions run side by side, failing differently',
  'explained-by-host': 'one host that runs both versions by turns, failing differently',
  'explained-by-time': 'one more week with both versions, failing differently',
  'time-not-aligned':
    'a host that got the version on these days and is not among those that were read',
};

const loadDoubts: Readonly<Partial<Record<ConcurrencyVerdict, string>>> = {
  associated: 'half of the hosts with one build at a time for a week, failing as often',
  'unclear-clustered': 'failures under load that strike one build and spare its neighbours',
};

const inWords = (doubt: string | undefined): string | null =>
  doubt === undefined ? null : `What would change this: ${doubt}.`;

export function versionDoubt({ version }: Pick<Association, 'version'>): string | null {
  return inWords(versionDoubts[version]);
}

export function loadDoubt({ concurrency }: Pick<Association, 'concurrency'>): string | null {
  return inWords(loadDoubts[concurrency]);
}
