/** From all jobs to the sums that reports count with: one pass over the jobs, one over their minutes. */
import { conventions } from '../analysis/conventions.ts';
import {
  beginOf,
  circumstancesOf,
  exposureOf,
  levels,
  loadOf,
  type Build,
  type Load,
  type MinuteTable,
} from '../analysis/exposure.ts';
import { hostedMachine } from '../model/host.ts';
import { readCollisions } from '../store/collisions.ts';
import { readFailedCommits } from '../store/history-rows.ts';
import type {
  MinuteSums,
  Place,
  RolledJob,
  RollUps,
  Setup,
  WhichJobs,
  Work,
} from '../store/roll-up-rows.ts';
import type { Db } from '../store/store.ts';
import { eachHistoryJob, isFirst, keyOf, type HistoryJob } from './history-jobs.ts';
import { binsOf, countsOf, othersAtStart, type Counted } from './roll-up-sums.ts';
import type { LoadLevel } from './names.ts';
import { countCauses, JobTotals } from './job-totals.ts';

/** Counts all jobs of the store anew, the load on `level`. */
export function rollUp(db: Db, level: LoadLevel = 'engine'): RollUps {
  const linked = new Set(
    readCollisions(db).flatMap((row) => [keyOf(row), `${row.culprit_host}/${row.culprit_job_id}`]),
  );
  let copies = 0;
  const jobs = eachHistoryJob(db, () => copies++, level);
  const failedCommits = readFailedCommits(db);
  const rolled = rollUpJobs(jobs, { linked, failedCommits });
  return { ...rolled, totals: { ...rolled.totals, carriedOver: copies } };
}

interface Known {
  /** Jobs, by their keys, that a collision names as what was hit or as the one that did it. */
  readonly linked: ReadonlySet<string>;
  /** Commits on which some job failed. */
  readonly failedCommits: ReadonlySet<string>;
}

const isAsked: Readonly<Record<WhichJobs, (job: HistoryJob, known: Known) => boolean>> = {
  all: () => true,
  infra: ({ failed, blame }) => failed && blame === 'infra',
  open: ({ failed, status }) => failed && status !== 'explained',
  linked: (job, { linked }) => linked.has(keyOf(job)),
};

export function rollUpJobs(jobs: Iterable<HistoryJob>, known: Known): RollUps {
  const collected = new Collected(known);
  for (const job of jobs) collected.add(job);
  const { counted, kept, setups, works, places } = collected;
  const builds = counted.flatMap(({ build }) => build ?? []);
  const load = loadOf(builds);
  const begin = beginOf(builds);
  const exposure = exposureOf(builds, load);
  const rolled = kept.map(({ job, counted: one }) => ({
    job,
    row: rolledJob(job, one, { load, begin, collected }),
  }));
  const rows = rolled.map(({ row }) => row);
  const placeOfEngine = new Map(places.values.map(({ engine }, id) => [engine, id]));
  return {
    totals: collected.totals.all(),
    setups: setups.values,
    works: works.values,
    places: places.values,
    bins: binsOf(counted),
    builds: (by) => countsOf(counted, load, by),
    jobs: (which) => rolled.filter(({ job }) => isAsked[which](job, known)).map(({ row }) => row),
    causes: () => countCauses(rows, places.values),
    byWeek: () => exposure.byWeek.flatMap((table) => sumsOf(table, table.whose.week)),
    byPlace: () =>
      exposure.byEngine.flatMap((table) =>
        sumsOf(table, placeOfEngine.get(table.whose.engine) ?? 0),
      ),
  };
}

/** All jobs as far as they are counted, and those that are kept one by one. */
class Collected {
  readonly totals = new JobTotals();
  readonly setups = new Numbered<Setup>();
  readonly works = new Numbered<Work>();
  readonly places = new Numbered<Place>();
  readonly counted: Counted[] = [];
  readonly kept: { readonly job: HistoryJob; readonly counted: Counted }[] = [];
  readonly #known: Known;
  /** Machines on which a job passed on a commit that also failed. */
  readonly #passed = new Map<string, Set<string | null>>();
  readonly #attempts = new Map<string, HistoryJob>();

  constructor(known: Known) {
    this.#known = known;
  }

  add(job: HistoryJob): void {
    this.totals.add(job);
    const counted = this.#counted(job);
    if (job.built) this.counted.push(counted);
    if (job.failed || !counted.first || this.#known.linked.has(keyOf(job))) {
      this.kept.push({ job, counted });
    }
    if (!counted.first) this.#attempts.set(attemptName(job, job.attempt ?? 0), job);
    if (!job.built || job.status !== 'passed') return;
    if (!this.#known.failedCommits.has(job.commit ?? '')) return;
    const key = sameWork(job);
    this.#passed.set(key, (this.#passed.get(key) ?? new Set()).add(job.machine));
  }

  #counted(job: HistoryJob): Counted {
    const { machine, engine, repository, ownership, weight, started_at: startedAt } = job;
    const work = this.works.of(workOf(job));
    const setup = this.setups.of(setupOf(job));
    const isHosted = machine === hostedMachine;
    return {
      build: buildOf(job, work, setup),
      repository: repository ?? 'unknown',
      work,
      setup,
      place: this.places.of(isHosted ? { engine: machine, machine } : { engine, machine }),
      first: isFirst(job),
      ownership,
      outcome: job.canceled ? 'canceled' : job.failed ? 'failed' : 'passed',
      weight,
      startedAt,
    };
  }

