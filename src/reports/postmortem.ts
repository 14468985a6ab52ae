/** What is put together about some failures: the jobs, their causes, and what the whole history says about those causes. */
import { readOverview, type JobOverview } from '../store/read-jobs.ts';
import { reports, type ReportInput } from './catalog.ts';
import { groupBy, removedByOther, type History, type KnownJob } from './history.ts';
import { keyOf } from './history-jobs.ts';
import { readIncidents, type Incident } from './incident.ts';
import { readStories, type JobStory } from './job-story.ts';
import { affectedReport, causeOf, removalId } from './postmortem-affected.ts';
import type { Db } from '../store/store.ts';
import type { Report, Section } from './report.ts';

/** Which failures it is about. Times are ISO moments or days, UTC; the window ends before `to`. */
export type Selection =
  | { readonly kind: 'cause'; readonly cause: string }
  | { readonly kind: 'window'; readonly from: string; readonly to: string }
  | { readonly kind: 'job'; readonly jobId: number };

export interface Postmortem {
  /** The selection as one sentence. */
  readonly about: string;
  /** Failed jobs in the order of their starts. */
  readonly failed: readonly JobStory[];
  /** Jobs that removed the builders of these. */
  readonly culprits: readonly JobStory[];
  /** With most failures first. */
  readonly causes: readonly string[];
  readonly reports: readonly Report[];
  /** The removals that are told line by line, by the id of their section. */
  readonly removals: ReadonlyMap<string, Incident>;
}

/**
 * Reports that compare, and what re-runs did; of each the rows of the causes at hand are kept, with the denominators of
 * the whole history.
 */
const comparing = ['versions', 'concurrency', 'hosts', 'trend', 'flaky'] as const;

/** More are told by their jobs' evidence only. */
const mostRemovals = 8;

/** Null when no failed job is selected. */
export function postmortemOf(
  input: ReportInput,
  selection: Selection,
  advise: (story: JobStory) => readonly string[],
): Postmortem | null {
  const { history, patterns, db } = input;
  const selected = history
    .jobs()
    .filter((job) => job.failed && isSelected(history, job, selection));
  const chosen = new Set(selected.map((job) => keyOf(job)));
  const jobs = readOverview(
    db,
    selected.map(({ job_id: id }) => id),
  )
    .filter((job) => chosen.has(keyOf(job)))
    .toSorted((a, b) => ((a.started_at ?? '') < (b.started_at ?? '') ? -1 : 1));
  if (jobs.length === 0) return null;
  const failed = jobs.flatMap((job) => storiesOf(db, job));
  const blaming = history.collisions.filter((found) => chosen.has(keyOf(found)));
  const blamed = new Set(
    blaming.map(({ culprit_host: host, culprit_job_id: id }) => `${host}/${id}`),
  );
  const blamedIds = blaming.flatMap(({ culprit_job_id: id }) => id ?? []);
  const culprits = readOverview(db, blamedIds).filter((job) => blamed.has(keyOf(job)));
  const causes = [...groupBy(jobs, causeOf)]
    .toSorted(([, left], [, right]) => right.length - left.length)
    .map(([cause]) => cause);
  const compared = comparing
    .flatMap((name) => reports[name]?.make(input) ?? [])
    .map((report) => about(report, causes))
    .filter(({ sections }) => sections.some(isOfCauses));
  const incidents = readIncidents(db, mostRemovals, (found) => chosen.has(keyOf(found)));
  const affected = {
    scope: history.scope,
    stories: failed,
    causes,
    known: patterns.causes,
    incidents,
    advise,
    compared: new Map(
      compared.filter(({ id }) => id !== 'flaky').map((report) => [report.id, causesIn(report)]),
    ),
  };
  return {
    about: sentenceOf(selection, jobs.length),
    failed,
    culprits: culprits.flatMap((job) => storiesOf(db, job)),
    causes,
    reports: [affectedReport(affected, db), ...compared],
    removals: new Map(incidents.shown.map((incident, index) => [removalId(index), incident])),
  };
}

function storiesOf(db: Db, { host, job_id: id }: JobOverview): JobStory[] {
  return readStories(db, id).filter(({ job }) => job.host === host);
}

/** A job stands for its incident too: the others that the same removal hit. */
function isSelected({ collisions }: History, job: KnownJob, selection: Selection): boolean {
  switch (selection.kind) {
    case 'cause':
      return job.cause === selection.cause;
    case 'window': {
      const at = job.started_at ?? '';
      return at >= selection.from && at < selection.to;
    }
    case 'job': {
      if (job.job_id === selection.jobId) return true;
      const own = collisions.find((found) => found.job_id === selection.jobId);
      const culprit = own?.culprit_job_id ?? selection.jobId;
      return collisions.some(
        (found) => found.job_id === job.job_id && found.culprit_job_id === culprit,
      );
    }
    default:
      return selection satisfies never;
  }
}

function sentenceOf(selection: Selection, jobs: number): string {
  switch (selection.kind) {
    case 'cause':
      return `All failed jobs whose cause is ${selection.cause}.`;
    case 'window':
      return `Failed jobs that started from ${selection.from} on and before ${selection.to}, UTC.`;
    case 'job': {
      const others = jobs > 1 ? ', and the other jobs that the same removal of a builder hit' : '';
      return `Job ${selection.jobId}${others}.`;
    }
    default:
      return selection satisfies never;
  }
}

function isOfCauses({ columns }: Section): boolean {
  return columns.some(({ key }) => key === 'cause');
}

function causesIn({ sections }: Report): Set<string> {
  return new Set(
    sections.flatMap(({ rows }) =>
      rows.flatMap(({ cause }) => (typeof cause === 'string' ? cause : [])),
    ),
  );
}

/**
 * The rows and sentences that are about the causes. A table without causes is about all of them; whose builder it was and
 * what that did is a question of removals only.
 */
function about(report: Report, causes: readonly string[]): Report {
  const isRemoval = causes.includes(removedByOther);
  const sections = report.sections.flatMap((section): Section[] => {
    if (!isOfCauses(section)) {
      return section.rows.length > 0 && (isRemoval || section.id !== 'builder') ? [section] : [];
    }
    const rows = section.rows.filter(
      ({ cause }) => typeof cause === 'string' && causes.includes(cause),
    );
    if (rows.length === 0) return [];
    const lines = (section.note?.split('\n') ?? []).filter(
      (line) => line.startsWith('How to read') || causes.some((cause) => isAbout(line, cause)),
    );
    return [{ ...section, rows, note: lines.length === 0 ? null : lines.join('\n') }];
  });
  return { ...report, sections, findings: isRemoval ? report.findings : [] };
}

/** Sentences begin with their cause. */
function isAbout(line: string, cause: string): boolean {
  return line.startsWith(`${cause}:`) || line.startsWith(`${cause},`);
}
