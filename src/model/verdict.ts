/** What is concluded for a job, from its own log and then from those of its neighbours. */
import type { JobKey } from './job.ts';
import type { Blame } from './pattern.ts';
import type { Instant } from './time.ts';

export type VerdictStatus = 'passed' | 'explained' | 'unexplained' | 'no-log' | 'partial';

export type Confidence = 'high' | 'medium' | 'low';

export interface Evidence {
  readonly line: number;
  readonly at: Instant | null;
  readonly signature: string;
  readonly text: string;
}

/** An error line with everything that varies masked. */
export interface Template {
  /** `t1-` and ten hex digits: the version of the algorithm, and the digest of the text. */
  readonly fingerprint: string;
  readonly text: string;
}

export interface Verdict {
  readonly status: VerdictStatus;
  readonly cause: string | null;
  readonly blame: Blame | null;
  readonly confidence: Confidence | null;
  /** The root first, then what followed from it. Empty unless explained. */
  readonly evidence: readonly Evidence[];
  /** The line that an unexplained job died with, for people and for grouping. */
  readonly primaryError: Evidence | null;
  /** What is the same in all jobs that died so; null where there is no such line. */
  readonly template: Template | null;
  /** One sentence: why this and nothing else. */
  readonly reason: string;
}

export type CollisionKind =
  /** Another job removed the builder that this job was building on. */
  | 'builder-removed'
  /** Another job removed the builder that was current, so the build fell to the engine's `default`. */
  | 'pointer-reset'
  /** The engine under several jobs stopped. */
  | 'daemon-stopped';

/** A cross-job finding. */
export interface Collision {
  readonly kind: CollisionKind;
  readonly victim: JobKey;
  /** Null where no job did it (`daemon-stopped`). */
  readonly culprit: JobKey | null;
  readonly builder: string | null;
  /** When the culprit's removal began, and its line in the culprit's log. */
  readonly removedAt: Instant | null;
  readonly removedLine: number | null;
  readonly failedAt: Instant | null;
  readonly failedLine: number | null;
  /** Seconds from the removal's begin to the victim's failure. */
  readonly delay: number | null;
  readonly strength: 'strong' | 'weak';
  /** The cause after this finding. */
  readonly cause: string;
  readonly reason: string;
}