  /** Whether the same job passed on the same commit on another machine. */
  passedElsewhere(job: HistoryJob): boolean {
    const machines = this.#passed.get(sameWork(job)) ?? [];
    return [...machines].some((machine) => machine !== job.machine);
  }

  /** Whether the same job's next attempt passed; null where none is known. A job that passed is not run again. */
  nextPassed(job: HistoryJob): boolean | null {
    if (job.attempt === null) return null;
    const next = this.#attempts.get(attemptName(job, job.attempt + 1));
    return next === undefined ? null : next.status === 'passed';
  }
}

/** What the analysis is told of a job; null where it did not build, or nothing tells when. */
function buildOf(job: HistoryJob, work: number, setup: number): Build | null {
  const { window, engine, weight } = job;
  if (window === null || !job.built) return null;
  return {
    ...window,
    engine,
    weight,
    first: isFirst(job),
    job: String(work),
    repository: '',
    version: String(setup),
    failedAt: job.failed ? (job.failedAt ?? window.end) : null,
    origin: null,
  };
}

/** One row for each band in which there was time. */
function sumsOf({ whose, minutes }: MinuteTable, where: number): MinuteSums[] {
  return conventions.ageBands.flatMap((_, band): MinuteSums[] => {
    const own = Array.from(minutes.subarray(band * levels, (band + 1) * levels));
    if (own.every((sum) => sum === 0)) return [];
    return [{ work: Number(whose.job), where, setup: Number(whose.version), band, minutes: own }];
  });
}

/** Values and their numbers, in the order in which they first appear. */
class Numbered<T extends object> {
  readonly values: T[] = [];
  readonly #numbers = new Map<string, number>();

  of(value: T): number {
    const key = Object.values(value).join('\n');
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.values.push(value) - 1;
      this.#numbers.set(key, number);
    }
    return number;
  }
}

function workOf({ host, repository, workflow, job }: HistoryJob): Work {
  return { host, repository, workflow, job };
}

function setupOf(job: HistoryJob): Setup {
  const { buildkit, buildx, docker_server: docker, runner_version: runner } = job;
  const versions = { buildkit, buildx, docker_server: docker, runner_version: runner };
  return { ...versions, os_image: job.os_image, driver: job.driver };
}

/** The same job on the same commit. A job whose commit is not known is like no other. */
function sameWork(job: HistoryJob): string {
  const { host, repository, commit, workflow, job: name, job_id: id } = job;
  return JSON.stringify([host, repository, commit ?? id, workflow, name]);
}

function attemptName({ host, run_id: run, workflow, job }: HistoryJob, attempt: number): string {
  return JSON.stringify([host, run, workflow, job, attempt]);
}

function rolledJob(
  job: HistoryJob,
  { build, work, setup, place }: Counted,
  all: { readonly load: Load; readonly begin: number; readonly collected: Collected },
): RolledJob {
  const next = all.collected.nextPassed(job);
  return {
    host: job.host,
    job_id: job.job_id,
    work,
    setup,
    place,
    run_id: job.run_id,
    attempt: job.attempt,
    status: job.status,
    cause: job.cause,
    blame: job.blame,
    started_at: job.started_at,
    built: Number(job.built),
    failed: Number(job.failed),
    canceled: Number(job.canceled),
    ownership: job.ownership,
    window_start: job.window?.start ?? null,
    window_end: job.window?.end ?? null,
    failed_at: job.failedAt,
    weight: job.weight,
    ...momentOf(build, all.load, all.begin),
    others_at_start: build === null ? null : othersAtStart(build, all.load),
    passed_elsewhere: Number(all.collected.passedElsewhere(job)),
    next_passed: next === null ? null : Number(next),
  };
}

/** Under which circumstances it failed; all null unless it failed while it built on a known engine. */
function momentOf(
  build: Build | null,
  load: Load,
  begin: number,
): Pick<RolledJob, 'moment' | 'others' | 'band' | 'week'> {
  const { engine = null, failedAt = null } = build ?? {};
  if (build === null || engine === null || failedAt === null) {
    return { moment: null, others: null, band: null, week: null };
  }
  const { at, others, band, week } = circumstancesOf({ ...build, engine, failedAt }, load, begin);
  return { moment: at, others, band, week };
}
