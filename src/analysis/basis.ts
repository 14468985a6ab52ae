/** What is known of one cause before any model: builds, minutes, failures and how they cluster. */
import { conventions } from './conventions.ts';
import { levels } from './exposure.ts';
import { clusteringFactor, incidents } from './incidents.ts';
import type { DatedBin } from './changes.ts';
import { binOf, unknownVersion, type Case, type Study } from './study.ts';

export interface Cell {
  readonly version: string;
  readonly others: number;
  readonly minutes: number;
  readonly failures: number;
}

export interface Basis {
  readonly study: Study;
  /** Minutes and failures by version and load, whatever the job. */
  readonly cells: readonly Cell[];
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
    cells: cellsOf(study),
    incidents: groups,
    failures: cases.length,
    phi,
    effective: cases.length / phi,
  };
}

/** Of those versions and loads that hold time or a failure. */
function cellsOf({ versions, minutes, cases }: Study): Cell[] {
  const cells = new Map<string, { -readonly [K in keyof Cell]: Cell[K] }>();
  const cellOf = (code: number, others: number): { minutes: number; failures: number } => {
    const version = versions[code] ?? unknownVersion;
    const key = `${version}\n${others}`;
    let cell = cells.get(key);
    if (cell === undefined) cells.set(key, (cell = { version, others, minutes: 0, failures: 0 }));
    return cell;
  };
  for (const [kind, sum] of minutes.entries()) {
    if (sum > 0) cellOf(Math.floor(kind / levels), kind % levels).minutes += sum;
  }
  for (const { version, others } of cases) cellOf(version, others).failures++;
  return [...cells.values()];
}

/** First attempts in the order of time, with one failure for each incident: the build that started first. */
export function datedBy({ study: { bins }, incidents: groups }: Basis): DatedBin[] {
  const failures = bins.map(() => 0);
  for (const group of groups) {
    const bin = binOf(bins, earliest(group).start);
    failures[bin] = (failures[bin] ?? 0) + 1;
  }
  return bins.map((bin, i) => ({ ...bin, failures: failures[i] ?? 0 }));
}

/** Of failures that came together, the build that started first; of several, the first by its job. */
function earliest(group: readonly Case[]): Case {
  return group.reduce((first, each) =>
    each.start < first.start || (each.start === first.start && each.job < first.job) ? each : first,
  );
}

/** One failure for each incident. */
export function thinned({ incidents: groups }: Basis): Case[] {
  return groups.map(earliest);
}
