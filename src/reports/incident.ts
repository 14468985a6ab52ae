/** What happened on one host around the death of a builder: jobs, the marks in their logs, who hit whom. */
import { readBuilderEvents, type JobOverview, type StoredEvent } from '../store/read-jobs.ts';
import type { Instant } from '../model/time.ts';
import type { Db } from '../store/store.ts';
import { removedByOther } from './history.ts';
import { readStories } from './job-story.ts';
import { readCollisions, type StoredCollision } from '../store/collisions.ts';

export interface IncidentJob {
  readonly job: JobOverview;
  readonly part: 'victim' | 'culprit' | 'neighbour';
  readonly events: readonly StoredEvent[];
}

export interface Incident {
  readonly machine: string | null;
  readonly builder: string | null;
  readonly removedAt: Instant | null;
  readonly diedAt: Instant;
  readonly jobs: readonly IncidentJob[];
}

/** The strongest removals with a known culprit, in the order of their victims; at most `most` of those that are wanted. */
export function readIncidents(
  db: Db,
  most: number,
  isWanted: (collision: StoredCollision) => boolean = () => true,
): Incident[] {
  return readCollisions(db)
    .filter(({ cause, culprit_job_id: id }) => cause === removedByOther && id !== null)
    .filter(isWanted)
    .slice(0, most)
    .flatMap(({ host, job_id: id }) => {
      const story = readStories(db, id).find(({ job }) => job.host === host);
      const culprit = story?.culprit?.job;
      const collision = story?.collision;
      if (story === undefined || culprit === undefined || collision?.failed_at == null) return [];
      const others = story.neighbours.filter(({ job_id: other }) => other !== culprit.job_id);
      const jobs: IncidentJob[] = [
        { job: culprit, part: 'culprit' as const },
        { job: story.job, part: 'victim' as const },
        ...others.map((job) => ({ job, part: 'neighbour' as const })),
      ].map((each) => ({
        ...each,
        events: readBuilderEvents(db, each.job),
      }));
      const { builder, removed_at: removedAt, failed_at: diedAt } = collision;
      return [{ machine: story.job.machine, builder, removedAt, diedAt, jobs }];
    });
}
