/**
 * A store of any size, made from a seed: hosts with slots that build one after the other for half a year, versions that
 * roll out host by host, failures of several causes, re-runs. Rows as an ingest leaves them, written without any logs.
 */
import { rollUp } from '../../src/reports/roll-up.ts';
import { writeRollUps } from '../../src/store/roll-ups.ts';
import { Store, type Db } from '../../src/store/store.ts';
import { randomFrom } from '../simulation/world.ts';
import { Rows } from './rows.ts';

const hosts = 40;
const slots = 4;
const days = 180;
const repositories = 20;
const jobNames = ['image (web)', 'image (api)', 'image (worker)'];
const begin = Date.UTC(2026, 0, 1);
const host = 'github.com';

/** Causes, their blame, and how many of 10,000 builds fail of each. */
const causes = [
  { cause: 'builder-removed-by-other-job', blame: 'infra', rate: 30 },
  { cause: 'registry-rate-limit', blame: 'infra', rate: 25 },
  { cause: 'disk-full', blame: 'infra', rate: 20 },
  { cause: 'dockerd-unreachable', blame: 'infra', rate: 8 },
  { cause: 'network-timeout', blame: 'infra', rate: 8 },
  { cause: 'run-step-failed', blame: 'code', rate: 250 },
  { cause: null, blame: null, rate: 20 },
] as const;

type Failure = (typeof causes)[number];

/** Components and their versions, each reaching a host some time after the one before. */
const versions = {
  buildkit: ['v0.12.5', 'v0.13.2', 'v0.14.1', 'v0.16.0'],
  buildx: ['v0.14.0', 'v0.16.2', 'v0.19.1'],
  'docker-server': ['25.0.5', '26.1.4', '27.3.1'],
  'runner-version': ['2.316.0', '2.320.0'],
} as const;

/** Writes `count` jobs that fail `risk` times as often as usual. */
export function fillStore(db: Db, count: number, seed: number, risk = 1): void {
  new Filler(db, count, seed, risk).run();
}

/** Fills `file` with `count` jobs and sums up, as the end of an ingest does. */
export function makeBigStore(file: string, count: number): { readonly rollUpSeconds: number } {
  const store = Store.open(file);
  try {
    store.db.pragma('synchronous = OFF');
    store.transaction(() => fillStore(store.db, count, 7));
    const before = performance.now();
    store.transaction(() => writeRollUps(store.db, rollUp(store.db)));
    store.db.exec('ANALYZE');
    return { rollUpSeconds: (performance.now() - before) / 1000 };
  } finally {
    store.close();
  }
}

interface Job {
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
}

class Filler {
  readonly #random: () => number;
  readonly #risk: number;
  readonly #count: number;
  readonly #rows: Rows;
  readonly #arrivals: ReadonlyMap<string, readonly number[]>;
  #id = 0;

  constructor(db: Db, count: number, seed: number, risk: number) {
    this.#count = count;
    this.#random = randomFrom(seed);
    this.#risk = risk;
    this.#rows = new Rows(db);
    for (let r = 0; r < repositories; r++) {
      this.#rows.add('repositories', { host, name: `acme/service-${r}` });
    }
    this.#arrivals = this.#drawArrivals();
  }

  /** When each host got each version: milliseconds since 1970, the first one before the history. */
  #drawArrivals(): Map<string, number[]> {
    const arrivals = new Map<string, number[]>();
    for (let h = 0; h < hosts; h++) {
      for (const [component, list] of Object.entries(versions)) {
        const step = (days * 86_400_000) / list.length;
        const moments = list.map((_, v) =>
          v === 0 ? 0 : begin + v * step + (this.#random() - 0.5) * 20 * 86_400_000,
        );
        arrivals.set(`${h} ${component}`, moments);
      }
    }
    return arrivals;
  }

