/** A removal in words: who did what to whom, as a title, a sentence and a table in the order of time. */
import { toMillis, type Instant } from '../model/time.ts';
import type { Incident, IncidentJob } from './incident.ts';
import type { Cell, Section } from './report.ts';

/** `build (web) (54811545687)`. */
function nameOf({ job }: IncidentJob): string {
  return `${job.job ?? 'job'} (${job.job_id})`;
}

/** Who removed whose builder, in a few words. */
function incidentTitle({ jobs }: Incident): string {
  const victims = jobs.filter(({ part }) => part === 'victim').map(nameOf);
  const culprits = jobs.filter(({ part }) => part === 'culprit').map(nameOf);
  return `${culprits.join('')} removed the builder of ${inWords(victims)}`;
}

/** The removal and each death, with how sure the link is. */
export function incidentText(incident: Incident): string {
  const { machine, builder, removedAt, jobs } = incident;
  const victims = jobs.filter(({ part }) => part === 'victim');
  const culprits = jobs.filter(({ part }) => part === 'culprit').map(nameOf);
  const isSeen = victims.every(({ hit }) => hit?.delay_s != null);
  const when = isSeen
    ? `began to remove ${builder ?? 'a builder'} at ${clock(removedAt)}`
    : `stopped or removed ${builder ?? 'a builder'}, at ${clock(removedAt)} at the earliest`;
  const deaths = victims.map((victim) => {
    const weak = victim.hit?.strength === 'weak' ? ' (a weak link)' : '';
    return `; ${nameOf(victim)} ${fateOf(victim, incident)} at ${clock(victim.hit?.failed_at ?? null)}${laterOf(victim)}${weak}`;
  });
  return `On ${machine ?? 'an unknown host'}, ${culprits.join('')} ${when}${deaths.join('')}.`;
}

function fateOf({ hit, events }: IncidentJob, { builder, removedAt }: Incident): string {
  if (hit?.kind === 'pointer-reset') return "fell back to the engine's own builder and died";
  const isOnIt = events.some(
    ({ event, name, at }) =>
      event === 'used' && name === builder && at !== null && toMillis(at) <= toMillis(removedAt),
  );
  return isOnIt ? 'was building on it and died' : 'wanted to build on it and died';
}

function laterOf({ hit }: IncidentJob): string {
  return hit?.delay_s == null ? '' : `, ${hit.delay_s.toFixed(1)} s later`;
}

/** `a, b and c`. */
export function inWords(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}

/** The time of day, UTC. */
export function clock(at: Instant | null): string {
  return at?.slice(11, 19) ?? '?';
}

/** What the logs and GitHub say, line under line in the order of time. */
export function incidentSection(incident: Incident, id: string, number: number): Section {
  const rows = incident.jobs
    .flatMap((each) => momentsOf(each, incident))
    .toSorted((a, b) => placeOf(a) - placeOf(b));
  return {
    id,
    title: `Removal ${number}: ${incidentTitle(incident)}`,
    columns: [
      { key: 'at', title: 'UTC', kind: 'instant' },
      { key: 'part', title: '', kind: 'id' },
      { key: 'what', title: 'what happened', kind: 'text' },
      { key: 'name', title: 'name', kind: 'text' },
      { key: 'job', title: 'job', kind: 'id' },
      { key: 'line', title: 'line', kind: 'count' },
      { key: 'text', title: 'its log says', kind: 'line' },
    ],
    rows: rows.map(({ at, what, proof, who: { job, part } }): Record<string, Cell> => {
      const { line = null, text = null } = proof ?? {};
      return { at, part, what, name: job.job, job: String(job.job_id), line, text };
    }),
    note: `"It" is ${incident.builder ?? 'the removed builder'}.`,
  };
}

interface Moment {
  readonly at: Instant;
  readonly who: IncidentJob;
  readonly what: string;
  /** Where its log says so; null for what GitHub says. */
  readonly proof: { readonly line: number; readonly text: string } | null;
}

const said: Readonly<Record<string, string>> = {
  booted: 'booted',
  used: 'began to build on',
  removing: 'began to remove',
  removed: 'had removed',
  stopped: 'stopped the container of',
  missing: 'did not find',
};

/** GitHub cuts the fraction of a second off: what it says of an end comes after what the log says of that second. */
function placeOf({ at, what }: Moment): number {
  const isCut = what.startsWith(ended) && !at.includes('.');
  return toMillis(at) + (isCut ? 999 : 0);
}

const ended = 'job ended';

function endOf({ conclusion, status, cause }: IncidentJob['job']): string {
  const how = conclusion ?? (status === 'passed' ? 'success' : 'failure');
  return `${ended}: ${how}${cause === null ? '' : ` (${cause})`}`;
}

function momentsOf(who: IncidentJob, { builder }: Incident): Moment[] {
  const { job, events, hit, lastWords } = who;
  const died = hit?.failed_at ?? null;
  const told = events.flatMap((event): Moment[] => {
    const words = said[event.event];
    if (event.at === null || words === undefined) return [];
    // What a victim cleans up afterwards tells nothing of its death.
    const isOver = died !== null && toMillis(event.at) > toMillis(died);
    if (isOver && event.name !== builder) return [];
    const what = `${words} ${event.name === builder ? 'it' : event.name}`;
    return [{ at: event.at, who, what, proof: event }];
  });
  const from = job.started_at;
  const to = job.completed_at;
  return [
    ...(from === null ? [] : [{ at: from, who, what: 'job began', proof: null }]),
    ...told,
    ...(died === null ? [] : [{ at: died, who, what: `died${laterOf(who)}`, proof: lastWords }]),
    ...(to === null ? [] : [{ at: to, who, what: endOf(job), proof: null }]),
  ];
}
