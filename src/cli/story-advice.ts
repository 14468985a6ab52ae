/** What to do about a job, given what its neighbours proved. */
import { adviceFor } from '../matching/circumstances.ts';
import type { Cause } from '../model/pattern.ts';
import type { JobStory } from '../reports/job-story.ts';

export function storyAdvice(story: JobStory, causes: ReadonlyMap<string, Cause>): string[] {
  const { job, verdict, collision, neighbours } = story;
  const cause = causes.get(verdict?.cause ?? '');
  if (cause === undefined) return [];
  return adviceFor(cause, {
    dockerWorkedBefore: job.engine_id !== null,
    foreignBuilder: job.foreign_builder === 1,
    pointerReset: job.pointer_reset === 1,
    collision: collision?.culprit_job_id != null,
    hostShared: neighbours.length > 0,
    beside: new Set(verdict?.evidence.slice(1).map(({ signature }) => signature)),
    versions: { buildkit: job.buildkit, buildx: job.buildx, docker: job.docker_server },
  });
}
