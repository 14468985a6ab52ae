/** The few jobs that the cross-job step needs, each with what it needs of it: a store of any size in little memory. */
import { toMillis, type Instant } from '../model/time.ts';
import type { VerdictStatus } from '../model/verdict.ts';
import type { JobOverview } from './read-jobs.ts';
import { prepared } from './prepared.ts';
import type { Db } from './store.ts';

/** What the cross-job step reads of a job. */
export type LinkedJob = Pick<
  JobOverview,
  | 'host'
  | 'job_id'
  | 'job'
  | 'runner'
  | 'machine'
  | 'engine_id'
  | 'started_at'
  | 'pointer_reset'
  | 'builder_used'
  | 'driver'
  | 'buildkit'
>;

export interface LinkedEvent {
  readonly line: number;
  readonly event: string;
  readonly name: string;
  readonly at: Instant | null;
  readonly explicit: number;
}

export interface LinkedBuild {
  readonly line: number;
  readonly started_at: Instant | null;
  readonly builder: string | null;
  readonly driver: string | null;
}

/** The verdict of the job's own log, and the line it rests on. */
export interface LinkedVerdict {
  readonly log_status: VerdictStatus;
  readonly log_cause: string | null;
  readonly line: number | null;
  readonly at: Instant | null;
  readonly signature: string | null;
}

export interface LinkedSighting {
  readonly at: Instant | null;
  readonly position: string;
  readonly endpoint: string | null;
}

export interface JobWithAll {
  readonly job: LinkedJob;
  readonly events: readonly LinkedEvent[];
  readonly builds: readonly LinkedBuild[];
  readonly verdict: LinkedVerdict | null;
  /** Sightings of the signatures that were asked for, but those that were healed. */
  readonly sightings: readonly LinkedSighting[];
}

/** Which failures a neighbour may have brought about, and how to tell. */
export interface Suspicion {
  /** Of the job's own log. */
  readonly causes: readonly string[];
  readonly signatures: readonly string[];
  /** The signatures of those who find the Docker daemon gone. */
  readonly daemonGone: readonly string[];
}

interface Key {
  readonly host: string;
  readonly job_id: number;
}

/** Jobs whose failure a neighbour may have brought about. */
export function readSuspected(db: Db, { causes, signatures, daemonGone }: Suspicion): JobWithAll[] {
  return db
    .prepare<[string, string], Key>(
      `SELECT host, job_id FROM verdicts WHERE log_status = 'explained' AND (
         log_cause IN (SELECT value FROM json_each(?))
         OR evidence ->> '$[0].signature' IN (SELECT value FROM json_each(?)))`,
    )
    .all(JSON.stringify(causes), JSON.stringify(signatures))
    .map((key) => readLinked(db, key, daemonGone));
}

/** Jobs with a sighting that was not healed. */
export function keysOfSightings(db: Db, signatures: readonly string[]): Key[] {
  return db
    .prepare<[string], Key>(
      `SELECT DISTINCT host, job_id FROM occurrences
       WHERE signature IN (SELECT value FROM json_each(?)) AND healed = 0`,
    )
    .all(JSON.stringify(signatures));
}

/** Jobs that stopped or removed a builder of this name. */
export function keysOfRemovals(db: Db, builder: string): Key[] {
  return prepared<[string], Key>(
    db,
    `SELECT DISTINCT host, job_id FROM builder_events
     WHERE name = ? AND event IN ('removing', 'stopped')`,
  ).all(builder);
}

/** GitHub ends a job on a runner of one's own after five days (docs.github.com, usage limits of self-hosted runners). */
const longestJob = 5 * 86_400_000;

/** Jobs of an engine or machine whose logs reach into the time between two moments, or have no times. */
export function keysOnHost(
  db: Db,
  by: 'engine_id' | 'machine',
  host: string,
  from: Instant,
  to: Instant,
): Key[] {
  const earliest = new Date(toMillis(from) - longestJob).toISOString();
  return prepared<[string, Instant, Instant, Instant, string], Key>(
    db,
    `SELECT host, job_id FROM logs WHERE ${by} = ? AND first_at BETWEEN ? AND ? AND last_at >= ?
     UNION SELECT host, job_id FROM logs WHERE ${by} = ? AND first_at IS NULL`,
  ).all(host, earliest, to, from, host);
}

/** A job of the machine that had an answer of its Docker daemon, other than `but`; null without one. */
export function keyOfDockerAtWork(db: Db, machine: string, but: readonly number[]): Key | null {
  return (
    db
      .prepare<[string, string], Key>(
        `SELECT host, job_id FROM logs l WHERE machine = ?
         AND (engine_id IS NOT NULL OR EXISTS (
           SELECT 1 FROM builder_events e
           WHERE e.host = l.host AND e.job_id = l.job_id AND e.event = 'booted'))
         AND job_id NOT IN (SELECT value FROM json_each(?)) LIMIT 1`,
      )
      .get(machine, JSON.stringify(but)) ?? null
  );
}

/** A job with all that the cross-job step needs of it, and its sightings of `signatures`. */
export function readLinked(
  db: Db,
  { host, job_id: id }: Key,
  signatures: readonly string[],
): JobWithAll {
  const job = prepared<[string, number], LinkedJob>(
    db,
    `SELECT host, job_id, job, runner, machine, engine_id, started_at, pointer_reset, builder_used,
       driver, buildkit
     FROM job_overview WHERE host = ? AND job_id = ?`,
  ).get(host, id);
  if (job === undefined) throw new Error(`job ${id} of ${host} is not there`);
  return {
    job,
    events: prepared<[string, number], LinkedEvent>(
      db,
      `SELECT line, event, name, at, explicit FROM builder_events
       WHERE host = ? AND job_id = ? ORDER BY line`,
    ).all(host, id),
    builds: prepared<[string, number], LinkedBuild>(
      db,
      `SELECT line, started_at, builder, driver FROM builds
       WHERE host = ? AND job_id = ? ORDER BY line`,
    ).all(host, id),
    verdict:
      prepared<[string, number], LinkedVerdict>(
        db,
        `SELECT log_status, log_cause, evidence ->> '$[0].line' AS line,
           evidence ->> '$[0].at' AS at, evidence ->> '$[0].signature' AS signature
         FROM verdicts WHERE host = ? AND job_id = ?`,
      ).get(host, id) ?? null,
    sightings: prepared<[string, number, string], LinkedSighting>(
      db,
      `SELECT at, position, captures ->> '$.endpoint' AS endpoint FROM occurrences
       WHERE host = ? AND job_id = ? AND signature IN (SELECT value FROM json_each(?))
         AND healed = 0 ORDER BY line`,
    ).all(host, id, JSON.stringify(signatures)),
  };
}
