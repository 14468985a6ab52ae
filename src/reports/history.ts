/** All that reports ask for, read once: sums over all builds, the jobs that failed, and what happened between jobs. */
import type { DatedBin } from '../analysis/changes.ts';
import { hostedMachine } from '../model/host.ts';
import type { Blame } from '../model/pattern.ts';
import type { Instant } from '../model/time.ts';
import type { VerdictStatus } from '../model/verdict.ts';
import { readCollisions, type StoredCollision } from '../store/collisions.ts';
import type {
  BuildCount,
  CauseCount,
  Dimension,
  HourCount,
  MinuteColumns,
  Outcome,
  Ownership,
  Place,
  RolledAttempt,
  RolledCase,
  RolledJob,
  RollUps,
  Setup,
  SpanCount,
  StartedBuilds,
  WhichJobs,
  Work,
} from '../store/roll-up-rows.ts';
import { areLinesUpToDate, readRollUps } from '../store/roll-ups.ts';
import { openScratch } from '../store/scratch.ts';
import type { Db } from '../store/store.ts';
import { countAllJobs, keyOf } from './history-jobs.ts';
import type { LoadLevel } from './names.ts';
import type { Scope } from './report.ts';
import { linkedJobs, rollUp } from './roll-up.ts';

/** The founding case, by its id in the public contract. */
export const removedByOther = 'builder-removed-by-other-job';

/** Builds that are alike. What was not asked for is empty. */
export interface Builds {
  readonly repository: string;
  readonly setup: Setup;
  readonly place: Place;
  readonly isFirst: boolean;
  readonly ownership: Ownership;
  readonly outcome: Outcome;
  /** Other builds on the engine at the start; null if not known. */
  readonly others: number | null;
  /** Whose logs were read, and how many builds they stand for. */
  readonly read: number;
  readonly weight: number;
  readonly minutes: number;
  readonly firstAt: Instant | null;
  readonly lastAt: Instant | null;
  /** The first one's start in minutes. */
  readonly start: number | null;
}

/** A job that reports look at by itself: failed, run again, or named in a collision. */
export interface KnownJob extends Setup, Work {
  readonly job_id: number;
  readonly run_id: number | null;
  readonly attempt: number | null;
  readonly status: VerdictStatus | null;
  readonly cause: string | null;
  readonly blame: Blame | null;
  readonly started_at: Instant | null;
  readonly machine: string | null;
  /** What shares its load: the engine, else the machine; a hosted machine is the job's own. Null if not known. */
  readonly engine: string | null;
  /** From the first build's start to the last one's end, or the job's own times; minutes. Null if not known. */
  readonly window: { readonly start: number; readonly end: number } | null;
  /** When it failed; minutes. */
  readonly failedAt: number | null;
  readonly built: boolean;
  readonly failed: boolean;
  readonly canceled: boolean;
  readonly ownership: Ownership;
  /** How many jobs it stands for: 1, or one over the probability with which its log was drawn. */
  readonly weight: number;
  /** How its failure stood; null unless it failed while it built on a known engine. */
  readonly circumstances: {
    readonly at: number;
    readonly others: number;
    readonly band: number;
    readonly week: number;
  } | null;
  readonly othersAtStart: number | null;
  /** The same job passed on the same commit on another machine. */
  readonly passedElsewhere: boolean;
}

export interface History {
  readonly scope: Scope;
  /** Jobs that a partial re-run copied from an earlier attempt: in no count. */
  readonly carriedOver: number;
  /** Builds whose own times are not known: the job's were taken. */
  readonly withoutTimes: number;
  /** Builds that were not canceled: the denominator of every rate. */
  readonly built: readonly Builds[];
  /** Canceled ones too: time without a failure. */
  readonly all: readonly Builds[];
  /** First attempts by repository, setup, place and load at the start, as they are stored: there are many. */
  readonly started: () => readonly StartedBuilds[];
  /** Builds by repository, setup and place. */
  readonly bySurroundings: () => readonly Builds[];
  /** First attempts on known engines by the hour of their start. */
  readonly hours: () => readonly HourCount[];
  /** Failed jobs by cause, the most frequent first. */
  readonly causes: () => readonly CauseCount[];
  readonly jobs: () => readonly KnownJob[];
  /** Of runs that are known, but for canceled ones, in the order of the jobs' keys. */
  readonly attempts: () => readonly RolledAttempt[];
  /** Jobs that failed of the infrastructure. */
  readonly infra: () => readonly KnownJob[];
  /** Failures that are compared: of the infrastructure, and of the change itself. */
  readonly infraCases: () => readonly RolledCase[];
  readonly codeCases: () => readonly RolledCase[];
  /** Jobs that failed, and nothing explains why. */
  readonly open: () => readonly KnownJob[];
  /** Jobs that a collision names, by their keys. */
  readonly linked: () => ReadonlyMap<string, KnownJob>;
  readonly collisions: readonly StoredCollision[];
  readonly setups: readonly Setup[];
  readonly works: readonly Work[];
  readonly places: readonly Place[];
  readonly bins: readonly (DatedBin & { readonly setup: number })[];
  /** Builds by the span in which they started; a day, or less. */
  readonly spans: () => readonly SpanCount[];
  /** Minutes of a span in which rates are told: one or more of those. */
  readonly span: number;
  readonly byWeek: () => MinuteColumns;
  readonly byPlace: () => MinuteColumns;
}

