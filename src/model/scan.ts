/** What one reading of one job log yields. */
import type { Position } from './pattern.ts';
import type { Instant } from './time.ts';

/** One recorded sighting of a signature. */
export interface Occurrence {
  readonly signature: string;
  readonly line: number;
  /** Byte offset of the line in the decoded log. */
  readonly offset: number;
  readonly at: Instant | null;
  readonly position: Position;
  /** Index into the scan's steps; -1 before the first step. */
  readonly step: number;
  /** Index into the scan's builds; -1 outside any build. */
  readonly build: number;
  /** BuildKit's number of the vertex, null outside vertices. */
  readonly vertex: number | null;
  readonly text: string;
  readonly captures: Readonly<Record<string, string>>;
  /** The same message again (`##[error]` repeats the client's last line): not another failure. */
  readonly repeats: boolean;
  /** The vertex went on to end well, or its error was tolerated by the build. */
  healed: boolean;
}

/** A typed value read from a log, with the line it was read from. */
export interface Fact {
  readonly name: string;
  readonly value: string;
  readonly line: number;
}

export type BuilderEventKind =
  | 'created'
  | 'booted'
  /** The builder that the action's `Builder info` named just before the build. */
  | 'current'
  | 'used'
  | 'removing'
  | 'removed'
  | 'removal-failed'
  /** A build or the cleanup found that there was no such builder (any more). */
  | 'missing'
  | 'stopped';

/** A moment in the life of a builder, as one job saw it. */
export interface BuilderEvent {
  readonly name: string;
  readonly event: BuilderEventKind;
  readonly line: number;
  readonly at: Instant | null;
  readonly driver: string | null;
  /**
   * `used`: the command named the builder (`--builder`) and did not take the current one. `removing`: the
   * command was printed; else only its script was, and it began there at the earliest.
   */
  readonly explicit: boolean;
  /** BuildKit's version, where this log describes the builder. */
  readonly buildkit: string | null;
  /** The line itself, as proof. */
  readonly text: string;
}

/** A stretch of the log under one `##[group]Run …` header. */
export interface StepScan {
  readonly title: string;
  readonly line: number;
  readonly startedAt: Instant | null;
  endedAt: Instant | null;
  /** The next step, or the cleanup, began. */
  ended: boolean;
  /** The runner's own work before the first step: it pulls and builds the images of container actions. */
  readonly setup: boolean;
  /** Docker, Buildx or BuildKit spoke in this step. */
  docker: boolean;
  /** The first error annotation, null when the step had none. */
  firstError: number | null;
  /** `Process completed with exit code N`, null when the runner did not say. */
  exitCode: number | null;
}

/** One `docker build`, `buildx build` or `bake` inside a step. */
export interface BuildScan {
  readonly step: number;
  readonly line: number;
  readonly startedAt: Instant | null;
  endedAt: Instant | null;
  builder: string | null;
  driver: string | null;
  /** The client's last error line without its prefixes; null when none was printed. */
  error: { readonly line: number; readonly at: Instant | null; readonly text: string } | null;
  /** Looks like a build and is none of the job's: a builder boots, the runner makes an action's image. */
  readonly auxiliary: boolean;
}

/** Which builder a job made and which it built on. */
export interface BuilderUse {
  readonly created: readonly string[];
  readonly used: string | null;
  /** True when the build's own header named it, false when only `Builder info` did. */
  readonly usedSeen: boolean;
  readonly driver: string | null;
  /** The job built on a builder that it had not made. */
  readonly foreign: boolean;
  /** The job made a builder, yet the build ran on the engine's own `default`. */
  readonly pointerReset: boolean;
}

/** A line worth showing although no signature knows it. */
export interface ErrorLine {
  readonly line: number;
  readonly at: Instant | null;
  readonly position: Position;
  readonly step: number;
  readonly text: string;
}

export interface JobScan {
  readonly lines: number;
  readonly bytes: number;
  readonly firstAt: Instant | null;
  readonly lastAt: Instant | null;
  /** The runner's closing words were seen. */
  readonly ended: boolean;
  /** The last line had no line end. */
  readonly cutMidLine: boolean;
  /** The scan took too long and was given up after the last line that was read. */
  readonly givenUp: boolean;
  /** The log is a job log of a runner, not a bare tool output. */
  readonly structured: boolean;
  readonly steps: readonly StepScan[];
  readonly builds: readonly BuildScan[];
  readonly occurrences: readonly Occurrence[];
  /** Occurrences beyond the bound that were counted but not kept. */
  readonly dropped: number;
  readonly facts: readonly Fact[];
  readonly builderEvents: readonly BuilderEvent[];
  readonly builders: BuilderUse;
  readonly errors: readonly ErrorLine[];
  /** Line of the first proof that the engine answered; null when there was none. */
  readonly dockerWorkedLine: number | null;
}

/** How far one line got on its way to becoming an occurrence of a signature. */
export interface Trace {
  readonly line: number;
  readonly text: string;
  readonly position: Position;
  /** The first hurdle that the line did not take; null when it took all of them. */
  readonly stoppedAt: 'position' | 'vertex' | 'regex' | null;
  /** What the regex was given. */
  readonly subject: string;
  readonly captures: Readonly<Record<string, string>>;
}
