/** What the cross-job step knows of each job, and which jobs were on one host. */
import type { JobKey } from '../model/job.ts';
import type { Signature } from '../model/pattern.ts';
import type { Instant } from '../model/time.ts';

/** A job as far as its neighbours are concerned. */
export interface Neighbour {
  readonly key: JobKey;
  /** For sentences: `image (web) on ci-build-01-runner-2`. */
  readonly label: string;
  readonly machine: string | null;
  readonly engineId: string | null;
  readonly startedAt: Instant | null;
  readonly cause: string | null;
  readonly failure: {
    readonly at: Instant;
    readonly line: number;
    readonly face: Signature['removalFace'];
    /** The builder of the failing build, and whether the build's own header named it. */
    readonly builder: string | null;
    readonly builderSeen: boolean;
    readonly driver: string | null;
    /** When the failing build began. */
    readonly buildBeganAt: Instant | null;
    /**
     * Whether the builder lived on for the engine's grace after it was told to stop: BuildKit >= 0.14 does,
     * and the client's words tell of it. Null where the words allow it and the version is unknown.
     */
    readonly afterGrace: boolean | null;
  } | null;
  /** The job made a builder, yet built on the engine's `default`. */
  readonly pointerReset: boolean;
  /** The builder that was current just before the build. */
  readonly current: string | null;
  readonly created: readonly { readonly name: string; readonly at: Instant }[];
  readonly removals: readonly Removal[];
  /** When this job found the Docker daemon gone, and at which address; null where that was not said. */
  readonly daemonGone: readonly { readonly at: Instant; readonly endpoint: string | null }[];
  /** When this job last had an answer of the daemon, at the latest. */
  readonly dockerWorked: boolean;
}

export interface Removal {
  readonly builder: string;
  /** When the command was printed; of a silent one, the earliest that it may have begun. */
  readonly startedAt: Instant;
  readonly startSeen: boolean;
  readonly line: number;
  /** When the tool said that it was done; null when it did not. */
  readonly endedAt: Instant | null;
}

/** Jobs by host, so that a victim is compared with its neighbours only. */
export class HostIndex {
  readonly #byEngine = new Map<string, Neighbour[]>();
  readonly #byMachine = new Map<string, Neighbour[]>();

  constructor(jobs: readonly Neighbour[]) {
    for (const job of jobs) {
      if (job.engineId !== null) push(this.#byEngine, job.engineId, job);
      if (job.machine !== null) push(this.#byMachine, job.machine, job);
    }
  }

  neighboursOf(job: Neighbour): Neighbour[] {
    const near = new Set([
      ...(this.#byEngine.get(job.engineId ?? '') ?? []),
      ...(this.#byMachine.get(job.machine ?? '') ?? []),
    ]);
    return [...near].filter((other) => other !== job && sameHost(job, other));
  }
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}

/** One engine makes one host; where an engine did not say its id, the machine's name decides. */
export function sameHost(a: Neighbour, b: Neighbour): boolean {
  if (a.engineId !== null && b.engineId !== null) return a.engineId === b.engineId;
  return a.machine !== null && a.machine === b.machine;
}