/**
 * From the roll-ups. Where the load is asked on another level than they were made for, the lines of all jobs are added up
 * anew, by the same code, in a place of its own; where something was written since, the lines are made there too.
 */
export function readHistory(db: Db, level: LoadLevel = 'engine'): History {
  const stored = readRollUps(db);
  const rollUps = stored === null || level !== 'engine' ? sumAnew(db, level) : stored;
  return historyOf(rollUps, readCollisions(db));
}

function sumAnew(db: Db, level: LoadLevel): RollUps {
  const scratch = openScratch();
  scratch.transaction(() => {
    const lines = areLinesUpToDate(db) ? db : scratch;
    if (lines === scratch) countAllJobs(db, scratch);
    rollUp(lines, linkedJobs(db), { into: scratch, level, logs: db });
  })();
  const summed = readRollUps(scratch);
  if (summed === null) throw new Error('what was just counted is not there');
  return summed;
}

export function historyOf(rollUps: RollUps, collisions: readonly StoredCollision[]): History {
  const { totals, setups, works, places } = rollUps;
  const { carriedOver, withoutTimes, span, ...scope } = totals;
  const builds = (...by: readonly Dimension[]): Builds[] =>
    rollUps.builds(by).map((count) => buildsOf(count, rollUps));
  const known = (which: WhichJobs) => (): KnownJob[] =>
    rollUps.jobs(which).map((job) => knownJob(job, rollUps));
  const all = builds('setup', 'place', 'ownership', 'others');
  return {
    scope,
    carriedOver,
    withoutTimes,
    built: all.filter(({ outcome }) => outcome !== 'canceled'),
    all,
    bySurroundings: once(() => builds('repository', 'setup', 'place')),
    started: rollUps.started,
    hours: rollUps.hours,
    causes: once(rollUps.causes),
    jobs: once(known('all')),
    attempts: rollUps.attempts,
    infra: once(known('infra')),
    infraCases: once(() => rollUps.cases('infra')),
    codeCases: once(() => rollUps.cases('code')),
    open: once(known('open')),
    linked: once(() => new Map(known('linked')().map((job) => [keyOf(job), job]))),
    collisions,
    setups,
    works,
    places,
    bins: rollUps.bins.map(({ start, setup, weight }) => ({
      start,
      setup,
      builds: weight,
      failures: 0,
    })),
    spans: once(rollUps.spans),
    span,
    byWeek: once(rollUps.byWeek),
    byPlace: once(rollUps.byPlace),
  };
}

/** Reads what is asked for, and once. */
export function once<T>(read: () => T): () => T {
  let value: T | undefined;
  return () => (value ??= read());
}

const nowhere: Place = { engine: null, machine: null };
const nothing: Setup = {
  buildkit: null,
  buildx: null,
  docker_server: null,
  runner_version: null,
  os_image: null,
  driver: null,
};

function buildsOf(count: BuildCount, { setups, places }: RollUps): Builds {
  return {
    repository: count.repository ?? '',
    setup: count.setup === undefined ? nothing : at(setups, count.setup),
    place: count.place === undefined ? nowhere : at(places, count.place),
    isFirst: count.first === 1,
    ownership: count.ownership ?? 'unknown',
    outcome: count.outcome,
    others: count.others === undefined || count.others < 0 ? null : count.others,
    read: count.builds,
    weight: count.weight,
    minutes: count.minutes,
    firstAt: count.first_at,
    lastAt: count.last_at,
    start: count.start,
  };
}

/** Field by field: spreading would make each of many thousands of objects a dictionary. */
function knownJob(job: RolledJob, { works, setups, places }: RollUps): KnownJob {
  const { window_start: start, window_end: end, moment, others, band, week } = job;
  const { engine, machine } = at(places, job.place);
  const { repository, workflow, job: name } = at(works, job.work);
  const setup = at(setups, job.setup);
  return {
    host: job.host,
    job_id: job.job_id,
    repository,
    workflow,
    job: name,
    run_id: job.run_id,
    attempt: job.attempt,
    status: job.status,
    cause: job.cause,
    blame: job.blame,
    started_at: job.started_at,
    buildkit: setup.buildkit,
    buildx: setup.buildx,
    docker_server: setup.docker_server,
    runner_version: setup.runner_version,
    os_image: setup.os_image,
    driver: setup.driver,
    machine,
    engine: machine === hostedMachine ? keyOf(job) : engine,
    window: start === null || end === null ? null : { start, end },
    failedAt: job.failed_at,
    built: job.built === 1,
    failed: job.failed === 1,
    canceled: job.canceled === 1,
    ownership: job.ownership,
    weight: job.weight,
    circumstances:
      moment === null || others === null || band === null || week === null
        ? null
        : { at: moment, others, band, week },
    othersAtStart:
      job.others_at_start === null || job.others_at_start < 0 ? null : job.others_at_start,
    passedElsewhere: job.passed_elsewhere === 1,
  };
}

function at<T>(values: readonly T[], index: number): T {
  const value = values[index];
  if (value === undefined) throw new Error('a roll-up names what is not there');
  return value;
}

/** How many builds these stand for, to the whole build. */
export function numberOf(builds: readonly Builds[]): number {
  return Math.round(builds.reduce((sum, { weight }) => sum + weight, 0));
}

/** Jobs in groups, in the order in which the groups first appear. */
export function groupBy<T>(items: readonly T[], keyOfItem: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOfItem(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
