/** What is known of one cause before any model: builds, minutes, failures and how they cluster. */
import { conventions } from './conventions.ts';
import type { ExposureCell } from './exposure.ts';
import { clusteringFactor, incidents } from './incidents.ts';
import type { DatedBin } from './changes.ts';
import { binOf, type Case, type Study } from './study.ts';

export interface Basis {
  readonly study: Study;
  /** Minutes by job, age, version and load, and the failures. */
  readonly cells: readonly ExposureCell[];
  /** The same within weeks, and within engines. */
  readonly byWeek: () => Iterable<ExposureCell>;
  readonly byEngine: () => Iterable<ExposureCell>;
  readonly incidents: readonly (readonly Case[])[];
  readonly failures: number;
  readonly phi: number;
  /** Failures that are worth as much as independent ones. */
  readonly effective: number;
}

/** Counts and minutes of the first attempts, and the failures' clustering. */
export function basisOf(study: Study): Basis {
  const { cases } = study;
  const groups = incidents(
    // Failures of different proven origins are different incidents, however close.
    cases.map((each) => ({ engine: each.origin ?? each.engine, at: each.at, each })),
    conventions.incidentGap,
  ).map((group) => group.map(({ each }) => each));
  const phi = clusteringFactor(groups.map((group) => group.length));
  return {
    study,
    cells: [...withFailures(study.byJob, cases)],
    byWeek: () => withFailures(study.byWeek(), cases),
    byEngine: () => withFailures(study.byEngine(), cases),
    incidents: groups,
    failures: cases.length,
    phi,
    effective: cases.length / phi,
  };
}

function* withFailures(
  cells: Iterable<ExposureCell>,
  cases: readonly Case[],
): Generator<ExposureCell> {
  yield* cells;
  for (const each of cases) yield { ...each, minutes: 0, failures: 1 };
}

export const jobAndAge = ({ job, band }: ExposureCell): string => `${job}\n${band}`;
export const jobAgeAndHost = (cell: ExposureCell): string => `${jobAndAge(cell)}\n${cell.engine}`;

/** First attempts in the order of time, with one failure for each incident: the build that started first. */
export function datedBy({ study: { bins }, incidents: groups }: Basis): DatedBin[] {
  const failures = bins.map(() => 0);
  for (const group of groups) {
    const bin = binOf(bins, earliest(group).start);
    failures[bin] = (failures[bin] ?? 0) + 1;
  }
  return bins.map((bin, i) => ({ ...bin, failures: failures[i] ?? 0 }));
}

/** Of failures that came together, the build that started first; of several, the first by name. */
function earliest(group: readonly Case[]): Case {
  return group.reduce((first, each) =>
    each.start < first.start || (each.start === first.start && each.job < first.job) ? each : first,
  );
}

/** The cells by engine with one failure for each incident. */
export function thinned({ study, incidents: groups }: Basis): Iterable<ExposureCell> {
  return withFailures(study.byEngine(), groups.map(earliest));
}
