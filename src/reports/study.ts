/** From the history to the plain values that the analysis takes: minutes of one component's versions, failures of one cause. */
import { conventions } from '../analysis/conventions.ts';
import {
  arrivalsOf,
  levelOf,
  overWeeks,
  unknownVersion,
  type Case,
  type Study,
} from '../analysis/study.ts';
import type { ExposureCell } from '../analysis/exposure.ts';
import { proportion, type Proportion } from '../analysis/proportion.ts';
import type { MinuteSums, Setup } from '../store/roll-up-rows.ts';
import { isFirst, keyOf } from './history-jobs.ts';
import { groupBy, numberOf, type Builds, type History, type KnownJob } from './history.ts';

export const components = [
  { key: 'buildkit', title: 'BuildKit' },
  { key: 'buildx', title: 'Buildx' },
  { key: 'docker_server', title: 'Docker Engine' },
  { key: 'runner_version', title: 'runner' },
] as const satisfies readonly { readonly key: keyof Setup; readonly title: string }[];

export type Component = (typeof components)[number];

/** The version of a component; unknown is a level. */
export function versionOf(setup: Setup, { key }: Pick<Component, 'key'>): string {
  return setup[key] ?? unknownVersion;
}

/** Everything but the cause: asked once for each component. */
export interface Exposed extends Omit<Study, 'cases' | 'byWeek' | 'byEngine'> {
  /** The level of each setup, by its number. */
  readonly versions: readonly string[];
  /** Versions with too few minutes are one level. */
  readonly level: (version: string) => string;
}

const known = new WeakMap<History, Map<string, Exposed>>();

export function exposedBy(history: History, component: Component): Exposed {
  let own = known.get(history);
  if (own === undefined) known.set(history, (own = new Map()));
  let exposed = own.get(component.key);
  if (exposed === undefined) own.set(component.key, (exposed = exposureOf(history, component)));
  return exposed;
}

function exposureOf(history: History, component: Component): Exposed {
  const named = history.setups.map((setup) => versionOf(setup, component));
  const minutes = new Map<string, number>();
  for (const sums of history.byWeek()) {
    const version = named[sums.setup] ?? unknownVersion;
    const own = sums.minutes.reduce((sum, each) => sum + each, 0);
    minutes.set(version, (minutes.get(version) ?? 0) + own);
  }
  const level = levelOf(minutes);
  const versions = named.map(level);
  const placed = history.all.filter(isCompared);
  return {
    versions,
    level,
    byJob: overWeeks(history.byWeek().flatMap((sums) => cellsIn(history, versions, sums))),
    bins: binsOf(history),
    arrivals: arrivalsIn(placed, component),
    repositories: new Map(
      [...groupBy(history.byRepository().filter(isCompared), ({ repository }) => repository)].map(
        ([name, builds]) => [name, weightOf(builds)],
      ),
    ),
    builds: weightOf(placed),
    withoutEngine: numberOf(
      history.all.filter((builds) => builds.isFirst && builds.place.engine === null),
    ),
  };
}

/** The cells of a row of minutes. */
function cellsIn(
  { works }: History,
  versions: readonly string[],
  { work, setup, band, minutes }: MinuteSums,
  where: { readonly engine: string; readonly week: number } = { engine: '', week: -1 },
): ExposureCell[] {
  const version = versions[setup] ?? unknownVersion;
  const repository = works[work]?.repository ?? 'unknown';
  const job = String(work);
  const cells: ExposureCell[] = [];
  for (const [others, sum] of minutes.entries()) {
    if (sum === 0) continue;
    const { engine, week } = where;
    cells.push({ version, job, repository, engine, week, band, others, minutes: sum, failures: 0 });
  }
  return cells;
}

/** First attempts with known times on a known engine. */
export function isCompared({ isFirst: first, place, start }: Builds): boolean {
  return first && place.engine !== null && start !== null;
}

function weightOf(builds: readonly Builds[]): number {
  return builds.reduce((sum, { weight }) => sum + weight, 0);
}

function binsOf({ bins }: History): Study['bins'] {
  const merged = new Map<number, { start: number; builds: number; failures: number }>();
  for (const { start, builds } of bins) {
    const bin = merged.get(start);
    if (bin === undefined) merged.set(start, { start, builds, failures: 0 });
    else bin.builds += builds;
  }
  return [...merged.values()];
}

/** When each version came to each engine. */
export function arrivalsIn(
  builds: readonly Builds[],
  component: Component,
): ReturnType<typeof arrivalsOf> {
  return arrivalsOf(
    builds.flatMap(({ setup, place: { engine }, start }) =>
      engine === null || start === null
        ? []
        : [{ version: versionOf(setup, component), engine, start }],
    ),
  );
}

