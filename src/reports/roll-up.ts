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
  readLine,
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
import { passesElsewhere } from './passes-elsewhere.ts';
import { BinSums, BuildSums, othersAtStart, SpanSums, type Counted } from './roll-up-sums.ts';
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

/** Makes the roll-ups of `db` anew from the lines of its `counted_jobs`. Call inside a transaction. */
export function rollUp(db: Db, linked: ReadonlySet<string>): void {
  const { begin, firstStart, lastStart, ...totals } = readWhole(db);
  const span = spanOf((lastStart ?? 0) - (firstStart ?? 0));
  const shared = readShared(db);
  const sums = new Sums(db, shared, linked, { begin: begin ?? 0, span });
  for (const { engine, places } of enginesOf(shared)) {
    sums.add(
      engine,
      places.flatMap((place) => [...buildPages(db, place)].flat()),
    );
    sums.write();
  }
  for (const { id, engine } of shared.places) {
    if (engine !== hostedMachine && engine !== null) continue;
    for (const page of buildPages(db, id)) {
      for (const line of page) sums.add(engine === null ? null : keyOf(line), [line]);
    }
    sums.write();
  }
  sums.finish({ ...totals, span });
}

/** Engines that serve several jobs, with the places under which they are known. */
function enginesOf({ places }: Shared): { engine: string; places: number[] }[] {
  const engines = new Map<string, number[]>();
  for (const { id, engine } of places) {
    if (engine === null || engine === hostedMachine) continue;
    const own = engines.get(engine);
    if (own === undefined) engines.set(engine, [id]);
    else own.push(id);
  }
  return [...engines].map(([engine, own]) => ({ engine, places: own }));
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
  readonly #placeOfEngine: ReadonlyMap<string | null, number>;
  readonly #exposure: ExposureSums;
  readonly #builds = new BuildSums();
  readonly #bins = new BinSums();
  readonly #spans: SpanSums;

  constructor(
    db: Db,
    shared: Shared,
    linked: ReadonlySet<string>,
    { begin, span }: { readonly begin: number; readonly span: number },
  ) {
    this.#db = db;
    this.#writer = new RollUpWriter(db);
    this.#passedElsewhere = passesElsewhere(db, shared);
    this.#shared = shared;
    this.#linked = linked;
    this.#linkedIds = new Set([...linked].map((key) => Number(key.split('/').at(-1))));
    this.#begin = begin;
    this.#exposure = new ExposureSums(begin);
    this.#spans = new SpanSums(keptSpan(span));
    const { setups, works, places } = shared;
    this.#ranks = { setups: ranksOf(setups), works: ranksOf(works), places: ranksOf(places) };
    this.#placeOfEngine = new Map(places.map(({ engine }, rank) => [engine, rank]));
  }

  /** All jobs of one engine; any number of those whose engine is not known. */
  add(engine: string | null, lines: readonly CountedBuild[]): void {
    const all = lines.map((line) => this.#counted(engine, line));
    const load = loadOf(all.flatMap(({ build }) => build ?? []));
    for (const counted of all) {
      const { line, build } = counted;
      if (line.built === 1) {
        this.#builds.add(counted, load);
        this.#bins.add(counted);
        if (line.failed === 0) this.#spans.add(line, null);
      }
      if (build !== null) this.#exposure.add(build, load);
      if (line.failed === 1 || !isFirst(line) || this.#linkedIds.has(line.job_id)) {
        this.#keep(counted, load);
      }
    }
  }

  #counted(engine: string | null, line: CountedBuild): CountedWork {
    const setup = this.#ranks.setups.get(line.setup) ?? 0;
    const work = this.#ranks.works.get(line.work) ?? 0;
    return {
      line,
      build: buildOf(line, engine, work, setup),
      repository: this.#shared.works[work]?.repository ?? 'unknown',
      work,
      setup,
      place: this.#ranks.places.get(line.place) ?? 0,
    };
  }

  /** Takes a job into those that reports look at one by one. */
  #keep({ line: part, build, work, setup, place }: CountedWork, load: Load): void {
    const line = readLine(this.#db, part);
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
    this.#writer.add('rolled_builds', this.#builds.take());
    for (const table of this.#exposure.takeByEngine()) {
      const place = this.#placeOfEngine.get(table.whose.engine) ?? 0;
      this.#writer.addMinutes('rolled_minutes_by_engine', sumsOf(table, place));
    }
  }

  finish(totals: Totals): void {
    const { setups, works, places } = this.#shared;
    this.#writer.add('rolled_setups', setups);
    this.#writer.add('rolled_works', works);
    this.#writer.add('rolled_places', places);
    this.#writer.add('rolled_bins', this.#bins.all());
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
