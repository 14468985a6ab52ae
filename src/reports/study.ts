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
import type { MinuteSums, RolledCase, Setup } from '../store/roll-up-rows.ts';
import { hostedMachine } from '../model/host.ts';
import { isFirst, keyOf } from './history-jobs.ts';
import { groupBy, numberOf, once, type Builds, type History, type KnownJob } from './history.ts';

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
  /** Minutes within weeks and within engines, by the number of the stratum. */
  readonly weekCells: () => ReadonlyMap<number, readonly ExposureCell[]>;
  readonly engineCells: () => ReadonlyMap<number, readonly ExposureCell[]>;
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
    weekCells: once(() => strataOf(history, versions, history.byWeek(), 'week')),
    engineCells: once(() => strataOf(history, versions, history.byPlace(), 'engine')),
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
  return studyWhere(
    history,
    exposed,
    history.infraCases().filter((each) => each.cause === cause),
  );
}

const controls = new WeakMap<Exposed, Study>();

/** The failures of the change itself, which neither the component nor the load can bring about. */
export function controlStudy(history: History, exposed: Exposed): Study {
  let control = controls.get(exposed);
  if (control === undefined) {
    control = studyWhere(history, exposed, history.codeCases());
    controls.set(exposed, control);
  }
  return control;
}

function studyWhere(history: History, exposed: Exposed, failures: readonly RolledCase[]): Study {
  const origins = new Map(
    history.collisions.flatMap((row): [string, string][] =>
      row.culprit_job_id === null
        ? []
        : [[keyOf(row), `${row.culprit_host}/${row.culprit_job_id}/${row.removed_line}`]],
    ),
  );
  const { versions } = exposed;
  const { works, places } = history;
  const cases = failures.map((failure): Case => {
    const { work, setup, place, start, at, others, band, week } = failure;
    const { engine, machine } = places[place] ?? {};
    return {
      version: versions[setup] ?? unknownVersion,
      job: String(work),
      repository: works[work]?.repository ?? 'unknown',
      engine: machine === hostedMachine ? keyOf(failure) : (engine ?? ''),
      start,
      at,
      others,
      band,
      week,
      origin: origins.get(keyOf(failure)) ?? null,
    };
  });
  // Strata without a case say nothing, and most have none.
  const numbers = enginesIn(history);
  const weekStrata = new Set(cases.map(({ job, band, week }) => stratum(Number(job), band, week)));
  const engineStrata = new Set(
    failures.map(({ work, band, place }) => stratum(work, band, numbers[place] ?? -1)),
  );
  return {
    ...exposed,
    cases,
    byWeek: () => cellsOf(exposed.weekCells(), weekStrata),
    byEngine: () => cellsOf(exposed.engineCells(), engineStrata),
  };
}

function* cellsOf(
  strata: ReadonlyMap<number, readonly ExposureCell[]>,
  asked: Iterable<number>,
): Generator<ExposureCell> {
  for (const each of asked) yield* strata.get(each) ?? [];
}

/** One number for each engine, by place: that of its first place. */
function enginesIn({ places }: History): number[] {
  const first = new Map<string | null, number>();
  for (const [place, { engine }] of places.entries()) {
    if (!first.has(engine)) first.set(engine, place);
  }
  return places.map(({ engine }) => first.get(engine) ?? -1);
}

/** Minutes by stratum, and in it by version and load: what several setups of one version and places of one engine add up to. */
function strataOf(
  history: History,
  versions: readonly string[],
  rows: readonly MinuteSums[],
  by: 'week' | 'engine',
): Map<number, ExposureCell[]> {
  const engines = by === 'engine' ? enginesIn(history) : [];
  const strata = new Map<number, (ExposureCell & { minutes: number })[]>();
  for (const sums of rows) {
    const where = by === 'week' ? sums.where : (engines[sums.where] ?? -1);
    const key = stratum(sums.work, sums.band, where);
    let own = strata.get(key);
    if (own === undefined) strata.set(key, (own = []));
    const engine = by === 'week' ? '' : (history.places[where]?.engine ?? '');
    for (const cell of cellsIn(history, versions, sums, {
      engine,
      week: by === 'week' ? where : -1,
    })) {
      const same = own.find(
        ({ version, others }) => version === cell.version && others === cell.others,
      );
      if (same === undefined) own.push(cell);
      else same.minutes += cell.minutes;
    }
  }
  return strata;
}

/** One number for a job, an age and a week or engine; exact below 2⁵³. */
function stratum(work: number, band: number, where: number): number {
  return (where * conventions.ageBands.length + band) * 2 ** 20 + work;
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
