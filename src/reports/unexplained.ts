/** What no signature knows yet, grouped by the line that jobs died with; and jobs without such a line. */
import { nearest } from '../analysis/nearest.ts';
import { proportion } from '../analysis/proportion.ts';
import type { PatternSet } from '../model/pattern.ts';
import { plural } from '../model/plural.ts';
import { readVerdict, type StoredVerdict } from '../store/read-jobs.ts';
import type { Db } from '../store/store.ts';
import { groupBy, type History, type KnownJob } from './history.ts';
import type { Report, Section } from './report.ts';

interface Open {
  readonly job: KnownJob;
  readonly verdict: StoredVerdict | null;
}

export function unexplainedReport(history: History, patterns: PatternSet, db: Db): Report {
  const known = history.open().map((job): Open => ({ job, verdict: readVerdict(db, job) }));
  // Of a pruned job no verdict is left.
  const open = known.filter(({ verdict }) => verdict !== null);
  return {
    id: 'unexplained',
    title: 'Failures that nothing explains',
    scope: history.scope,
    findings: [],
    sections: [
      templatesSection(open, history.scope.failed, patterns),
      silentSection(
        open.filter(({ verdict }) => verdict?.fingerprint == null),
        known.length - open.length,
      ),
    ],
  };
}

function templatesSection(open: readonly Open[], failed: number, patterns: PatternSet): Section {
  const known = patterns.signatures.map(({ id, samples }) => ({
    id,
    text: samples.map(({ text }) => text).join(' '),
  }));
  const withLine = open.filter(({ verdict }) => verdict?.fingerprint != null);
  const groups = [...groupBy(withLine, ({ verdict }) => verdict?.fingerprint ?? '')];
  const rows = groups
    .toSorted(([a, left], [b, right]) => right.length - left.length || (a < b ? -1 : 1))
    .map(([fingerprint, members]) => {
      const oldest = members.toSorted((a, b) => (startOf(a) < startOf(b) ? -1 : 1));
      const text = oldest[0]?.verdict?.template ?? '';
      const alike = nearest(text, known);
      return {
        fingerprint,
        jobs: proportion(members.length, failed),
        first: oldest[0]?.job.started_at ?? null,
        last: oldest.at(-1)?.job.started_at ?? null,
        example: String(oldest.at(-1)?.job.job_id ?? ''),
        line: oldest.at(-1)?.verdict?.primaryError?.line ?? null,
        nearest: alike === null ? null : `${alike.id} (${Math.round(alike.likeness * 100)} %)`,
        template: text,
      };
    });
  return {
    id: 'templates',
    title: `${withLine.length} of ${plural(failed, 'failed job')}, by the line they died with`,
    columns: [
      { key: 'fingerprint', title: 'fingerprint', kind: 'id' },
      { key: 'jobs', title: 'of failures (95 %)', kind: 'proportion' },
      { key: 'first', title: 'first', kind: 'instant' },
      { key: 'example', title: 'example', kind: 'id' },
      { key: 'line', title: 'line', kind: 'count' },
      { key: 'nearest', title: 'nearest known', kind: 'id' },
      { key: 'template', title: 'the line, what varies masked', kind: 'line' },
    ],
    rows,
    note:
      'How to read: jobs that died with the same line, whatever varies in it being masked, are one row. ' +
      'Teach it one: buildlog patterns draft FINGERPRINT > patterns/signatures/mine/NAME.yaml',
  };
}

function silentSection(silent: readonly Open[], pruned: number): Section {
  return {
    id: 'silent',
    title: 'Without a line to go by',
    columns: [
      { key: 'job_id', title: 'job', kind: 'id' },
      { key: 'job', title: '', kind: 'text' },
      { key: 'started_at', title: 'started', kind: 'instant' },
      { key: 'machine', title: 'host', kind: 'text' },
      { key: 'status', title: 'status', kind: 'id' },
      { key: 'reason', title: 'because', kind: 'text' },
    ],
    rows: silent
      .toSorted((a, b) => (startOf(a) > startOf(b) ? -1 : 1))
      .map(({ job, verdict }) => ({
        job_id: String(job.job_id),
        job: job.job,
        started_at: job.started_at,
        machine: job.machine,
        status: job.status,
        reason: verdict?.reason ?? null,
      })),
    note:
      'How to read: jobs that failed without a line that says why, and what is known of them instead.' +
      (pruned > 0
        ? ` Not shown: ${plural(pruned, 'job')} of which only the numbers are left.`
        : ''),
  };
}

function startOf({ job }: Open): string {
  return job.started_at ?? '';
}
