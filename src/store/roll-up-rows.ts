/** What the roll-ups hold: sums over builds, and the jobs that reports look at one by one. */
import type { Blame } from '../model/pattern.ts';
import type { Instant } from '../model/time.ts';
import type { VerdictStatus } from '../model/verdict.ts';

/** Versions and surroundings that were in use together; null where nothing tells. */
export interface Setup {
  readonly buildkit: string | null;
  readonly buildx: string | null;
  readonly docker_server: string | null;
  readonly runner_version: string | null;
  readonly os_image: string | null;
  readonly driver: string | null;
}

/** What is comparable with itself: one job of one workflow. */
export interface Work {
  readonly host: string;
  readonly repository: string | null;
  readonly workflow: string | null;
  readonly job: string | null;
}

/** What shares its load. All hosted machines are one place, although each serves one job. */
export interface Place {
  readonly engine: string | null;
  readonly machine: string | null;
}

/** Whose builder a job built on. */
export type Ownership = 'own' | 'foreign' | 'reset' | 'unknown';
export type Outcome = 'passed' | 'failed' | 'canceled';

/** What builds can be counted by; `setup` and `place` are places in the lists of the roll-ups. */
export interface BuildTraits {
  readonly repository: string;
  readonly setup: number;
  readonly place: number;
  readonly ownership: Ownership;
  /** Other builds on the engine at the start; −1 if the engine is not known, −2 if the times are not. */
  readonly others: number;
}

export type Dimension = keyof BuildTraits;

/** Numbers of builds that are alike in what was asked for. */
export interface BuildCount extends Partial<BuildTraits> {
  readonly first: number;
  readonly outcome: Outcome;
  /** Whose logs were read, and how many they stand for. */
  readonly builds: number;
  readonly weight: number;
  readonly minutes: number;
  /** When the first and the last one started. */
  readonly first_at: Instant | null;
  readonly last_at: Instant | null;
  /** The first one's start in minutes. */
  readonly start: number | null;
}

/** First attempts on known engines by the others at their start, several for each of these: a list, as there are many. */
export type StartedBuilds = readonly [
  repository: string,
  setup: number,
  place: number,
  others: number,
  weight: number,
];

/** Minutes of one work and setup at one age, in one week or place. */
export interface MinuteSums {
  readonly work: number;
  /** The week's number, or the place. */
  readonly where: number;
  readonly setup: number;
  readonly band: number;
  /** Alone, beside one other build, and so on; the last is for as many or more. */
  readonly minutes: readonly number[];
}

/** The same of all works and setups, column by column: there are many rows. */
export interface MinuteColumns {
  readonly works: Int32Array;
  readonly wheres: Int32Array;
  readonly setups: Int32Array;
  readonly bands: Int32Array;
  /** As many for each row as loads are told apart. */
  readonly minutes: Float64Array;
}

export interface BinCount {
  readonly bin: number;
  readonly setup: number;
  readonly start: number;
  readonly weight: number;
}

/** First attempts on known engines that started in one hour of the day, UTC. */
export interface HourCount {
  readonly hour: number;
  readonly weight: number;
  readonly minutes: number;
}

/** Builds that started in one span and ended alike. */
export interface SpanCount {
  /** Minutes since 1970. */
  readonly start: number;
  readonly first: number;
  readonly failed: number;
  /** Of those that failed. */
  readonly cause: string | null;
  readonly blame: Blame | null;
  readonly builds: number;
  readonly weight: number;
}

export interface RolledJob {
  readonly host: string;
  readonly job_id: number;
  readonly work: number;
  readonly setup: number;
  readonly place: number;
  readonly run_id: number | null;
  readonly attempt: number | null;
  readonly status: VerdictStatus | null;
  readonly cause: string | null;
  readonly blame: Blame | null;
  readonly started_at: Instant | null;
  readonly built: number;
  readonly failed: number;
  readonly canceled: number;
  readonly ownership: Ownership;
  readonly window_start: number | null;
  readonly window_end: number | null;
  readonly failed_at: number | null;
  readonly weight: number;
  readonly moment: number | null;
  readonly others: number | null;
  readonly band: number | null;
  readonly week: number | null;
  readonly others_at_start: number | null;
  readonly passed_elsewhere: number;
  /**
   * Whether the same failed job's next attempt that was not canceled passed; null where none is known, and where it is itself
   * a re-run that failed of the same cause.
   */
  readonly next_passed: number | null;
  /** Whether a collision names it, as what was hit or as the one that did it. */
  readonly linked: number;
}

/** A first attempt that failed while it built on a known engine, and how its failure stood. */
export interface RolledCase {
  readonly host: string;
  readonly job_id: number;
  readonly cause: string | null;
  readonly work: number;
  readonly setup: number;
  readonly place: number;
  readonly start: number;
  readonly at: number;
  readonly others: number;
  readonly band: number;
  readonly week: number;
}

/** A kept job as an attempt of its run: a list, as there are many. */
export type RolledAttempt = readonly [
  work: number,
  run: number,
  attempt: number,
  passed: number,
  cause: string | null,
  minutes: number | null,
];

/** What is counted of all jobs. */
export interface Totals {
  readonly jobs: number;
  readonly built: number;
  readonly failed: number;
  readonly canceled: number;
  readonly explained: number;
  readonly unexplained: number;
  readonly withoutLog: number;
  readonly partial: number;
  /** Jobs of which only the line is left. */
  readonly pruned: number;
  readonly hosts: number;
  readonly from: Instant | null;
  readonly to: Instant | null;
  readonly carriedOver: number;
  /** Builds whose own times are not known: the job's were taken. */
  readonly withoutTimes: number;
  /** Minutes of a span of time in which rates are told; sums are kept by it, or by the day if it is longer. */
  readonly span: number;
}

/** How often a cause, or a state without one in brackets, made jobs fail. */
export interface CauseCount {
  readonly cause: string;
  readonly status: VerdictStatus | null;
  readonly blame: Blame | null;
  readonly jobs: number;
  readonly hosts: number;
  /** Next attempts of the same job that are known, and those that passed. */
  readonly rerun: number;
  readonly passed: number;
  readonly first: Instant | null;
  readonly last: Instant | null;
}

/** Kept jobs: all, those that failed of the infrastructure, those that nothing explains, those in a collision. */
export type WhichJobs = 'all' | 'infra' | 'open' | 'linked';

export interface RollUps {
  readonly totals: Totals;
  readonly setups: readonly Setup[];
  readonly works: readonly Work[];
  readonly places: readonly Place[];
  readonly bins: readonly BinCount[];
  /** Read when asked for: numbers of builds by some of what tells them apart, and always by attempt and outcome. */
  readonly builds: (by: readonly Dimension[]) => readonly BuildCount[];
  readonly started: () => readonly StartedBuilds[];
  readonly jobs: (which: WhichJobs) => readonly RolledJob[];
  readonly attempts: () => readonly RolledAttempt[];
  readonly causes: () => readonly CauseCount[];
  /** In the order of their keys. */
  readonly cases: (blame: Blame) => readonly RolledCase[];
  readonly spans: () => readonly SpanCount[];
  readonly hours: () => readonly HourCount[];
  readonly byWeek: () => MinuteColumns;
  readonly byPlace: () => MinuteColumns;
}
