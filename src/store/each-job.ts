/** All jobs, one after the other, with what the cross-job step needs of each: a store of any size in little memory. */
import type { Instant } from '../model/time.ts';
import type { VerdictStatus } from '../model/verdict.ts';
import type { JobOverview } from './read-jobs.ts';
import type { Db } from './store.ts';

interface Row {
  readonly host: string;
  readonly job_id: number;
}

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

export interface LinkedEvent extends Row {
  readonly line: number;
  readonly event: string;
  readonly name: string;
  readonly at: Instant | null;
  readonly explicit: number;
}

export interface LinkedBuild extends Row {
  readonly line: number;
  readonly started_at: Instant | null;
  readonly builder: string | null;
  readonly driver: string | null;
}

/** The verdict of the job's own log, and the line it rests on. */
export interface LinkedVerdict extends Row {
  readonly log_status: VerdictStatus;
  readonly log_cause: string | null;
  readonly line: number | null;
  readonly at: Instant | null;
  readonly signature: string | null;
}

export interface LinkedSighting extends Row {
  readonly at: Instant | null;
  readonly position: string;
  readonly endpoint: string | null;
}

export interface JobWithAll {
  readonly job: LinkedJob;
  readonly events: readonly LinkedEvent[];
  readonly builds: readonly LinkedBuild[];
  readonly verdict: LinkedVerdict | null;
  /** Sightings of `signatures` that were not healed. */
  readonly sightings: readonly LinkedSighting[];
}

/** Jobs in the order of their keys. Nothing may be written before the last one was taken. */
export function* eachJob(db: Db, signatures: readonly string[]): Generator<JobWithAll> {
  const events = new InStep(
    db
      .prepare<[], LinkedEvent>(
        `SELECT host, job_id, line, event, name, at, explicit FROM builder_events
         ORDER BY host, job_id, line`,
      )
      .iterate(),
  );
  const builds = new InStep(
    db
      .prepare<[], LinkedBuild>(
        `SELECT host, job_id, line, started_at, builder, driver FROM builds
         ORDER BY host, job_id, line`,
      )
      .iterate(),
  );
  const verdicts = new InStep(
    db
      .prepare<[], LinkedVerdict>(
        `SELECT host, job_id, log_status, log_cause, evidence ->> '$[0].line' AS line,
           evidence ->> '$[0].at' AS at, evidence ->> '$[0].signature' AS signature
         FROM verdicts ORDER BY host, job_id`,
      )
      .iterate(),
  );
  const sightings = new InStep(
    db
      .prepare<[string], LinkedSighting>(
        `SELECT host, job_id, at, position, captures ->> '$.endpoint' AS endpoint
         FROM occurrences WHERE signature IN (SELECT value FROM json_each(?)) AND healed = 0
         ORDER BY host, job_id, line`,
      )
      .iterate(JSON.stringify(signatures)),
  );
  const jobs = db
    .prepare<[], LinkedJob>(
      `SELECT host, job_id, job, runner, machine, engine_id, started_at, pointer_reset, builder_used,
         driver, buildkit
       FROM job_overview ORDER BY host, job_id`,
    )
    .iterate();
  const steps = [events, builds, verdicts, sightings];
  try {
    for (const job of jobs) {
      yield {
        job,
        events: events.take(job),
        builds: builds.take(job),
        verdict: verdicts.take(job)[0] ?? null,
        sightings: sightings.take(job),
      };
    }
  } finally {
    for (const step of steps) step.end();
  }
}

/** Rows in the order of their jobs, handed out job by job. */
class InStep<T extends Row> {
  readonly #rows: IterableIterator<T>;
  #next: IteratorResult<T>;

  constructor(rows: IterableIterator<T>) {
    this.#rows = rows;
    this.#next = rows.next();
  }

  take(job: Row): T[] {
    const own: T[] = [];
    while (this.#next.done !== true) {
      const row = this.#next.value;
      const isOwn = row.host === job.host && row.job_id === job.job_id;
      if (!isOwn) {
        const isAhead = row.host > job.host || (row.host === job.host && row.job_id > job.job_id);
        if (isAhead) break;
      } else own.push(row);
      this.#next = this.#rows.next();
    }
    return own;
  }

  /** An open query would refuse every writing. */
  end(): void {
    this.#rows.return?.();
  }
}
