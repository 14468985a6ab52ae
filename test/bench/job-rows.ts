/** The rows of a made job, as an ingest leaves them. */
import type { Db } from '../../src/store/store.ts';
import { Rows } from './rows.ts';

const host = 'github.com';
export const removed = 'builder-removed-by-other-job';

export interface Failure {
  readonly cause: string | null;
  readonly blame: 'infra' | 'code' | null;
}

export interface MadeJob {
  readonly id: number;
  readonly machine: string;
  readonly repository: string;
  readonly name: string;
  readonly run: number;
  readonly attempt: number;
  readonly commit: string;
  /** Milliseconds since 1970. */
  readonly start: number;
  readonly end: number;
  readonly isForeign: boolean;
  readonly failure: Failure | null;
  readonly isCanceled: boolean;
  /** Components and their versions, as facts. */
  readonly versions: readonly (readonly [component: string, version: string])[];
}

export class JobRows {
  readonly #rows: Rows;
  readonly #isThere: ReturnType<Db['prepare']>;

  constructor(db: Db, repositories: readonly string[]) {
    this.#rows = new Rows(db);
    this.#isThere = db.prepare('SELECT 1 FROM jobs WHERE job_id = ?');
    for (const name of repositories) this.#rows.add('repositories', { host, name });
  }

  write(job: MadeJob): void {
    const { id, machine } = job;
    this.#writeMetadata(job);
    const key = { host, job_id: id };
    this.#rows.add('logs', {
      ...key,
      source: `logs/${id}.log`,
      sha256: `${job.commit}${id}`,
      bytes: 40_000,
      lines: 600,
      ended: 1,
      machine,
      engine_id: `engine-of-${machine}`,
      builder_used: builderOf(id),
      builder_used_seen: 1,
      driver: 'docker-container',
      foreign_builder: Number(job.isForeign),
      pointer_reset: 0,
    });
    const [started, ended] = [at(job.start + 15_000), at(job.end - 5000)];
    this.#rows.add('builds', { ...key, line: 400, step: 3, started_at: started, ended_at: ended });
    const facts = [...job.versions];
    facts.push(['runner-name', `${machine}-runner`], ['machine-name', machine]);
    facts.push(['docker-client', '27.3.1'], ['engine-containers-running', '3']);
    for (const [name, value] of facts) this.#rows.add('facts', { ...key, name, line: 20, value });
    this.#writeEvent(id, 300, 'created', id, job.start + 10_000);
    this.#writeEvent(id, 580, 'removing', id, job.end - 3000);
    this.#writeEvent(id, 590, 'removed', id, job.end - 2000);
    this.#writeVerdict(job);
  }

  #writeEvent(id: number, line: number, event: string, owner: number, moment: number): void {
    this.#rows.add('builder_events', {
      host,
      job_id: id,
      line,
      event,
      name: builderOf(owner),
      at: at(moment),
      driver: 'docker-container',
      explicit: 1,
      text: event,
    });
  }

  #writeMetadata({ id, run, attempt, repository, name, commit, machine, ...job }: MadeJob): void {
    const [start, end] = [at(job.start), at(job.end)];
    const green = job.isCanceled ? 'cancelled' : 'success';
    const common = { host, run_id: run, repository, workflow: 'ci', head_branch: 'main' };
    const result = { status: 'completed', conclusion: job.failure === null ? green : 'failure' };
    this.#rows.add('runs', { ...common, event: 'push' });
    const times = { created_at: start, started_at: start, updated_at: end };
    this.#rows.add('attempts', {
      host,
      run_id: run,
      attempt,
      head_sha: commit,
      ...result,
      ...times,
    });
    this.#rows.add('jobs', {
      ...common,
      ...result,
      job_id: id,
      attempt,
      name,
      head_sha: commit,
      started_at: start,
      completed_at: end,
      runner_name: `${machine}-runner-${id % 4}`,
      labels: '["self-hosted","Linux","X64"]',
    });
  }

  #writeVerdict({ id, failure, isCanceled, end }: MadeJob): void {
    const key = { host, job_id: id };
    const last = at(end - 5000);
    const cause = isCanceled ? 'job-canceled' : (failure?.cause ?? null);
    const isOpen = failure !== null && cause === null;
    const status = isOpen ? 'unexplained' : cause === null ? 'passed' : 'explained';
    const text = `error ${id % 40}`;
    const isRemoved = cause === removed;
    const signature = isRemoved ? 'grpc-goaway-graceful-stop' : (cause ?? '');
    const evidence = JSON.stringify({ line: 500, at: last, signature, text });
    const red = failure === null ? {} : { failed_at: last, failed_line: 500 };
    const open = isOpen ? { primary_error: evidence, fingerprint: text, template: text } : {};
    const blame = failure?.blame ?? null;
    this.#rows.add(`verdicts`, {
      ...key,
      status,
      cause,
      blame,
      confidence: 'high',
      reason: 'because',
      log_status: status,
      log_cause: isRemoved ? 'builder-stopped' : cause,
      log_blame: blame,
      log_confidence: 'high',
      log_reason: isRemoved ? 'it was told to stop' : 'because',
      evidence: failure === null ? '[]' : `[${evidence}]`,
      patterns: '0',
      ...red,
      ...open,
    });
    this.#writeRare(id, failure, last);
    const culprit = Math.max(1, id - 40);
    if (isRemoved && this.#isThere.get(culprit) !== undefined) {
      this.#writeEvent(culprit, 595, 'removing', id, end - 15_000);
    }
  }

  /** Sightings, healed ones in a hundredth of the green jobs, and who removed the builder. */
  #writeRare(id: number, failure: Failure | null, at_: string): void {
    const key = { host, job_id: id };
    if (failure?.cause != null || id % 100 === 0) {
      this.#rows.add('occurrences', {
        ...key,
        line: 500,
        signature: failure?.cause ?? 'push-retried',
        byte_offset: 1,
        at: at_,
        position: 'final',
        step: 3,
        build: 1,
        text: 'an error',
        captures: '{}',
        healed: Number(failure === null),
        repeats: 0,
      });
    }
    if (failure?.cause !== removed) return;
    this.#rows.add('collisions', {
      ...key,
      kind: 'builder-removed',
      culprit_host: host,
      culprit_job_id: Math.max(1, id - 40),
      builder: builderOf(id),
      removed_at: at_,
      removed_line: 590,
      failed_at: at_,
      failed_line: 500,
      delay_s: 0.5,
      strength: 'strong',
      cause: failure.cause,
      reason: 'its builder was removed',
    });
  }
}

/** As setup-buildx-action would name it. */
function builderOf(id: number): string {
  return `builder-${id.toString(16).padStart(8, '0')}-0000-4000-8000-${String(id).padStart(12, '0')}`;
}

function at(milliseconds: number): string {
  return `${new Date(Math.round(milliseconds / 1000) * 1000).toISOString().slice(0, 19)}Z`;
}
