/** The first part of a postmortem: which jobs failed, of what, who did it, what to do. */
import { proportion } from '../analysis/proportion.ts';
import { plural } from '../model/plural.ts';
import { secondsBetween } from '../model/time.ts';
import type { Cause } from '../model/pattern.ts';
import type { JobOverview } from '../store/read-jobs.ts';
import { readRunJobs } from '../store/read-run.ts';
import type { Db } from '../store/store.ts';
import { groupBy } from './history.ts';
import { incidentSection, incidentText, inWords } from './incident-words.ts';
import type { Incidents } from './incident.ts';
import type { JobStory } from './job-story.ts';
import type { Cell, Finding, Report, Scope, Section } from './report.ts';

export interface Affected {
  readonly scope: Scope;
  /** The failed jobs in the order of their starts. */
  readonly stories: readonly JobStory[];
  /** With most failures first. */
  readonly causes: readonly string[];
  readonly known: ReadonlyMap<string, Cause>;
  readonly incidents: Incidents;
  /** What to do about a job. */
  readonly advise: (story: JobStory) => readonly string[];
  /** The reports that compare, and the causes that each of them has rows of. */
  readonly compared: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Causes that are explained in full; what happened once among many stands in the table. */
const mostExplained = 5;

export function affectedReport(affected: Affected, db: Db): Report {
  const { scope, incidents } = affected;
  return {
    id: 'affected',
    title: 'What happened',
    scope,
    findings: [
      extentOf(affected),
      ...explanationsOf(affected),
      ...incidents.shown.map((incident) => finding(incidentText(incident))),
      ...notShown(incidents),
    ],
    sections: [
      adviceSection(affected),
      jobsSection(affected, db),
      causesSection(affected),
      ...incidents.shown.map((incident, index) =>
        incidentSection(incident, removalId(index), index + 1),
      ),
    ],
  };
}

/** The id of the section that tells a removal. */
export function removalId(index: number): string {
  return `removal-${index + 1}`;
}

export function causeOf({ cause, status }: Pick<JobOverview, 'cause' | 'status'>): string {
  return cause ?? `(${status})`;
}

function finding(text: string): Finding {
  return { text, more: null };
}

/** How many, where, when, and what it cost. */
function extentOf({ stories }: Affected): Finding {
  const jobs = stories.map(({ job }) => job);
  const runs = different(jobs.map(({ run_id: id }) => id));
  const machines = different(jobs.map(({ machine }) => machine));
  const repositories = different(jobs.map(({ repository }) => repository));
  const from = jobs.flatMap(({ started_at: at }) => at ?? []).toSorted()[0];
  const to = jobs
    .flatMap(({ completed_at: at }) => at ?? [])
    .toSorted()
    .at(-1);
  const seconds = jobs.reduce(
    (sum, { started_at: start, completed_at: end }) =>
      start === null || end === null ? sum : sum + secondsBetween(start, end),
    0,
  );
  const ofRuns = runs.length === 0 ? '' : ` of ${plural(runs.length, 'run')}`;
  const places = [
    ...someOf('in', repositories, 'repositories'),
    ...someOf('on', machines, 'hosts'),
  ];
  return finding(
    `${plural(jobs.length, 'job')}${ofRuns} failed ${[...places, `between ${moment(from)} and ${moment(to)} UTC`].join(', ')}, ` +
      `after ${(seconds / 60).toFixed(1)} minutes of work in all.`,
  );
}

function different(values: readonly (string | number | null)[]): string[] {
  return [...new Set(values.flatMap((value) => value ?? []).map(String))];
}

/** `on ci-1 and ci-2`; of many only the number; nothing where none is known. */
function someOf(preposition: 'in' | 'on', names: readonly string[], many: string): string[] {
  if (names.length === 0) return [];
  return [`${preposition} ${names.length > 3 ? `${names.length} ${many}` : inWords(names)}`];
}

function moment(at: string | undefined): string {
  return at?.slice(0, 19).replace('T', ' ') ?? '?';
}

function explanationsOf({ causes, known, stories }: Affected): Finding[] {
  return causes.slice(0, mostExplained).flatMap((id) => {
    const cause = known.get(id);
    if (cause === undefined) return [];
    const count = stories.filter(({ job }) => causeOf(job) === id).length;
    // Documents show backticks as they are.
    const explanation = cause.explanation.replaceAll('`', '"');
    return [
      finding(
        `${id}, ${count} of ${plural(stories.length, 'job')}: ${cause.title}. ${explanation}`,
      ),
    ];
  });
}

function notShown({ shown, of }: Incidents): Finding[] {
  if (shown.length === of) return [];
  return [
    finding(
      `Of ${of} removals with a known culprit the newest ${shown.length === 1 ? 'one is' : `${shown.length} are`} told line by line; the others in the evidence of their victims.`,
    ),
  ];
}

/** The advice for the most frequent cause first. */
function adviceSection({ stories, causes, advise }: Affected): Section {
  const given = causes.flatMap((cause) =>
    stories
      .filter(({ job }) => causeOf(job) === cause)
      .flatMap((story) => [...new Set(advise(story))].map((text) => ({ text, cause }))),
  );
  const groups = [...groupBy(given, ({ text, cause }) => `${cause}\n${text}`).values()];
  return {
    id: 'advice',
    title: 'What to do',
    columns: [
      { key: 'do', title: 'advice', kind: 'line' },
      { key: 'jobs', title: 'jobs', kind: 'count' },
      { key: 'cause', title: 'for the cause', kind: 'id' },
    ],
    rows: groups.flatMap((group): Record<string, Cell>[] => {
      const [first] = group;
      return first === undefined
        ? []
        : [{ cause: first.cause, jobs: group.length, do: first.text }];
    }),
    note: 'Jobs: how many of them it is meant for; the advice depends on what each log and its neighbours show.',
  };
}

function jobsSection({ stories }: Affected, db: Db): Section {
  return {
    id: 'jobs',
    title: plural(stories.length, 'failed job'),
    columns: [
      { key: 'started_at', title: 'started', kind: 'instant' },
      { key: 'job_id', title: 'job', kind: 'id' },
      { key: 'job', title: 'name', kind: 'text' },
      { key: 'repository', title: 'repository', kind: 'text' },
      { key: 'run', title: 'run, attempt', kind: 'id' },
      { key: 'machine', title: 'host', kind: 'text' },
      { key: 'buildkit', title: 'BuildKit', kind: 'id' },
      { key: 'buildx', title: 'Buildx', kind: 'id' },
      { key: 'cause', title: 'cause', kind: 'id' },
      { key: 'confidence', title: 'confidence', kind: 'id' },
      { key: 'reason', title: 'because', kind: 'line' },
      { key: 'line', title: 'line', kind: 'count' },
      { key: 'text', title: 'the line it died with', kind: 'line' },
      { key: 'culprit', title: 'removed by', kind: 'id' },
      { key: 'next', title: 'next attempt', kind: 'text' },
      { key: 'url', title: 'address', kind: 'text' },
    ],
    rows: stories.map(({ job, verdict }) => {
      const last = verdict?.evidence[0] ?? verdict?.primaryError ?? null;
      return {
        started_at: job.started_at,
        job_id: String(job.job_id),
        job: job.job,
        repository: job.repository,
        run: job.run_id === null ? null : `${job.run_id}, ${job.attempt ?? '?'}`,
        machine: job.machine,
        buildkit: job.buildkit,
        buildx: job.buildx,
        cause: job.cause,
        confidence: job.confidence,
        reason: job.reason,
        line: last?.line ?? null,
        text: last?.text ?? null,
        culprit: job.culprit_job_id === null ? null : String(job.culprit_job_id),
        next: nextAttempt(db, job),
        url: job.url,
      };
    }),
    note: 'What proves each verdict, line by line: evidence/JOB.txt. Next attempt: what became of the same job when its run was run again.',
  };
}

/** How the same job ended in the run's next attempt; null where there was none. */
function nextAttempt(
  db: Db,
  { host, run_id: run, attempt, job: name }: JobOverview,
): string | null {
  if (run === null || attempt === null) return null;
  const next = readRunJobs(db, run).find(
    (other) => other.host === host && other.job === name && (other.attempt ?? 0) > attempt,
  );
  return next === undefined ? null : (next.cause ?? next.status ?? next.conclusion);
}

function causesSection({ causes, stories, known, compared }: Affected): Section {
  const rows = causes.map((cause) => {
    const own = stories.filter(({ job }) => causeOf(job) === cause);
    const by = [...compared].flatMap(([report, has]) => (has.has(cause) ? [report] : []));
    return {
      cause,
      jobs: proportion(own.length, stories.length),
      compared: by.length === 0 ? 'nothing' : by.join(', '),
      title: known.get(cause)?.title ?? null,
    };
  });
  return {
    id: 'causes',
    title: 'Their causes',
    columns: [
      { key: 'cause', title: 'cause', kind: 'id' },
      { key: 'jobs', title: 'of these jobs (95 %)', kind: 'proportion' },
      { key: 'compared', title: 'compared below by', kind: 'text' },
      { key: 'title', title: 'what happened', kind: 'text' },
    ],
    rows,
    note: rows.some(({ compared: by }) => by === 'nothing')
      ? 'Compared by nothing: the cause is not among those with most failures of the infrastructure in the whole history, so neither versions nor load nor hosts were held against it.'
      : null,
  };
}
