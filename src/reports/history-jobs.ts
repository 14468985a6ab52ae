/** From stored rows to jobs as reports see them: failed or not, when it built, and on which engine. */
import { hostedMachine } from '../model/host.ts';
import { toMillis, type Instant } from '../model/time.ts';
import type { Blame } from '../model/pattern.ts';
import type { VerdictStatus } from '../model/verdict.ts';
import { eachHistoryRow, readCopies, type HistoryRow } from '../store/history-rows.ts';
import type { Ownership, Setup, Work } from '../store/roll-up-rows.ts';
import type { Db } from '../store/store.ts';
import type { LoadLevel } from './names.ts';

const canceledCause = 'job-canceled';

export interface HistoryJob extends Setup, Work {
  readonly job_id: number;
  readonly run_id: number | null;
  readonly attempt: number | null;
  readonly status: VerdictStatus | null;
  readonly cause: string | null;
  readonly blame: Blame | null;
  readonly started_at: Instant | null;
  readonly completed_at: Instant | null;
  readonly machine: string | null;
  /** What shares its load: the engine, else the machine; a hosted machine is the job's own. Null if not known. */
  readonly engine: string | null;
  /** From the first build's start to the last one's end, or the job's own times; minutes. Null if not known. */
  readonly window: { readonly start: number; readonly end: number } | null;
  /** Whether the window is the build's own. */
  readonly timed: boolean;
  /** When it failed; minutes. */
  readonly failedAt: number | null;
  readonly commit: string | null;
  readonly built: boolean;
  readonly failed: boolean;
  readonly canceled: boolean;
  readonly ownership: Ownership;
  /** How many jobs it stands for: 1, or one over the probability with which its log was drawn. */
  readonly weight: number;
}

/** Attempts that nothing tells count as first ones. */
export function isFirst({ attempt }: Pick<HistoryJob, 'attempt'>): boolean {
  return attempt === null || attempt === 1;
}

export function keyOf({
  host,
  job_id: id,
}: {
  readonly host: string;
  readonly job_id: number;
}): string {
  return `${host}/${id}`;
}

/** All jobs in the order of their keys; `onCopy` is told of each that a partial re-run only copied. */
export function* eachHistoryJob(
  db: Db,
  onCopy: () => void,
  level: LoadLevel = 'engine',
): Generator<HistoryJob> {
  const copies = readCopies(db);
  for (const row of eachHistoryRow(db)) {
    if (row.copied === 1 || copies.has(keyOf(row))) onCopy();
    else yield toJob(row, level);
  }
}

function toJob(row: HistoryRow, level: LoadLevel): HistoryJob {
  const canceled =
    row.cause === canceledCause || (row.conclusion === 'cancelled' && row.cause === null);
  const { built_from: from, built_to: to } = row;
  const own = from === null || to === null ? null : { start: toMinutes(from), end: toMinutes(to) };
  return {
    host: row.host,
    job_id: row.job_id,
    repository: row.repository,
    workflow: row.workflow,
    job: row.job,
    run_id: row.run_id,
    attempt: row.attempt,
    status: row.status,
    cause: row.cause,
    blame: row.blame,
    started_at: row.started_at,
    completed_at: row.completed_at,
    buildkit: row.buildkit,
    buildx: row.buildx,
    docker_server: row.docker_server,
    runner_version: row.runner_version,
    os_image: row.os_image,
    driver: row.driver,
    machine: row.machine,
    engine: engineOf(row, level),
    window: own ?? jobTimes(row),
    timed: own !== null,
    failedAt: row.failed_at === null ? null : toMinutes(row.failed_at),
    commit: row.commit_sha,
    built: row.built === 1,
    failed: row.status !== null && row.status !== 'passed' && !canceled,
    canceled,
    ownership: ownershipOf(row),
    weight: 1 / (row.probability ?? 1),
  };
}

function engineOf(row: HistoryRow, level: LoadLevel): string | null {
  // Hosted machines share a label, not a host.
  if (row.machine === hostedMachine) return keyOf(row);
  if (level === 'machine') return row.machine;
  const engine = row.engine_id ?? row.machine;
  // The docker driver builds in the engine itself; a container holds a daemon of its own.
  const isOwnDaemon = level === 'daemon' && row.driver === 'docker-container';
  return isOwnDaemon && engine !== null ? `${engine}/${row.builder_used}` : engine;
}

function jobTimes({ started_at: start, completed_at: end }: HistoryRow): HistoryJob['window'] {
  return start === null || end === null ? null : { start: toMinutes(start), end: toMinutes(end) };
}

function ownershipOf(row: HistoryRow): Ownership {
  if (row.pointer_reset === 1) return 'reset';
  if (row.foreign_builder === 1) return 'foreign';
  return row.builder_used === null ? 'unknown' : 'own';
}

const toMinutes = (at: Instant): number => toMillis(at) / 60_000;
