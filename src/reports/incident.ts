/** The removal of a builder under running builds: who did it, whom it hit, who else was there, in order of time. */
import { toMillis, type Instant } from '../model/time.ts';
import type { Evidence } from '../model/verdict.ts';
import { hostedMachine } from '../model/host.ts';
import { readCollisions, type StoredCollision } from '../store/collisions.ts';
import {
  readBuilderEvents,
  readOnMachine,
  readOverview,
  readVerdict,
  type JobOverview,
  type StoredEvent,
} from '../store/read-jobs.ts';
import type { Db } from '../store/store.ts';
import { groupBy, removedByOther } from './history.ts';

export interface IncidentJob {
  readonly job: JobOverview;
  readonly part: 'culprit' | 'victim' | 'neighbour';
  /** What proves that it is a victim. */
  readonly hit: StoredCollision | null;
  /** The words that it died with. */
  readonly lastWords: Evidence | null;
  /** What its log says of builders; of a neighbour, of the removed one only. */
  readonly events: readonly StoredEvent[];
}

/** One removal: the culprit, its victims in the order of their deaths, and the jobs that ran beside them then. */
export interface Incident {
  readonly machine: string | null;
  readonly builder: string | null;
  readonly removedAt: Instant;
  readonly jobs: readonly IncidentJob[];
}

export interface Incidents {
  /** In the order of time. */
  readonly shown: readonly Incident[];
  /** How many there are, shown or not. */
  readonly of: number;
}

type Removal = StoredCollision & { readonly removed_at: Instant; readonly failed_at: Instant };

const mostNeighbours = 12;

/** The newest removals with a known culprit of which a victim is wanted, at most `most`. */
export function readIncidents(
  db: Db,
  most: number,
  isWanted: (collision: StoredCollision) => boolean = () => true,
): Incidents {
  const removals = groupBy(
    readCollisions(db).filter(isRemoval),
    (found) =>
      `${found.culprit_host}/${found.culprit_job_id}/${found.builder}/${found.removed_line}`,
  );
  const wanted = [...removals.values()]
    .filter((hits) => hits.some(isWanted))
    .toSorted((a, b) => beginOf(a) - beginOf(b));
  const shown = most === 0 ? [] : wanted.slice(-most);
  return { shown: shown.flatMap((hits) => incidentOf(db, hits)), of: wanted.length };
}

function isRemoval(found: StoredCollision): found is Removal {
  const { cause, culprit_job_id: id, removed_at: removedAt, failed_at: failedAt } = found;
  return cause === removedByOther && id !== null && removedAt !== null && failedAt !== null;
}

function beginOf([first]: readonly Removal[]): number {
  return first === undefined ? 0 : toMillis(first.removed_at);
}

function incidentOf(db: Db, unordered: readonly Removal[]): Incident[] {
  const hits = unordered.toSorted((a, b) => toMillis(a.failed_at) - toMillis(b.failed_at));
  const [first] = hits;
  const last = hits.at(-1);
  const ids = hits.flatMap(({ job_id: id, culprit_job_id: culprit }) => [id, culprit ?? id]);
  const jobs = readOverview(db, ids);
  const find = (host: string | null, id: number | null): JobOverview | undefined =>
    jobs.find((job) => job.host === host && job.job_id === id);
  const culprit = find(first?.culprit_host ?? null, first?.culprit_job_id ?? null);
  if (first === undefined || last === undefined || culprit === undefined) return [];
  const { builder, removed_at: removedAt } = first;
  const victims = hits.flatMap((hit): IncidentJob[] => {
    const job = find(hit.host, hit.job_id);
    return job === undefined
      ? []
      : [
          {
            job,
            part: 'victim',
            hit,
            lastWords: readVerdict(db, job)?.evidence[0] ?? null,
            events: readBuilderEvents(db, job),
          },
        ];
  });
  const machine = victims[0]?.job.machine ?? culprit.machine;
  const isOf = (other: JobOverview): boolean => find(other.host, other.job_id) !== undefined;
  const others =
    machine === null || machine === hostedMachine
      ? []
      : readOnMachine(db, machine, removedAt, last.failed_at, mostNeighbours + jobs.length)
          .filter((other) => !isOf(other))
          .slice(0, mostNeighbours);
  const neighbours = others.map((job): IncidentJob => {
    const events = readBuilderEvents(db, job).filter(({ name }) => name === builder);
    return { job, part: 'neighbour', hit: null, lastWords: null, events };
  });
  const doer: IncidentJob = {
    job: culprit,
    part: 'culprit',
    hit: null,
    lastWords: null,
    events: readBuilderEvents(db, culprit),
  };
  return [{ machine, builder, removedAt, jobs: [doer, ...victims, ...neighbours] }];
}
