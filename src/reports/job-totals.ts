/** What is counted of all jobs, one after the other. */
import type { CauseCount, Place, RolledJob, Totals } from '../store/roll-up-rows.ts';
import type { HistoryJob } from './history-jobs.ts';

const states: Readonly<Record<string, 'explained' | 'unexplained' | 'withoutLog' | 'partial'>> = {
  explained: 'explained',
  unexplained: 'unexplained',
  'no-log': 'withoutLog',
  partial: 'partial',
};

export class JobTotals {
  readonly #counts = {
    jobs: 0,
    built: 0,
    failed: 0,
    canceled: 0,
    explained: 0,
    unexplained: 0,
    withoutLog: 0,
    partial: 0,
    withoutTimes: 0,
  };
  readonly #hosts = new Set<string>();
  #from: string | null = null;
  #to: string | null = null;

  add(job: HistoryJob): void {
    const counts = this.#counts;
    counts.jobs++;
    if (job.built) counts.built++;
    if (job.built && !job.timed) counts.withoutTimes++;
    if (job.canceled) counts.canceled++;
    if (job.failed) {
      counts.failed++;
      const state = states[job.status ?? ''];
      if (state !== undefined) counts[state]++;
    }
    if (job.machine !== null) this.#hosts.add(job.machine);
    const { started_at: start, completed_at: end } = job;
    if (start !== null && (this.#from === null || start < this.#from)) this.#from = start;
    if (end !== null && (this.#to === null || end > this.#to)) this.#to = end;
  }

  all(): Totals {
    const { withoutTimes, ...counts } = this.#counts;
    const range = { hosts: this.#hosts.size, from: this.#from, to: this.#to };
    return { ...counts, ...range, carriedOver: 0, withoutTimes };
  }
}

/** Failed jobs by cause, the most frequent first; those without one by their state, in brackets. */
export function countCauses(jobs: readonly RolledJob[], places: readonly Place[]): CauseCount[] {
  const groups = new Map<string, RolledJob[]>();
  for (const job of jobs) {
    if (job.failed === 0) continue;
    const cause = job.cause ?? `(${job.status})`;
    const group = groups.get(cause);
    if (group === undefined) groups.set(cause, [job]);
    else group.push(job);
  }
  return [...groups]
    .map(([cause, own]): CauseCount => {
      const starts = own.flatMap((job) => job.started_at ?? []).toSorted();
      return {
        cause,
        status: own[0]?.status ?? null,
        blame: own[0]?.blame ?? null,
        jobs: own.length,
        hosts: new Set(own.map(({ place }) => places[place]?.machine)).size,
        rerun: own.filter((job) => job.next_passed !== null).length,
        passed: own.filter((job) => job.next_passed === 1).length,
        first: starts[0] ?? null,
        last: starts.at(-1) ?? null,
      };
    })
    .toSorted((a, b) => b.jobs - a.jobs || (a.cause < b.cause ? -1 : 1));
}
