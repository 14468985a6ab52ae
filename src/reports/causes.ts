/** Why jobs failed: each cause with its share, its dates, and how often the next attempt passed. */
import { proportion } from '../analysis/proportion.ts';
import type { Cause, PatternSet } from '../model/pattern.ts';
import { readHealed } from '../store/read-jobs.ts';
import type { Db } from '../store/store.ts';
import { groupBy, type History, type HistoryJob } from './history.ts';
import type { Report, Section } from './report.ts';

const stateTitles: Readonly<Record<string, string>> = {
  unexplained: 'no signature knows the error',
  'no-log': 'the log was not to be had',
  partial: 'the log was cut short',
};

export function causesReport(history: History, patterns: PatternSet, db: Db): Report {
  return {
    id: 'causes',
    title: 'Why jobs failed',
    scope: history.scope,
    findings: [],
    sections: [causesSection(history, patterns.causes), healedSection(history, patterns, db)],
  };
}

/** Errors that jobs got over: retried pushes, caches that were not there. Never a cause, but a warning. */
function healedSection({ jobs, scope }: History, patterns: PatternSet, db: Db): Section {
  const passed = new Set(
    jobs.filter(({ status }) => status === 'passed').map(({ host, job_id: id }) => `${host}/${id}`),
  );
  const causes = new Map(patterns.signatures.map(({ id, cause }) => [id, cause]));
  const healed = readHealed(db).filter(({ host, job_id: id }) => passed.has(`${host}/${id}`));
  const rows = [...groupBy(healed, ({ signature }) => signature)]
    .map(([signature, seen]) => ({
      signature,
      cause: causes.get(signature) ?? null,
      jobs: proportion(new Set(seen.map(({ job_id: id }) => id)).size, passed.size),
      sightings: seen.length,
    }))
    .toSorted((a, b) => b.jobs.count - a.jobs.count || (a.signature < b.signature ? -1 : 1));
  return {
    id: 'healed',
    title: `Errors that ${scope.jobs - scope.failed - scope.canceled} passing jobs got over`,
    columns: [
      { key: 'signature', title: 'signature', kind: 'id' },
      { key: 'cause', title: 'would have meant', kind: 'id' },
      { key: 'jobs', title: 'of passing jobs (95 %)', kind: 'proportion' },
      { key: 'sightings', title: 'sightings', kind: 'count' },
    ],
    rows,
    note: null,
  };
}

export function causesSection(history: History, causes: ReadonlyMap<string, Cause>): Section {
  const failed = history.jobs.filter((job) => job.failed);
  const groups = [...groupBy(failed, (job) => job.cause ?? `(${job.status})`)];
  const next = nextAttempts(history.jobs);
  const rows = groups
    .toSorted(([a, left], [b, right]) => right.length - left.length || (a < b ? -1 : 1))
    .map(([id, jobs]) => {
      const rerun = jobs.flatMap((job) => next(job) ?? []);
      const starts = jobs.flatMap((job) => job.started_at ?? []).toSorted();
      const title = causes.get(id)?.title ?? stateTitles[jobs[0]?.status ?? ''] ?? '';
      return {
        cause: id,
        blame: jobs[0]?.blame ?? null,
        jobs: proportion(jobs.length, failed.length),
        hosts: new Set(jobs.map((job) => job.machine)).size,
        rerun_passed: rerun.length === 0 ? null : proportion(passedIn(rerun), rerun.length),
        first: starts[0] ?? null,
        last: starts.at(-1) ?? null,
        title,
      };
    });
  return {
    id: 'causes',
    title: `Why ${failed.length} jobs failed`,
    columns: [
      { key: 'cause', title: 'cause', kind: 'id' },
      { key: 'blame', title: 'blame', kind: 'text' },
      { key: 'jobs', title: 'of failures (95 %)', kind: 'proportion' },
      { key: 'rerun_passed', title: 'next attempt passed', kind: 'proportion' },
      { key: 'first', title: 'first', kind: 'instant' },
      { key: 'last', title: 'last', kind: 'instant' },
      { key: 'title', title: 'what happened', kind: 'text' },
    ],
    rows,
    note: null,
  };
}

/** The same job in the run's next attempt; a job that passed is not run again. */
function nextAttempts(jobs: readonly HistoryJob[]): (job: HistoryJob) => HistoryJob | undefined {
  const known = new Map(jobs.map((job) => [attemptName(job, job.attempt ?? 0), job]));
  return (job) => (job.attempt === null ? undefined : known.get(attemptName(job, job.attempt + 1)));
}

function attemptName({ host, run_id: run, job }: HistoryJob, attempt: number): string {
  return JSON.stringify([host, run, job, attempt]);
}

function passedIn(jobs: readonly HistoryJob[]): number {
  return jobs.filter((job) => job.status === 'passed').length;
}
