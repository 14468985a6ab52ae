/** From the lines of all jobs to the sums that reports count with: engine by engine, since a load is an engine's own. */
import { conventions } from '../analysis/conventions.ts';
import {
  circumstancesOf,
  ExposureSums,
  levels,
  loadOf,
  type Build,
  type Load,
  type MinuteTable,
} from '../analysis/exposure.ts';
import { hostedMachine } from '../model/host.ts';
import { readCollisions } from '../store/collisions.ts';
import type { CountedLine } from '../store/counted-jobs.ts';
import {
  buildPages,
  readLines,
  readShared,
  readWhole,
  type CountedBuild,
  type Numbered,
  type Shared,
} from '../store/read-counted.ts';
import type { MinuteSums, Totals } from '../store/roll-up-rows.ts';
import { hasRollUps } from '../store/roll-ups.ts';
import type { Db } from '../store/store.ts';
import { RollUpWriter } from '../store/write-roll-ups.ts';
import { countOutdatedJobs, isFirst, keyOf } from './history-jobs.ts';
import { daemonsOn, nameOf, sharers } from './load-levels.ts';
import type { LoadLevel } from './names.ts';
import { passesElsewhere } from './passes-elsewhere.ts';
import {
  BinSums,
  BuildSums,
  HourSums,
  othersAtStart,
  SpanSums,
  type Counted,
} from './roll-up-sums.ts';
import { keptSpan, spanOf } from './spans.ts';

/**
 * Brings the sums up to date; without a change since they were made there is nothing to do. Call inside a transaction,
 * after the last write to what they rest on. Whether they were made anew.
 */
export function updateRollUps(db: Db, haveCollisionsChanged: boolean): boolean {
  const changed = countOutdatedJobs(db);
  if (changed === 0 && !haveCollisionsChanged && hasRollUps(db)) return false;
  rollUp(db, linkedJobs(db));
  return true;
}

/** Jobs, by their keys, that a collision names as what was hit or as the one that did it. */
export function linkedJobs(db: Db): Set<string> {
  return new Set(
    readCollisions(db).flatMap((row) => [keyOf(row), `${row.culprit_host}/${row.culprit_job_id}`]),
  );
}

const linesAtOnce = 1000;

/** Where sums go, what load is counted on, and where the logs are that tell daemons apart. */
interface Wanted {
  readonly into: Db;
  readonly level: LoadLevel;
  readonly logs: Db;
}

/** Makes roll-ups anew from the lines of the `counted_jobs` of `db`. Call inside a transaction. */
export function rollUp(
  db: Db,
  linked: ReadonlySet<string>,
  { into, level, logs }: Wanted = { into: db, level: 'engine', logs: db },
): void {
  const { begin, firstStart, lastStart, ...totals } = readWhole(db);
  const span = spanOf((lastStart ?? 0) - (firstStart ?? 0));
  const shared = readShared(db);
  const sums = new Sums({ lines: db, into, shared, linked, begin: begin ?? 0, span });
  for (const { name, places } of sharers(shared, level)) {
    sums.add(
      places.flatMap((place) => [...buildPages(db, place)].flat()),
      level === 'daemon' ? daemonsOn(name, shared, logs) : () => name,
    );
    sums.write();
  }
  for (const place of shared.places) {
    const isHosted = place.engine === hostedMachine;
    if (!isHosted && nameOf(place, level) !== null) continue;
    for (const page of buildPages(db, place.id)) {
      for (const line of page) sums.add([line], isHosted ? keyOf : () => null);
    }
    sums.write();
  }
  sums.finish({ ...totals, span });
}

interface Summed {
  readonly lines: Db;
  readonly into: Db;
  readonly shared: Shared;
  readonly linked: ReadonlySet<string>;
  readonly begin: number;
  readonly span: number;
}

class Sums {
  readonly #db: Db;
  readonly #writer: RollUpWriter;
  readonly #shared: Shared;
  readonly #linked: ReadonlySet<string>;
  readonly #linkedIds: ReadonlySet<number>;
  readonly #passedElsewhere: (line: CountedLine) => boolean;
  readonly #begin: number;
  readonly #ranks: Readonly<Record<'setups' | 'works' | 'places', ReadonlyMap<number, number>>>;
  readonly #exposure: ExposureSums;
  readonly #builds = new BuildSums();
  readonly #bins = new BinSums();
  readonly #hours = new HourSums();
  readonly #spans: SpanSums;
  /** Those of which the whole line is needed, which is read for many at a time. */
  readonly #looked: { readonly counted: CountedWork; readonly load: Load }[] = [];

  constructor({ lines, into, shared, linked, begin, span }: Summed) {
    this.#db = lines;
    this.#writer = new RollUpWriter(into);
    this.#passedElsewhere = passesElsewhere(lines, shared);
    this.#shared = shared;
    this.#linked = linked;
    this.#linkedIds = new Set([...linked].map((key) => Number(key.split('/').at(-1))));
    this.#begin = begin;
    this.#exposure = new ExposureSums(begin);
    this.#spans = new SpanSums(keptSpan(span));
    const { setups, works, places } = shared;
    this.#ranks = { setups: ranksOf(setups), works: ranksOf(works), places: ranksOf(places) };
  }

