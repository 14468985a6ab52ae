/** When work arrives: pushes in bursts, mostly in working hours. */
import type { Repository, World } from './world.ts';

/** A job that waits for a slot. */
export interface Arrival {
  at: number;
  readonly place: Repository;
  readonly commit: string;
  readonly broken: boolean;
  readonly job: string;
  readonly attempt: number;
  readonly builds: boolean;
}

/** Pushes of one to four builds each, and a job that does not build, until there are enough. */
export function pushes(
  { broken: share }: World,
  places: readonly Repository[],
  count: number,
  minutes: number,
  random: () => number,
): Arrival[] {
  const all: Arrival[] = [];
  const weights = places.reduce((sum, { weight }) => sum + weight, 0);
  let made = 0;
  while (made < count * 1.02 + 20) {
    let at = random() * minutes;
    while (random() > activity(at)) at = random() * minutes;
    const place = pick(places, random() * weights, ({ weight }) => weight);
    const jobs = 1 + Math.floor(random() * 4);
    const parts = Array.from({ length: 4 }, () => Math.floor(random() * 65536));
    const commit = parts.map((part) => part.toString(16).padStart(4, '0')).join('');
    const broken = share !== undefined && random() < share * 2.5;
    for (let i = 0; i < jobs; i++) {
      const job = `build-${'abcd'[i] ?? ''}`;
      const common = { place, commit, job, attempt: 1, builds: true };
      all.push({ at: at + random() * 0.2, broken: broken && i === 0, ...common });
      made++;
    }
    all.push({ at, place, commit, broken: false, job: 'lint', attempt: 1, builds: false });
  }
  return all;
}

function activity(at: number): number {
  const hour = (at % 1440) / 60;
  const weekend = Math.floor(at / 1440) % 7 > 4;
  return (weekend ? 0.15 : 1) * (hour >= 8 && hour < 18 ? 1 : 0.12);
}

/** The item that `at` falls on when each takes its weight of room. */
export function pick<T>(items: readonly T[], at: number, weightOf: (item: T) => number): T {
  let rest = at;
  for (const item of items) {
    if (rest < weightOf(item)) return item;
    rest -= weightOf(item);
  }
  const last = items.at(-1);
  if (last === undefined) throw new Error('nothing to pick from');
  return last;
}
