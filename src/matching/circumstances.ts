/** Decides whether the circumstances that a pattern or an advice names are those of a job. */
import type { Cause, Circumstances, VersionRanges } from '../model/pattern.ts';
import { satisfies } from '../model/version.ts';

/** The same questions, answered for one job. Null means that nobody knows. */
export interface JobCircumstances {
  readonly dockerWorkedBefore: boolean;
  readonly foreignBuilder: boolean;
  readonly pointerReset: boolean;
  readonly collision: boolean;
  readonly hostShared: boolean | null;
  /** Signatures seen in the same step. */
  readonly beside: ReadonlySet<string>;
  readonly versions: Readonly<Record<keyof VersionRanges, string | null>>;
}

/** True when every circumstance that is named holds; an unknown one does not. */
export function hold(wanted: Circumstances, job: JobCircumstances): boolean {
  const flags = [
    'dockerWorkedBefore',
    'foreignBuilder',
    'pointerReset',
    'collision',
    'hostShared',
  ] as const;
  if (flags.some((flag) => wanted[flag] !== undefined && wanted[flag] !== job[flag])) return false;
  if (wanted.beside !== undefined && !wanted.beside.some((id) => job.beside.has(id))) return false;
  const { buildkit, buildx, docker } = wanted.versions ?? {};
  const ranges = { buildkit, buildx, docker };
  const named = (['buildkit', 'buildx', 'docker'] as const).filter(
    (part) => ranges[part] !== undefined,
  );
  // One affected component is enough: a fault of BuildKit's and Buildx's common library is in either.
  return (
    named.length === 0 ||
    named.some((part) => {
      const version = job.versions[part];
      return version !== null && satisfies(version, ranges[part] ?? '');
    })
  );
}

/** The advice for a cause that fits a job, the most particular first. */
export function adviceFor(cause: Cause, job: JobCircumstances): string[] {
  return cause.advice
    .filter(({ when }) => when === null || hold(when, job))
    .map(({ text }) => text);
}
