/** Pieces of a job's story: its steps in few words, and what became of a sighting. */
import { secondsBetween } from '../model/time.ts';
import type { JobStory } from '../reports/job-story.ts';

type Step = JobStory['steps'][number];
type Sighting = JobStory['sightings'][number];
type Neighbour = JobStory['neighbours'][number];

const marks: Readonly<Record<string, string>> = {
  success: '✓',
  failure: '✗',
  cancelled: '!',
  skipped: '–',
};

/** `✓ Set up job 1 s`, `✗ Build and push 20 s`; what was skipped is only counted. */
export function stepsTexts(steps: readonly Step[]): string[] {
  const skipped = steps.filter(({ conclusion }) => conclusion === 'skipped').length;
  const ran = steps
    .filter(({ conclusion }) => conclusion !== 'skipped')
    .map(({ name, conclusion, started_at: start, completed_at: end }) => {
      const mark = marks[conclusion ?? ''] ?? '?';
      const seconds = start === null || end === null ? 0 : Math.round(secondsBetween(start, end));
      return `${mark} ${name}${seconds > 0 ? ` ${seconds} s` : ''}`;
    });
  return [...ran, ...(skipped > 0 ? [`– ${skipped} skipped`] : [])];
}

export interface SightingGroup {
  readonly first: Sighting;
  readonly text: string;
}

/** What else was recognised, where it stood, and why it is not the reason; the same again is only counted. */
export function sightingGroups(sightings: readonly Sighting[]): SightingGroup[] {
  const groups = new Map<string, Sighting[]>();
  for (const seen of sightings) {
    const { signature, position, vertex, healed, repeats } = seen;
    const key = JSON.stringify([signature, position, vertex, healed, repeats]);
    groups.set(key, [...(groups.get(key) ?? []), seen]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [{ first, text: sightingText(first, group) }];
  });
}

function sightingText(first: Sighting, group: readonly Sighting[]): string {
  const { signature, position, vertex, healed, repeats, text } = first;
  const where = vertex === null ? position : `${position}, vertex #${vertex}`;
  const often =
    group.length === 1 ? '' : ` ${group.length} times, until line ${group.at(-1)?.line ?? '?'}`;
  if (repeats === 1) return `${signature} (${where})${often}, repeats an earlier line`;
  const fate = healed === 1 ? 'the build got over it' : 'not the root';
  return `${signature} (${where})${often}, ${fate}: ${text}`;
}

/** A job that shared the host, and what it has to do with this one. */
export function neighbourText(
  other: Neighbour,
  { culprit, victims }: Pick<JobStory, 'culprit' | 'victims'>,
): string {
  const when = `${timeOf(other.started_at)}–${timeOf(other.completed_at)}`;
  const who = `job ${other.job_id} ${other.job ?? ''} on ${other.runner ?? '?'}`;
  const isCulprit = culprit?.job.job_id === other.job_id;
  const isVictim = victims.some(({ job_id: id }) => id === other.job_id);
  const isHitToo =
    culprit !== null &&
    other.culprit_job_id === culprit.job.job_id &&
    other.host === culprit.job.host;
  const role = isCulprit
    ? ' ← removed the builder'
    : isVictim
      ? ' ← hit by this job'
      : isHitToo
        ? ' ← hit by the same job'
        : '';
  return `${when} ${who}: ${other.cause ?? other.status ?? '?'}${role}`;
}

/** The time of day, to a tenth of a second where the log tells it. */
export function timeOf(at: string | null): string {
  return at === null ? '?' : at.slice(11, 21).replace(/Z$/, '');
}
