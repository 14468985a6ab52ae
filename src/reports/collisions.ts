/** Which other job did it, job by job, and who is at risk although nothing has failed yet. */
import { proportion } from '../analysis/proportion.ts';
import { groupBy, removedByOther, type History } from './history.ts';
import type { Report, Section } from './report.ts';

export function collisionsReport(history: History): Report {
  return {
    id: 'collisions',
    title: 'What jobs did to each other',
    scope: history.scope,
    findings: [],
    sections: [victimsSection(history), daemonSection(history), riskSection(history)],
  };
}

export function victimsSection({ jobs, collisions }: History): Section {
  const byId = new Map(jobs.map((job) => [`${job.host}/${job.job_id}`, job]));
  const found = collisions.filter(({ cause }) => cause === removedByOther);
  return {
    id: 'victims',
    title: `${found.length} jobs lost their builder to another job`,
    columns: [
      { key: 'victim', title: 'victim', kind: 'id' },
      { key: 'victim_job', title: '', kind: 'text' },
      { key: 'culprit', title: 'culprit', kind: 'id' },
      { key: 'culprit_job', title: '', kind: 'text' },
      { key: 'machine', title: 'host', kind: 'text' },
      { key: 'failed_at', title: 'died', kind: 'instant' },
      { key: 'delay_s', title: 'after the rm', kind: 'seconds' },
      { key: 'strength', title: 'link', kind: 'text' },
      { key: 'builder', title: 'builder', kind: 'id' },
    ],
    rows: found
      .toSorted((a, b) => ((a.failed_at ?? '') < (b.failed_at ?? '') ? -1 : 1))
      .map((row) => {
        const victim = byId.get(`${row.host}/${row.job_id}`);
        const culprit = byId.get(`${row.culprit_host}/${row.culprit_job_id}`);
        return {
          victim: String(row.job_id),
          victim_job: victim?.job ?? null,
          culprit: row.culprit_job_id === null ? 'not in the logs' : String(row.culprit_job_id),
          culprit_job: culprit?.job ?? null,
          machine: victim?.machine ?? null,
          failed_at: row.failed_at,
          delay_s: row.delay_s,
          strength: row.strength,
          builder: row.builder,
        };
      }),
    note: null,
  };
}

function daemonSection({ jobs, collisions }: History): Section {
  const byId = new Map(jobs.map((job) => [`${job.host}/${job.job_id}`, job]));
  return {
    id: 'daemons',
    title: 'Engine stops that only the neighbours show',
    columns: [
      { key: 'victim', title: 'job', kind: 'id' },
      { key: 'machine', title: 'host', kind: 'text' },
      { key: 'failed_at', title: 'died', kind: 'instant' },
      { key: 'log_cause', title: 'its own log says', kind: 'text' },
      { key: 'reason', title: 'because', kind: 'text' },
    ],
    rows: collisions
      .filter(({ kind }) => kind === 'daemon-stopped')
      .map((row) => {
        const job = byId.get(`${row.host}/${row.job_id}`);
        return {
          victim: String(row.job_id),
          machine: job?.machine ?? null,
          failed_at: row.failed_at,
          log_cause: job?.log_cause ?? null,
          reason: row.reason,
        };
      }),
    note: null,
  };
}

/** The share of builds that ran on a builder of another job, green or not: the standing risk. */
export function riskSection({ built }: History): Section {
  const known = built.filter((job) => job.builder_used !== null);
  const groups = [...groupBy(known, (job) => job.machine ?? 'unknown')].toSorted(([a], [b]) =>
    a < b ? -1 : 1,
  );
  return {
    id: 'risk',
    title: "Standing risk: builds on another job's builder",
    columns: [
      { key: 'machine', title: 'host', kind: 'id' },
      { key: 'foreign', title: "on another job's builder", kind: 'proportion' },
      { key: 'green', title: 'of these passed', kind: 'proportion' },
      { key: 'lost', title: 'of these lost it', kind: 'proportion' },
    ],
    rows: groups.map(([machine, jobs]) => {
      const foreign = jobs.filter((job) => job.foreign_builder === 1 || job.pointer_reset === 1);
      const count = (wanted: (job: (typeof foreign)[number]) => boolean): number =>
        foreign.filter(wanted).length;
      return {
        machine,
        foreign: proportion(foreign.length, jobs.length),
        green: proportion(
          count(({ failed }) => !failed),
          foreign.length,
        ),
        lost: proportion(
          count(({ cause }) => cause === removedByOther),
          foreign.length,
        ),
      };
    }),
    note: 'Any of these builds dies if the job that made the builder ends first. A builder named in every job removes the risk.',
  };
}
