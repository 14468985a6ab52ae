/** Which other job did it, job by job, and who is at risk although nothing has failed yet. */
import { proportion } from '../analysis/proportion.ts';
import { plural } from '../model/plural.ts';
import { readLogCause } from '../store/read-jobs.ts';
import type { Db } from '../store/store.ts';
import { groupBy, numberOf, removedByOther, type History } from './history.ts';
import type { Report, Section } from './report.ts';

export function collisionsReport(history: History, db: Db): Report {
  return {
    id: 'collisions',
    title: 'What jobs did to each other',
    scope: history.scope,
    findings: [],
    sections: [victimsSection(history), daemonSection(history, db), riskSection(history)],
  };
}

export function victimsSection({ linked, collisions }: History): Section {
  const byId = linked();
  const found = collisions.filter(({ cause }) => cause === removedByOther);
  return {
    id: 'victims',
    title: `${plural(found.length, 'job')} lost ${found.length === 1 ? 'its' : 'their'} builder to another job`,
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
    note: 'How to read: one line for each job that died, with the job whose log shows the removal of its builder; a strong link rests on the builder’s name and the clock, a weak one on less.',
  };
}

function daemonSection({ linked, collisions }: History, db: Db): Section {
  const byId = linked();
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
          log_cause: readLogCause(db, row),
          reason: row.reason,
        };
      }),
    note: 'How to read: these jobs died when their engine stopped; their own logs do not say so, those of their neighbours do.',
  };
}

/** The share of builds that ran on a builder of another job, green or not: the standing risk. */
export function riskSection({ built, infra }: History): Section {
  const known = built.filter(({ ownership }) => ownership !== 'unknown');
  const groups = [...groupBy(known, ({ place }) => place.machine ?? 'unknown')].toSorted(
    ([a], [b]) => (a < b ? -1 : 1),
  );
  const lost = infra().filter((job) => job.cause === removedByOther && isAtRisk(job));
  return {
    id: 'risk',
    title: "Standing risk: builds on another job's builder",
    columns: [
      { key: 'machine', title: 'host', kind: 'id' },
      { key: 'foreign', title: "on another job's builder", kind: 'proportion' },
      { key: 'green', title: 'of these passed', kind: 'proportion' },
      { key: 'lost', title: 'of these lost it', kind: 'proportion' },
    ],
    rows: groups.map(([machine, builds]) => {
      const foreign = builds.filter(isAtRisk);
      const all = numberOf(foreign);
      const here = lost.filter((job) => (job.machine ?? 'unknown') === machine);
      return {
        machine,
        foreign: proportion(all, numberOf(builds)),
        green: proportion(numberOf(foreign.filter(({ outcome }) => outcome === 'passed')), all),
        lost: proportion(here.length, all),
      };
    }),
    note: 'How to read: each of these builds can die when the job that made the builder ends first. A builder named in every job removes the risk.',
  };
}

/** Whether a build ran on a builder that another job had made, or lost the pointer to its own. */
export function isAtRisk({ ownership }: { readonly ownership: string }): boolean {
  return ownership === 'foreign' || ownership === 'reset';
}
