/** Plays a world: pushes in bursts, jobs on hosts with slots, failures, re-runs. Same world, size and seed: same history. */
import type { Build } from '../../src/analysis/exposure.ts';
import { Heap } from './heap.ts';
import { pick, pushes, type Arrival } from './pushes.ts';
import {
  hostVersion,
  randomFrom,
  seconds,
  repositories,
  worlds,
  type Repository,
  type World,
} from './world.ts';

interface Host {
  readonly busy: boolean;
  readonly name: string;
  readonly slots: number[];
  readonly rollOut: readonly [number, number];
  active: Running[];
  /** Grows with every plan, so that a plan that was overtaken is known. */
  plan: number;
}

interface Running {
  readonly arrival: Arrival;
  readonly slot: number;
  readonly version: string;
  readonly startedAt: number;
  readonly buildStart: number;
  readonly end: number;
  readonly other: boolean;
  readonly deterministic: boolean;
  /** The hazard it bears before it fails, and what it has borne. */
  readonly endurance: number;
  borne: number;
  last: number;
}

type Event =
  | { readonly at: number; readonly kind: 'arrival'; readonly arrival: Arrival }
  | { readonly at: number; readonly kind: 'crash'; readonly host: Host }
  | (Offer & { readonly host: Host; readonly plan: number });

/** What could happen to a job next. */
interface Offer {
  readonly at: number;
  readonly kind: 'end' | 'tick' | 'fail';
  readonly job: Running;
}

/** A simulated job that built, and what the analysis is told of it. */
export interface Simulated extends Build {
  readonly startedAt: number;
}

/** `count` builds of a world in the order of their starts. Minutes since the beginning. */
export function simulate(name: string, count: number, seed = 1): Simulated[] {
  const world = worlds[name];
  if (world === undefined) throw new Error(`no world ${name}`);
  const salt = Array.from(name).reduce(
    (h, c) => Math.imul(h ^ c.charCodeAt(0), 16777619),
    2166136261,
  );
  return new Simulation(world, count, randomFrom((seed * 2654435761) ^ salt)).run();
}

class Simulation {
  readonly #world: World;
  readonly #count: number;
  readonly #random: () => number;
  readonly #minutes: number;
  readonly #hosts: Host[];
  readonly #places: Repository[];
  readonly #events = new Heap<Event>();
  readonly #queue: Arrival[] = [];
  readonly #done: (Simulated & { readonly builds: boolean })[] = [];