  run(): void {
    const each = Math.ceil(this.#count / (hosts * slots));
    const gap = (days * 86_400_000) / each;
    for (let n = 0; n < each; n++) {
      for (let h = 0; h < hosts; h++) {
        for (let s = 0; s < slots && this.#id < this.#count; s++) this.#push(h, n * gap, gap);
      }
    }
  }

  /** A commit's job on a host, and its next attempt if it failed and somebody cared. */
  #push(h: number, offset: number, gap: number): void {
    const random = this.#random;
    const repository = `acme/service-${Math.floor(repositories * random() ** 2)}`;
    const name = jobNames[Math.floor(random() * jobNames.length)] ?? '';
    const run = this.#id + 1;
    const commit = run.toString(16).padStart(40, '0');
    // Busy hours: most of a day's builds share a third of it.
    const start = begin + offset + gap * random() ** 2;
    const common = { repository, name, run, commit };
    const first = this.#job({ ...common, attempt: 1, start }, h, this.#risk);
    if (first.failure === null || random() > 0.6 || this.#id >= this.#count) return;
    const another = random() < 0.5 ? h : Math.floor(random() * hosts);
    this.#job(
      { ...common, attempt: 2, start: first.end + 60_000 + random() * 3_600_000 },
      another,
      0.1,
    );
  }

  #job(
    known: Pick<Job, 'repository' | 'name' | 'run' | 'commit' | 'attempt' | 'start'>,
    h: number,
    risk: number,
  ): Job {
    const random = this.#random;
    const isForeign = random() < 0.2;
    let draw = random() * 10_000;
    const failure =
      causes.find(({ cause, rate }) => {
        const own = cause === 'builder-removed-by-other-job' ? (isForeign ? 5 : 0) : 1;
        draw -= rate * own * risk;
        return draw < 0;
      }) ?? null;
    const isCanceled = failure === null && random() < 0.01;
    const end = known.start + 60_000 + random() ** 2 * 900_000;
    const id = ++this.#id;
    const job = { ...known, id, machine: `ci-${h}`, end, isForeign, failure, isCanceled };
    this.#write(job, h);
    return job;
  }

  #write(job: Job, h: number): void {
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
      engine_id: `engine-${h}`,
      builder_used: `builder-${id}`,
      builder_used_seen: 1,
      driver: 'docker-container',
      foreign_builder: Number(job.isForeign),
      pointer_reset: 0,
    });
    const [started, ended] = [at(job.start + 15_000), at(job.end - 5000)];
    this.#rows.add('builds', { ...key, line: 400, step: 3, started_at: started, ended_at: ended });
    const facts = Object.entries(versions).map(([component, list]): [string, string] => {
      const moments = this.#arrivals.get(`${h} ${component}`) ?? [];
      return [component, list[moments.findLastIndex((moment) => moment <= job.start)] ?? list[0]];
    });
    facts.push(['runner-name', `${machine}-runner`], ['machine-name', machine]);
    facts.push(['docker-client', '27.3.1'], ['engine-containers-running', '3']);
    for (const [name, value] of facts) this.#rows.add('facts', { ...key, name, line: 20, value });
    this.#writeVerdict(job);
  }

  #writeMetadata({ id, run, attempt, repository, name, commit, machine, ...job }: Job): void {
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
      runner_name: `${machine}-runner-${id % slots}`,
      labels: '["self-hosted","Linux","X64"]',
    });
  }

  #writeVerdict({ id, failure, isCanceled, end }: Job): void {
    const key = { host, job_id: id };
    const last = at(end - 5000);
    const cause = isCanceled ? 'job-canceled' : (failure?.cause ?? null);
    const isOpen = failure !== null && cause === null;
    const status = isOpen ? 'unexplained' : cause === null ? 'passed' : 'explained';
    const text = `error ${id % 40}`;
    const evidence = JSON.stringify({ line: 500, at: last, signature: cause ?? '', text });
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
      log_cause: cause,
      log_blame: blame,
      log_reason: 'because',
      evidence: failure === null ? '[]' : `[${evidence}]`,
      patterns: '0',
      ...red,
      ...open,
    });
    this.#writeRare(id, failure, last);
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
    if (failure?.cause !== 'builder-removed-by-other-job') return;
    this.#rows.add('collisions', {
      ...key,
      kind: 'builder-removed',
      culprit_host: host,
      culprit_job_id: Math.max(1, id - 40),
      builder: `builder-${id}`,
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

function at(milliseconds: number): string {
  return `${new Date(Math.round(milliseconds / 1000) * 1000).toISOString().slice(0, 19)}Z`;
}
