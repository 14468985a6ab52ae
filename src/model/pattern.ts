/** What we know about failures, as checked data: causes, signatures, fact patterns. */

/** Where in a log a line stands. Words are evidence only at the right position (the traps are many). */
export type Position =
  /** Before the first step: what runner and service print while they set the job up. */
  | 'header'
  /** The echo of a step's script or inputs, between `##[group]Run` and its `##[endgroup]`. */
  | 'echo'
  /** A command line printed by a tool: `[command]/usr/bin/docker …`. */
  | 'command'
  /** The title of a group. */
  | 'group'
  /** An error annotation of the runner: `##[error]…`. */
  | 'annotation'
  /** Any other annotation: warning, notice, debug. */
  | 'remark'
  /** `#N ERROR: …`: the end of a vertex, in BuildKit's words. */
  | 'vertex-error'
  /** `#N 12.3 …` of a RUN step: the user's program is speaking. */
  | 'run-log'
  /** `#N 12.3 error: …` of any other vertex: BuildKit speaking of something it will try again. */
  | 'vertex-retry'
  /** Every other line of a vertex. */
  | 'vertex'
  /** Between the `------` rules: earlier lines, printed again. */
  | 'replay'
  /** The excerpt of the Dockerfile under an error. */
  | 'frame'
  /** `ERROR: …` or `error: …` at the left edge of a step that ran docker: the client's last words. */
  | 'final'
  /** A daemon's own log, shown in the job log. */
  | 'daemon-log'
  /** Everything else a step prints. */
  | 'output'
  /** Anything after `Post job cleanup.`: never a root. */
  | 'post';

export type Blame = 'infra' | 'code' | 'mixed';

/** Version ranges by component; the range is semver's, compared on coerced versions. */
export interface VersionRanges {
  readonly buildkit?: string | undefined;
  readonly buildx?: string | undefined;
  readonly docker?: string | undefined;
}

/** Circumstances of a job that change what a wording means or what to advise. All given ones must hold. */
export interface Circumstances {
  /** Docker had answered earlier in the same job. */
  readonly dockerWorkedBefore?: boolean | undefined;
  /** The job made a builder of its own and built on another one. */
  readonly foreignBuilder?: boolean | undefined;
  /** The job made a docker-container builder, yet the build ran on the engine's own `default`. */
  readonly pointerReset?: boolean | undefined;
  /** Another signature was seen in the same step. */
  readonly beside?: readonly string[] | undefined;
  /** The versions that built. An unknown version satisfies no range. */
  readonly versions?: VersionRanges | undefined;
  /** The verdict rests on a removal seen in another job's log. */
  readonly collision?: boolean | undefined;
  /** Several runners share the host. */
  readonly hostShared?: boolean | undefined;
}

export interface Advice {
  readonly when: Circumstances | null;
  readonly text: string;
}

export interface Cause {
  readonly id: string;
  readonly title: string;
  readonly blame: Blame;
  readonly transient: 'yes' | 'no' | 'maybe';
  readonly explanation: string;
  readonly advice: readonly Advice[];
  readonly references: readonly string[];
}

/** A near-literal line (or lines) of a log that a pattern must, or must not, recognise. */
export interface Sample {
  readonly text: string;
  /** Named groups, exactly as the pattern must capture them. */
  readonly captures: Readonly<Record<string, string>>;
  /** Other patterns that rightly fire on the same text. */
  readonly also: readonly string[];
}

export interface NearMiss {
  readonly text: string;
  readonly why: string;
}

export type Certainty = 'high' | 'medium' | 'low';

export interface OtherCause {
  readonly when: Circumstances;
  readonly cause: string;
  /** How much words and circumstances prove together; null for as much as the words alone. */
  readonly certainty: Certainty | null;
}

export interface Signature {
  readonly id: string;
  readonly title: string;
  readonly cause: string;
  /** 0–100, higher is nearer the root. Bands: 95+ runner and host, 85+ daemon and builder, 70+ transport, 50+ registry, cache and network, 40+ session and content, 30+ Dockerfile, below 30 collateral. */
  readonly rank: number;
  readonly where: ReadonlySet<Position>;
  /** The vertex names (after `#N `) this signature is limited to. */
  readonly vertex: RegExp | null;
  readonly regex: RegExp;
  /** One of these occurs in every text that the regex matches. Derived, never written by hand. */
  readonly literals: readonly string[];
  /** A wording that another job's removal of this job's builder can produce. */
  readonly removalFace: 'stopped' | 'vanished' | 'pointer' | null;
  /** Words of a build whose builder lived on for the engine's grace after it was told to stop. */
  readonly afterGrace: boolean;
  /** Words of a client that the Docker daemon did not answer; group `endpoint` is the address, where it was said. */
  readonly daemonGone: boolean;
  /** Another cause for the same words under other circumstances; the first that fits is taken. */
  readonly instead: readonly OtherCause[];
  /** The most that this wording alone can prove. */
  readonly certainty: Certainty;
  /** Versions that print it for a fault of their own, and those that no longer do; null where none is known. */
  readonly affects: VersionRanges | null;
  readonly fixedIn: VersionRanges | null;
  readonly references: readonly string[];
  readonly samples: readonly Sample[];
  readonly nearMisses: readonly NearMiss[];
}

/** One way in which a fact is written. */
export interface FactForm {
  /** Group `value` is the fact's value; a group `name` is added to the fact's name, after a colon. */
  readonly regex: RegExp;
  readonly literals: readonly string[];
  /** The value stands within so many lines after a line that matches `after`. */
  readonly after: RegExp | null;
  /** One of these occurs in every line that opens the form; null where none can be derived. */
  readonly afterLiterals: readonly string[] | null;
  readonly within: number;
  readonly where: ReadonlySet<Position>;
  /** A higher precedence wins; among equals the first in the log. */
  readonly precedence: number;
}

export interface FactPattern {
  readonly id: string;
  readonly title: string;
  readonly forms: readonly FactForm[];
  readonly samples: readonly Sample[];
  readonly nearMisses: readonly NearMiss[];
}

export interface PatternSet {
  readonly causes: ReadonlyMap<string, Cause>;
  readonly signatures: readonly Signature[];
  readonly facts: readonly FactPattern[];
  /** Names this exact set; every verdict carries it. */
  readonly fingerprint: string;
}
