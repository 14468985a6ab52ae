/** `buildlog patterns draft FINGERPRINT`: from a failure that nothing explains to a file to start from. */
import { nearest } from '../../analysis/nearest.ts';
import type { CompiledPatterns } from '../../matching/compiled-patterns.ts';
import { regexOf } from '../../matching/template.ts';
import type { Draft } from '../../output/pattern-draft.ts';
import { readVerdicts } from '../../store/read-jobs.ts';
import type { Store } from '../../store/store.ts';

/** Null when no stored job has the fingerprint. */
export function draftFor(
  store: Store,
  fingerprint: string,
  patterns: CompiledPatterns,
): Draft | null {
  const same = readVerdicts(store.db).filter((verdict) => verdict.fingerprint === fingerprint);
  const example = same.at(-1);
  if (example?.primaryError == null || example.template === null) return null;
  const known = patterns.set.signatures.map(({ id, samples }) => ({
    id,
    text: samples.map(({ text }) => text).join(' '),
  }));
  const alike = nearest(example.template, known);
  const signature = patterns.signatures.get(alike?.id ?? '');
  return {
    fingerprint,
    template: example.template,
    line: example.primaryError.text,
    regex: regexOf({ fingerprint, text: example.template }),
    jobs: same.length,
    example: String(example.job_id),
    nearest: signature === undefined ? null : { id: signature.id, cause: signature.cause },
  };
}

/** The fingerprints there are, most frequent first. */
export function fingerprintsIn(store: Store): string[] {
  const counts = new Map<string, number>();
  for (const { fingerprint } of readVerdicts(store.db)) {
    if (fingerprint !== null) counts.set(fingerprint, (counts.get(fingerprint) ?? 0) + 1);
  }
  return [...counts].toSorted(([, a], [, b]) => b - a).map(([fingerprint]) => fingerprint);
}
