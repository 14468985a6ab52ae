/** From the history to the plain values that the analysis takes: minutes of one component's versions, failures of one cause. */
import { associate, type Association } from '../analysis/association.ts';
import { Strata, type MinuteRows } from '../analysis/strata.ts';
import {
  arrivalsOf,
  levelOf,
  minutesByCode,
  minutesByVersion,
  unknownVersion,
  type Case,
  type Study,
} from '../analysis/study.ts';
import { proportion, type Proportion } from '../analysis/proportion.ts';
import { groupSurroundings, hourOf, type Groups } from '../analysis/surroundings.ts';
import type { MinuteColumns, RolledCase, Setup } from '../store/roll-up-rows.ts';
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

/** What holds whatever the component and the cause. */
interface Whole extends Pick<
  Study,
  'byJob' | 'byWeek' | 'byEngine' | 'bins' | 'surroundings' | 'builds' | 'withoutEngine'
> {
  /** Minutes by setup, and in it by the number of others. */
  readonly minutes: Float64Array;
  readonly placed: readonly Builds[];
  /** One number for each engine, by place. */
  readonly engines: readonly number[];
}

const wholes = new WeakMap<History, Whole>();

function wholeOf(history: History): Whole {
  const before = wholes.get(history);
  if (before !== undefined) return before;
  const weeks = once(() => rowsOf(history.byWeek()));
  const engines = enginesIn(history);
  const placed = history.all.filter(isCompared);
  const whole: Whole = {
    minutes: minutesByCode(weeks(), history.setups.length),
    byJob: once(() => new Strata(weeks(), 'job')),
    byWeek: once(() => new Strata(weeks(), 'week')),
    byEngine: once(() => {
      const rows = rowsOf(history.byPlace());
      const wheres = rows.wheres.map((place) => engines[place] ?? -1);
      return new Strata({ ...rows, wheres }, 'engine');
    }),
    engines,
    placed,
    bins: binsOf(history),
    surroundings: once(() => surroundingsIn(history)),
    builds: weightOf(placed),
    withoutEngine: numberOf(
      history.all.filter((builds) => builds.isFirst && builds.place.engine === null),
    ),
  };
  wholes.set(history, whole);
  return whole;
}

/** The analysis speaks of versions by code, and here that is the setup. */
function rowsOf({ works, setups, ...columns }: MinuteColumns): MinuteRows {
  return { jobs: works, versions: setups, ...columns };
}

function surroundingsIn(history: History): Groups {
  const builds = history.bySurroundings().filter(isCompared);
  const hours = history.hours();
  return groupSurroundings([
    ...builds.map(({ repository, setup, place, minutes, weight }) => ({
      surroundings: {
        repository,
        host: place.machine,
        os: setup.os_image,
        driver: setup.driver,
      },
      minutes,
      builds: weight,
    })),
    ...hours.map(({ hour, minutes, weight }) => ({
      surroundings: { hour: String(hour) },
      minutes,
      builds: weight,
    })),
  ]);
}

/** Everything but the cause: asked once for each component. */
type Exposed = Omit<Study, 'cases'>;

const known = new WeakMap<History, Map<string, Exposed>>();

function exposedBy(history: History, component: Component): Exposed {
  let own = known.get(history);
  if (own === undefined) known.set(history, (own = new Map()));
  let exposed = own.get(component.key);
  if (exposed === undefined) own.set(component.key, (exposed = exposureOf(history, component)));
  return exposed;
}

function exposureOf(history: History, component: Component): Exposed {
  const whole = wholeOf(history);
  const named = history.setups.map((setup) => versionOf(setup, component));
  const level = levelOf(minutesByVersion(named, whole.minutes));
  return {
    ...whole,
    versions: named.map(level),
    arrivals: arrivalsIn(whole.placed, component),
  };
}

/** The levels of a component's version that are compared. */
export function comparedVersions(history: History, component: Component): string[] {
  return [...new Set(exposedBy(history, component).versions)];
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
export function studyOf(history: History, component: Component, cause: string): Study {
  return studyWhere(
    history,
    exposedBy(history, component),
    history.infraCases().filter((each) => each.cause === cause),
  );
}

const associations = new WeakMap<History, Map<string, Association>>();

/**
 * Is the cause associated with the component's version, or with the load? Held against the failures of the change itself,
 * which neither can bring about. Several reports ask it; it is computed once.
 */
export function associationOf(
  history: History,
  component: Component,
  cause: string,
  reference: string | null = null,
): Association {
  let own = associations.get(history);
  if (own === undefined) associations.set(history, (own = new Map()));
  const key = [component.key, cause, reference ?? ''].join('\n');
  let found = own.get(key);
  if (found === undefined) {
    found = associate(
      studyOf(history, component, cause),
      () => studyWhere(history, exposedBy(history, component), history.codeCases()),
      reference,
    );
    own.set(key, found);
  }
  return found;
}

function studyWhere(history: History, exposed: Exposed, failures: readonly RolledCase[]): Study {
  const origins = new Map(
    history.collisions.flatMap((row): [string, string][] =>
      row.culprit_job_id === null
        ? []
        : [[keyOf(row), `${row.culprit_host}/${row.culprit_job_id}/${row.removed_line}`]],
    ),
  );
  const { works, places, setups } = history;
  const { engines } = wholeOf(history);
  const cases = failures.map((failure): Case => {
    const { work, setup, place, start, at, others, band, week } = failure;
    const { engine, machine } = places[place] ?? {};
    const isAlone = machine === hostedMachine;
    return {
      version: setup,
      job: work,
      surroundings: {
        repository: works[work]?.repository ?? 'unknown',
        host: machine ?? null,
        os: setups[setup]?.os_image ?? null,
        driver: setups[setup]?.driver ?? null,
        hour: hourOf(start),
      },
      engine: isAlone ? keyOf(failure) : (engine ?? ''),
      place: isAlone ? -1 : (engines[place] ?? -1),
      start,
      at,
      others,
      band,
      week,
      origin: origins.get(keyOf(failure)) ?? null,
    };
  });
  return { ...exposed, cases };
}

/** One number for each engine, by place: that of its first place. */
function enginesIn({ places }: History): number[] {
  const first = new Map<string | null, number>();
  for (const [place, { engine }] of places.entries()) {
    if (!first.has(engine)) first.set(engine, place);
  }
  return places.map(({ engine }) => first.get(engine) ?? -1);
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