/** The failures of a cause, with the component's versions. */
export function studyOf(
  history: History,
  component: Component,
  cause: string,
  exposed: Exposed = exposedBy(history, component),
): Study {
  const jobs = history.infra().filter((job) => job.cause === cause);
  return studyWhere(history, component, exposed, jobs);
}

/** The failures of the change itself, which neither the component nor the load can bring about. */
export function controlStudy(history: History, component: Component, exposed: Exposed): Study {
  const jobs = history.jobs().filter((job) => job.blame === 'code');
  return studyWhere(history, component, exposed, jobs);
}

function studyWhere(
  history: History,
  component: Component,
  exposed: Exposed,
  jobs: readonly KnownJob[],
): Study {
  const origins = new Map(
    history.collisions.flatMap((row): [string, string][] =>
      row.culprit_job_id === null
        ? []
        : [[keyOf(row), `${row.culprit_host}/${row.culprit_job_id}/${row.removed_line}`]],
    ),
  );
  const { versions, level } = exposed;
  const numbers = new Map(history.works.map((work, number) => [workName(work), String(number)]));
  const cases = jobs.flatMap((job): Case[] => {
    const { circumstances: when, window, engine } = job;
    if (!job.failed || !isFirst(job)) return [];
    if (when === null || window === null || engine === null) return [];
    return [
      {
        ...when,
        version: level(versionOf(job, component)),
        job: numbers.get(workName(job)) ?? '',
        repository: job.repository ?? 'unknown',
        engine,
        start: window.start,
        origin: origins.get(keyOf(job)) ?? null,
      },
    ];
  });
  // Strata without a case say nothing, and most have none.
  const engineNumbers = new Map(history.places.map(({ engine }, number) => [engine, number]));
  const engines = history.places.map(({ engine }) => engineNumbers.get(engine) ?? -1);
  const weekStrata = new Set(cases.map(({ job, band, week }) => stratum(Number(job), band, week)));
  const engineStrata = new Set(
    cases.map(({ job, band, engine }) =>
      stratum(Number(job), band, engineNumbers.get(engine) ?? -1),
    ),
  );
  return {
    ...exposed,
    cases,
    byWeek: function* () {
      for (const sums of history.byWeek()) {
        const { work, band, where } = sums;
        if (!weekStrata.has(stratum(work, band, where))) continue;
        yield* cellsIn(history, versions, sums, { engine: '', week: where });
      }
    },
    byEngine: function* () {
      for (const sums of history.byPlace()) {
        const { work, band, where } = sums;
        if (!engineStrata.has(stratum(work, band, engines[where] ?? -1))) continue;
        const engine = history.places[where]?.engine ?? '';
        yield* cellsIn(history, versions, sums, { engine, week: -1 });
      }
    },
  };
}

/** One number for a job, an age and a week or engine; exact below 2⁵³. */
function stratum(work: number, band: number, where: number): number {
  return (where * conventions.ageBands.length + band) * 2 ** 20 + work;
}

function workName({ host, repository, workflow, job }: History['works'][number]): string {
  return JSON.stringify([host, repository, workflow, job]);
}

/** Failed builds of a cause among first attempts. */
export function casesOf({ infra }: History, cause: string): KnownJob[] {
  return infra().filter((job) => job.cause === cause && job.built && job.failed && isFirst(job));
}

/** Failures of a cause among builds, of as many as those stand for. */
export function rateAmong(failures: number, builds: readonly Builds[]): Proportion {
  return proportion(failures, Math.max(failures, numberOf(builds)));
}

/** The infrastructure causes with most failed builds: those that a version, a host or the load could be blamed for. */
export function leadingCauses({ infra }: History, most: number): string[] {
  const built = infra().filter((job) => job.built);
  return [...groupBy(built, ({ cause }) => cause ?? '')]
    .filter(([cause]) => cause !== '')
    .toSorted(([a, left], [b, right]) => right.length - left.length || (a < b ? -1 : 1))
    .slice(0, most)
    .map(([cause]) => cause);
}

/** Minutes as an ISO moment to the second. */
export function toInstant(minutes: number): string {
  return `${new Date(Math.round(minutes * 60) * 1000).toISOString().slice(0, 19)}Z`;
}

/** `0.034`, `<0.001`. */
export function toP(p: number): string {
  return p < 0.001 ? '<0.001' : p.toPrecision(2);
}