  /** All jobs that may share a load, and what each shares it on. Null is for what nothing tells. */
  add(lines: readonly CountedBuild[], sharedOn: (line: CountedBuild) => string | null): void {
    const all = lines.map((line) => this.#counted(sharedOn(line), line));
    const builds = all.flatMap(({ build }) => build ?? []);
    const load = loadOf(builds);
    for (const counted of all) {
      const { line, build, place } = counted;
      if (line.built === 1) {
        this.#builds.add(counted, load);
        this.#bins.add(counted);
        this.#hours.add(counted);
        if (line.failed === 0) this.#spans.add(line, null);
      }
      const where = builds.length > 1 ? String(place) : null;
      if (build !== null) this.#exposure.add(build, load, where);
      if (line.failed === 1 || !isFirst(line) || this.#linkedIds.has(line.job_id)) {
        this.#looked.push({ counted, load });
        if (this.#looked.length === linesAtOnce) this.#keepLooked();
      }
    }
  }

  #counted(sharedOn: string | null, line: CountedBuild): CountedWork {
    const { setups, works, places } = this.#ranks;
    const setup = setups.get(line.setup) ?? 0;
    const work = works.get(line.work) ?? 0;
    const place = places.get(line.place) ?? 0;
    // On an engine that is known, but nothing tells with whom it shared: in no comparison.
    const isLost = sharedOn === null && this.#shared.places[place]?.engine !== null;
    return {
      line,
      build: isLost ? null : buildOf(line, sharedOn, work, setup),
      repository: this.#shared.works[work]?.repository ?? 'unknown',
      work,
      setup,
      place,
    };
  }

  #keepLooked(): void {
    const looked = this.#looked.splice(0);
    const keys = looked.map(({ counted }) => counted.line);
    for (const [index, line] of readLines(this.#db, keys).entries()) {
      const one = looked[index];
      if (one !== undefined) this.#keep(one.counted, one.load, line);
    }
  }

  /** Takes a job into those that reports look at one by one. */
  #keep({ build, work, setup, place }: CountedWork, load: Load, line: CountedLine): void {
    const linked = this.#linked.has(keyOf(line));
    if (line.failed === 1 && line.built === 1) this.#spans.add(line, line);
    if (line.failed === 0 && isFirst(line) && !linked) return;
    const when = momentOf(build, line, load, this.#begin);
    this.#writer.add('rolled_jobs', [
      {
        host: line.host,
        job_id: line.job_id,
        work,
        setup,
        place,
        run_id: line.run_id,
        attempt: line.attempt,
        status: line.status,
        cause: line.cause,
        blame: line.blame,
        started_at: line.started_at,
        built: line.built,
        failed: line.failed,
        canceled: line.canceled,
        ownership: line.ownership,
        window_start: line.window_start,
        window_end: line.window_end,
        failed_at: line.failed_at,
        weight: line.weight,
        moment: when?.at ?? null,
        others: when?.others ?? null,
        band: when?.band ?? null,
        week: when?.week ?? null,
        others_at_start: build === null ? null : othersAtStart(build, load),
        passed_elsewhere: Number(this.#passedElsewhere(line)),
        linked: Number(linked),
      },
    ]);
  }

  /** Writes what is an engine's or a place's own: nothing that is added later changes it. */
  write(): void {
    this.#keepLooked();
    this.#writer.add('rolled_builds', this.#builds.take());
    for (const table of this.#exposure.takeByEngine()) {
      const place = Number(table.whose.engine);
      this.#writer.addMinutes('rolled_minutes_by_engine', sumsOf(table, place));
    }
  }

  finish(totals: Totals): void {
    const { setups, works, places } = this.#shared;
    this.#writer.add('rolled_setups', setups);
    this.#writer.add('rolled_works', works);
    this.#writer.add('rolled_places', places);
    this.#writer.add('rolled_bins', this.#bins.all());
    this.#writer.add('rolled_hours', this.#hours.all());
    this.#writer.add('rolled_spans', this.#spans.all());
    for (const table of this.#exposure.byWeek()) {
      this.#writer.addMinutes('rolled_minutes_by_week', sumsOf(table, table.whose.week));
    }
    this.#writer.finish(totals);
  }
}

interface CountedWork extends Counted {
  readonly work: number;
}

function ranksOf(values: readonly Numbered[]): Map<number, number> {
  return new Map(values.map(({ id }, rank) => [id, rank]));
}

/** What the analysis is told of a job; null where it did not build, or nothing tells when. */
function buildOf(
  line: CountedBuild,
  engine: string | null,
  work: number,
  setup: number,
): Build | null {
  const { window_start: start, window_end: end, weight } = line;
  if (start === null || end === null || line.built === 0) return null;
  return {
    start,
    end,
    engine,
    weight,
    first: isFirst(line),
    job: String(work),
    repository: '',
    version: String(setup),
    failedAt: null,
    origin: null,
  };
}

/** One row for each band in which there was time. */
function sumsOf({ whose, minutes }: MinuteTable, where: number): MinuteSums[] {
  return conventions.ageBands.flatMap((_, band): MinuteSums[] => {
    const own = Array.from(minutes.subarray(band * levels, (band + 1) * levels));
    if (own.every((sum) => sum === 0)) return [];
    return [{ work: Number(whose.job), where, setup: Number(whose.version), band, minutes: own }];
  });
}

/** Under which circumstances it failed; null unless it failed while it built on a known engine. */
function momentOf(
  build: Build | null,
  { failed, failed_at: failedAt }: CountedLine,
  load: Load,
  begin: number,
): ReturnType<typeof circumstancesOf> | null {
  if (build === null || failed === 0) return null;
  const { engine, end } = build;
  if (engine === null) return null;
  return circumstancesOf({ ...build, engine, failedAt: failedAt ?? end }, load, begin);
}
