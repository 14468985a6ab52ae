/** What is put together about some failures: the jobs, their causes, and what the whole history says about those causes. */
import { proportion } from '../analysis/proportion.ts';
import { readOverview, type JobOverview } from '../store/read-jobs.ts';
import { reports, type ReportInput } from './catalog.ts';
import { groupBy, type History, type KnownJob } from './history.ts';
import { keyOf } from './history-jobs.ts';
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
  readonly failed: readonly JobOverview[];
  /** Jobs that removed the builders of these. */
  readonly culprits: readonly JobOverview[];
  /** With most failures first. */
  readonly causes: readonly string[];
  readonly reports: readonly Report[];
}

/** Reports that compare; of each the rows of the causes at hand are kept, with the denominators of the whole history. */
const comparing = ['versions', 'concurrency', 'hosts', 'trend', 'flaky'] as const;

/** Null when no failed job is selected. */
export function postmortemOf(input: ReportInput, selection: Selection): Postmortem | null {
  const { history, db } = input;
  const selected = history
    .jobs()
    .filter((job) => job.failed && isSelected(history, job, selection));
  const chosen = new Set(selected.map((job) => keyOf(job)));
  const failed = readOverview(
    db,
    selected.map(({ job_id: id }) => id),
  )
    .filter((job) => chosen.has(keyOf(job)))
    .toSorted((a, b) => ((a.started_at ?? '') < (b.started_at ?? '') ? -1 : 1));
  if (failed.length === 0) return null;
  const blaming = history.collisions.filter((found) => chosen.has(keyOf(found)));
  const blamed = new Set(
    blaming.map(({ culprit_host: host, culprit_job_id: id }) => `${host}/${id}`),
  );
  const blamedIds = blaming.flatMap(({ culprit_job_id: id }) => id ?? []);
  const causes = [...groupBy(failed, ({ cause, status }) => cause ?? `(${status})`)]
    .toSorted(([, left], [, right]) => right.length - left.length)
    .map(([cause]) => cause);
  const compared = comparing.flatMap((name) => {
    const report = reports[name]?.make(input);
    return report === undefined ? [] : [about(report, causes)];
  });
  return {
    about: sentenceOf(selection),
    failed,
    culprits: readOverview(db, blamedIds).filter((job) => blamed.has(keyOf(job))),
    causes,
    reports: [
      affectedReport(history, failed, causes),
      ...compared.filter(({ sections }) => sections.length > 0),
    ],
  };
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

function sentenceOf(selection: Selection): string {
  if (selection.kind === 'cause') return `All failed jobs whose cause is ${selection.cause}.`;
  if (selection.kind === 'job') {
    return `Job ${selection.jobId}, and the other jobs that the same removal of a builder hit.`;
  }
  return `Failed jobs that started from ${selection.from} on and before ${selection.to}, UTC.`;
}

/** The sections' rows and sentences that are about the causes; tables without a cause column stay as they are. */
function about(report: Report, causes: readonly string[]): Report {
  const sections = report.sections.flatMap((section): Section[] => {
    if (!section.columns.some(({ key }) => key === 'cause')) return [section];
    const rows = section.rows.filter(
      ({ cause }) => typeof cause === 'string' && causes.includes(cause),
    );
    if (rows.length === 0) return [];
    const lines = (section.note?.split('\n') ?? []).filter(
      (line) => line.startsWith('How to read') || causes.some((cause) => line.startsWith(cause)),
    );
    return [{ ...section, rows, note: lines.length === 0 ? null : lines.join('\n') }];
  });
  return { ...report, sections };
}

function affectedReport(
  { scope }: History,
  failed: readonly JobOverview[],
  causes: readonly string[],
): Report {
  const rows = causes.map((cause) => ({
    cause,
    jobs: proportion(
      failed.filter((job) => (job.cause ?? `(${job.status})`) === cause).length,
      failed.length,
    ),
  }));
  return {
    id: 'affected',
    title: 'What happened',
    scope,
    findings: [],
    sections: [
      {
        id: 'jobs',
        title: `${failed.length} failed jobs`,
        columns: [
          { key: 'started_at', title: 'started', kind: 'instant' },
          { key: 'job_id', title: 'job', kind: 'id' },
          { key: 'job', title: 'name', kind: 'text' },
          { key: 'machine', title: 'host', kind: 'text' },
          { key: 'buildkit', title: 'BuildKit', kind: 'id' },
          { key: 'buildx', title: 'Buildx', kind: 'id' },
          { key: 'cause', title: 'cause', kind: 'id' },
          { key: 'confidence', title: 'confidence', kind: 'id' },
          { key: 'culprit', title: 'removed by', kind: 'id' },
          { key: 'reason', title: 'because', kind: 'text' },
        ],
        rows: failed.map((job) => ({
          started_at: job.started_at,
          job_id: String(job.job_id),
          job: job.job,
          machine: job.machine,
          buildkit: job.buildkit,
          buildx: job.buildx,
          cause: job.cause,
          confidence: job.confidence,
          reason: job.reason,
          culprit: job.culprit_job_id === null ? null : String(job.culprit_job_id),
        })),
        note: 'What proves each verdict, line by line: evidence/.',
      },
      {
        id: 'causes',
        title: 'Their causes',
        columns: [
          { key: 'cause', title: 'cause', kind: 'id' },
          { key: 'jobs', title: 'of these jobs (95 %)', kind: 'proportion' },
        ],
        rows,
        note: null,
      },
    ],
  };
}
