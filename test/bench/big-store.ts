/**
 * A store of any size, made from a seed: hosts with slots that build one after the other for half a year, versions that
 * roll out host by host, failures of several causes, re-runs. Rows as an ingest leaves them, written without any logs.
 */
import type { Db } from '../../src/store/store.ts';
import { randomFrom } from '../simulation/world.ts';
import { JobRows, removed, type MadeJob } from './job-rows.ts';

const hosts = 40;
const slots = 4;
const halfYear = 180;
const repositories = 20;
const jobNames = ['image (web)', 'image (api)', 'image (worker)'];
const begin = Date.UTC(2026, 0, 1);

/** Causes, their blame, and how many of 10,000 builds fail of each. */
const causes = [
  { cause: removed, blame: 'infra', rate: 30 },
  { cause: 'registry-rate-limit', blame: 'infra', rate: 25 },
  { cause: 'disk-full', blame: 'infra', rate: 20 },
  { cause: 'dockerd-unreachable', blame: 'infra', rate: 8 },
  { cause: 'network-timeout', blame: 'infra', rate: 8 },
  { cause: 'run-step-failed', blame: 'code', rate: 250 },
  { cause: null, blame: null, rate: 20 },
] as const;

/** Components and their versions, each reaching a host some time after the one before. */
const versions = {
  buildkit: ['v0.12.5', 'v0.13.2', 'v0.14.1', 'v0.16.0'],
  buildx: ['v0.14.0', 'v0.16.2', 'v0.19.1'],
  'docker-server': ['25.0.5', '26.1.4', '27.3.1'],
  'runner-version': ['2.316.0', '2.320.0'],
} as const;

/** Writes `count` jobs that fail `risk` times as often as usual, numbered after `before`, in `days` that go on from there. */
export function fillStore(
  db: Db,
  count: number,
  seed: number,
  { risk = 1, before = 0, days = halfYear }: Partial<Filling> = {},
): void {
  new Filler(db, count, seed, { risk, before, days }).run();
}

interface Filling {
  readonly risk: number;
  readonly before: number;
  readonly days: number;
}

class Filler {
  readonly #random: () => number;
  readonly #risk: number;
  readonly #days: number;
  readonly #begin: number;
  readonly #count: number;
  readonly #jobs: JobRows;
  readonly #arrivals: ReadonlyMap<string, readonly number[]>;
  #id: number;

  constructor(db: Db, count: number, seed: number, { risk, before, days }: Filling) {
    this.#id = before;
    this.#count = before + count;
    this.#days = days;
    this.#begin = before === 0 ? begin : begin + halfYear * 86_400_000;
    this.#random = randomFrom(seed);
    this.#risk = risk;
    const names = Array.from({ length: repositories }, (_, r) => `acme/service-${r}`);
    this.#jobs = new JobRows(db, names);
    this.#arrivals = this.#drawArrivals();
  }

  /** When each host got each version: milliseconds since 1970, the first one before the history. */
  #drawArrivals(): Map<string, number[]> {
    const arrivals = new Map<string, number[]>();
    for (let h = 0; h < hosts; h++) {
      for (const [component, list] of Object.entries(versions)) {
        const step = (halfYear * 86_400_000) / list.length;
        const moments = list.map((_, v) =>
          v === 0 ? 0 : begin + v * step + (this.#random() - 0.5) * 20 * 86_400_000,
        );
        arrivals.set(`${h} ${component}`, moments);
      }
    }
    return arrivals;
  }

  run(): void {
    const each = Math.ceil((this.#count - this.#id) / (hosts * slots));
    const gap = (this.#days * 86_400_000) / each;
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
    const start = this.#begin + offset + gap * random() ** 2;
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
    known: Pick<MadeJob, 'repository' | 'name' | 'run' | 'commit' | 'attempt' | 'start'>,
    h: number,
    risk: number,
  ): MadeJob {
    const random = this.#random;
    const isForeign = random() < 0.2;
    let draw = random() * 10_000;
    const failure =
      causes.find(({ cause, rate }) => {
        const own = cause === removed ? (isForeign ? 5 : 0) : 1;
        draw -= rate * own * risk;
        return draw < 0;
      }) ?? null;
    const isCanceled = failure === null && random() < 0.01;
    const end = known.start + 60_000 + random() ** 2 * 900_000;
    const id = ++this.#id;
    const made = this.#versionsOf(h, known.start);
    const job = {
      ...known,
      id,
      machine: `ci-${h}`,
      end,
      isForeign,
      failure,
      isCanceled,
      versions: made,
    };
    this.#jobs.write(job);
    return job;
  }

  #versionsOf(h: number, moment: number): MadeJob['versions'] {
    return Object.entries(versions).map(([component, list]): [string, string] => {
      const moments = this.#arrivals.get(`${h} ${component}`) ?? [];
      return [component, list[moments.findLastIndex((each) => each <= moment)] ?? list[0]];
    });
  }
}