  constructor(world: World, count: number, random: () => number) {
    this.#world = world;
    this.#count = count;
    this.#random = random;
    const days = count < 1000 ? 14 : count < 5000 ? 30 : 60;
    this.#minutes = days * 1440;
    const hosts = Math.max(4, Math.min(48, Math.round(count / (45 * days)) * 2));
    this.#hosts = Array.from({ length: hosts }, (_, i): Host => {
      const busy = i < hosts / 2;
      const slots = busy ? 6 : (world.quietSlots ?? 3);
      return {
        busy,
        name: `ci-${busy ? 'big' : 'std'}-${String(i + 1).padStart(2, '0')}`,
        slots: Array.from({ length: slots }, (__, slot) => slots - slot),
        rollOut: world.rollOut(busy, random),
        active: [],
        plan: 0,
      };
    });
    this.#places = repositories.map((place) =>
      world.longOnBusy === true && place.minutes >= 10
        ? { ...place, minutes: place.minutes * 2 }
        : place,
    );
  }

  run(): Simulated[] {
    for (const arrival of pushes(
      this.#world,
      this.#places,
      this.#count,
      this.#minutes,
      this.#random,
    )) {
      this.#events.push({ at: arrival.at, kind: 'arrival', arrival });
    }
    if (this.#world.crashes === true) {
      for (const host of this.#hosts) {
        this.#events.push({ at: this.#exponential() * 2200, kind: 'crash', host });
      }
    }
    for (let event = this.#events.pop(); event !== undefined; event = this.#events.pop()) {
      this.#happen(event);
    }
    return this.#done
      .toSorted((a, b) => a.startedAt - b.startedAt)
      .filter(({ builds }) => builds)
      .slice(0, this.#count);
  }

  #exponential(): number {
    return -Math.log(1 - this.#random());
  }

  #happen(event: Event): void {
    if (event.kind === 'arrival') {
      event.arrival.at = event.at;
      this.#queue.push(event.arrival);
    } else if (event.kind === 'crash') this.#crash(event.host, event.at);
    else {
      if (event.plan !== event.host.plan) return;
      this.#advance(event.host, event.at);
      if (event.kind === 'tick') {
        this.#planNext(event.host);
        return;
      }
      const failed = event.kind === 'fail' || event.job.deterministic;
      this.#finish(event.host, event.job, event.at, failed);
      this.#planNext(event.host);
    }
    this.#dispatch(event.at);
  }

  #crash(host: Host, at: number): void {
    const victims = host.active.filter(
      ({ arrival, buildStart }) => arrival.builds && buildStart < at,
    );
    this.#advance(host, at);
    for (const job of victims) this.#finish(host, job, at, true);
    if (victims.length > 0) this.#planNext(host);
    if (at < this.#minutes * 1.05) {
      this.#events.push({ at: at + this.#exponential() * 2200, kind: 'crash', host });
    }
  }

  #hazard(host: Host, job: Running, at: number): number {
    if (!job.arrival.builds || job.buildStart > at) return 0;
    const others = host.active.filter((other) => other !== job && other.arrival.builds).length;
    return (
      0.0009 *
      this.#world.base *
      this.#world.hazard({
        version: job.version,
        repository: job.arrival.place.repository,
        host: host.name,
        others,
        time: at / this.#minutes,
        age: at - job.buildStart,
      })
    );
  }

  #advance(host: Host, at: number): void {
    for (const job of host.active) {
      job.borne += this.#hazard(host, job, job.last + 1e-9) * (at - job.last);
      job.last = at;
    }
  }

  /** The next thing that happens on the host: an end, a failure, or a moment at which a hazard changes. */
  #planNext(host: Host): void {
    host.plan++;
    const offers: Offer[] = [];
    for (const job of host.active) {
      const offer = (at: number, kind: Offer['kind']): void => {
        offers.push({ at, kind, job });
      };
      offer(job.end, 'end');
      if (job.buildStart > job.last) offer(job.buildStart, 'tick');
      const change = job.buildStart + (this.#world.ageBreak ?? 0);
      if (this.#world.ageBreak !== undefined && change > job.last) offer(change, 'tick');
      const hazard = this.#hazard(host, job, job.last + 1e-9);
      if (hazard > 0) offer(job.last + (job.endurance - job.borne) / hazard, 'fail');
    }
    const [first] = offers;
    if (first === undefined) return;
    const next = offers.reduce((best, each) => (each.at < best.at ? each : best), first);
    this.#events.push({ ...next, host, plan: host.plan });
  }

  #finish(host: Host, job: Running, at: number, reset: boolean): void {
    const random = this.#random;
    const { arrival } = job;
    host.active = host.active.filter((other) => other !== job);
    host.slots.push(job.slot);
    const failed = reset || job.other;
    // A sighting that is not the cause: it is not told to the analysis, but takes its random numbers.
    if (!failed && arrival.builds && random() < 0.01) random();
    this.#done.push({
      engine: host.name,
      job: `${arrival.place.repository}/${arrival.job}`,
      repository: arrival.place.repository,
      version: job.version,
      start: seconds(job.buildStart),
      end: seconds(at),
      first: arrival.attempt === 1,
      failedAt: reset ? seconds(at - 0.01) : null,
      weight: 1,
      origin: null,
      startedAt: job.startedAt,
      builds: arrival.builds,
    });
    if (failed && arrival.attempt < 4 && random() < (reset ? 0.75 : 0.25)) {
      const again = { ...arrival, attempt: arrival.attempt + 1 };
      this.#events.push({ at: at + 1 + this.#exponential() * 15, kind: 'arrival', arrival: again });
    }
  }

  #start(host: Host, arrival: Arrival, at: number): void {
    const random = this.#random;
    this.#advance(host, at);
    const slot = host.slots.pop() ?? 0;
    const { pinned } = this.#world;
    const own = pinned?.repository === arrival.place.repository && arrival.builds;
    const version =
      own && pinned !== undefined
        ? pinned.draw(random)
        : hostVersion(host.rollOut, at / this.#minutes);
    const setup = 0.2 + 0.4 * random();
    const normal = (): number =>
      Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const length = arrival.builds
      ? Math.min(90, arrival.place.minutes * Math.exp(0.45 * normal()))
      : 1 + random();
    let endurance = this.#exponential();
    let end = at + setup + length;
    let other = false;
    if (arrival.broken) {
      endurance = 1;
      end = at + setup + length * (0.2 + 0.6 * random());
    } else if (random() < 0.04) {
      other = true;
      end = at + setup + length * random();
    }
    const buildStart = at + setup;
    const deterministic = arrival.broken;
    host.active.push({
      arrival,
      slot,
      version,
      buildStart,
      end,
      other,
      deterministic,
      endurance,
      borne: 0,
      startedAt: at,
      last: at,
    });
    this.#planNext(host);
  }

  /** Waiting jobs go to hosts with a free slot; busy hosts attract more. */
  #dispatch(at: number): void {
    for (let i = 0; i < this.#queue.length; i++) {
      const arrival = this.#queue[i];
      if (arrival === undefined) break;
      const long = arrival.place.minutes >= 10;
      const fit = this.#hosts.filter(
        ({ slots, busy }) => slots.length > 0 && (this.#world.longOnBusy !== true || busy === long),
      );
      if (fit.length === 0) continue;
      this.#queue.splice(i--, 1);
      const weightOf = ({ busy, active }: Host): number =>
        (busy ? (this.#world.busyWeight ?? 3) : 1) * (1 + 1.5 * active.length);
      const all = fit.reduce((sum, host) => sum + weightOf(host), 0);
      this.#start(pick(fit, this.#random() * all, weightOf), arrival, at);
    }
  }
}
