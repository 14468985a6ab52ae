/** What is known of one cause before any model: builds, minutes, failures and how they cluster. */
import { conventions } from './conventions.ts';
import {
  exposureOf,
  loadOf,
  momentOfFailure,
  type Build,
  type ExposureCell,
  type Load,
} from './exposure.ts';
import { clusteringFactor, incidents } from './incidents.ts';

/** The level of builds whose version nothing tells, and that of versions too rare to compare. */
export const unknownVersion = 'unknown';
const otherVersions = 'other';

/** A build that failed of the cause, placed on its engine. */
interface Case {
  readonly build: Build;
  readonly engine: string;
  readonly at: number;
}

export interface Basis {
  readonly load: Load;
  /** First attempts on known engines. */
  readonly builds: readonly Build[];
  readonly cells: readonly ExposureCell[];
  readonly incidents: readonly (readonly Case[])[];
  readonly failures: number;
  readonly phi: number;
  /** Failures that are worth as much as independent ones. */
  readonly effective: number;
  /** First attempts without a known engine: in no comparison. */
  readonly withoutEngine: number;
}

/** Counts and minutes of the first attempts, and the failures' clustering. */
export function basisOf(builds: readonly Build[], load: Load = loadOf(builds)): Basis {
  const first = builds.filter((build) => build.first);
  const placed = first.filter((build) => build.engine !== null);
  const cases = placed.flatMap((build): Case[] =>
    build.failedAt === null || build.engine === null
      ? []
      : [
          {
            build,
            engine: build.engine,
            at: momentOfFailure({ ...build, failedAt: build.failedAt }),
          },
        ],
  );
  const groups = incidents(
    // Failures of different proven origins are different incidents, however close.
    cases.map((each) => ({ ...each, engine: each.build.origin ?? each.engine })),
    conventions.incidentGap,
  );
  const phi = clusteringFactor(groups.map((group) => group.length));
  return {
    load,
    builds: placed,
    cells: pooled(exposureOf(builds, load)),
    incidents: groups,
    failures: cases.length,
    phi,
    effective: cases.length / phi,
    withoutEngine: first.length - placed.length,
  };
}

/** Cells in which versions with too few minutes are one level. */
function pooled(cells: readonly ExposureCell[]): ExposureCell[] {
  const minutes = minutesByVersion(cells);
  const all = [...minutes.values()].reduce((sum, each) => sum + each, 0);
  return cells.map((cell) => {
    const rare = (minutes.get(cell.version) ?? 0) < conventions.smallestShare * all;
    return rare && cell.version !== unknownVersion ? { ...cell, version: otherVersions } : cell;
  });
}

export function minutesByVersion(cells: readonly ExposureCell[]): Map<string, number> {
  const minutes = new Map<string, number>();
  for (const cell of cells) {
    minutes.set(cell.version, (minutes.get(cell.version) ?? 0) + cell.minutes);
  }
  return minutes;
}

/** Whether a level is a version that could be blamed. */
export function isVersion(level: string): boolean {
  return level !== unknownVersion && level !== otherVersions;
}

export const jobAndAge = ({ job, band }: ExposureCell): string => `${job}\n${band}`;
export const jobAgeAndHost = (cell: ExposureCell): string => `${jobAndAge(cell)}\n${cell.engine}`;

/** First attempts with one failure for each incident: the build that started first. */
export function datedBy({
  builds,
  incidents: groups,
}: Basis): { start: number; failed: boolean }[] {
  const failed = new Set(groups.map((group) => earliest(group).build));
  return builds.map((build) => ({ start: build.start, failed: failed.has(build) }));
}

function earliest(group: readonly Case[]): Case {
  return group.reduce((first, each) => (each.build.start < first.build.start ? each : first));
}

/** The cells with one failure for each incident. */
export function thinned({ builds, incidents: groups, load }: Basis): ExposureCell[] {
  const kept = new Set(groups.map((group) => earliest(group).build));
  const single = builds.map((build) => (kept.has(build) ? build : { ...build, failedAt: null }));
  return pooled(exposureOf(single, load));
}
