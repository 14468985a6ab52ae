/**
 * Time at risk and failures, sorted for comparison: cells of equal covariates within strata of equal circumstances. In flat
 * arrays, since there are hundreds of thousands of cells, and sorted once, whatever version or cause is asked for.
 */
import { conventions } from './conventions.ts';
import { levels, shortest } from './exposure.ts';

/** Minutes of builds that are alike: a row for each job, age and version, in one week or on one engine. */
export interface MinuteRows {
  readonly jobs: Int32Array;
  /** The week's number, or the engine's. */
  readonly wheres: Int32Array;
  /** Codes of versions; several may be of one. */
  readonly versions: Int32Array;
  readonly bands: Int32Array;
  /** Alone, beside one other build, and so on: `levels` for each row. */
  readonly minutes: Float64Array;
}

/** What a failure is compared within, and what is compared. */
export interface Placed {
  readonly job: number;
  readonly band: number;
  readonly week: number;
  /** The number of its engine; −1 if that ran nothing to compare it with. */
  readonly place: number;
  /** A code, as in the minutes. */
  readonly version: number;
  readonly others: number;
}

/** Within jobs of one age, or there within one week, or on one engine. */
export type Circumstance = 'job' | 'week' | 'engine';

export class Strata {
  readonly #rows: MinuteRows;
  readonly #by: Circumstance;
  readonly #numbers = new Map<number, number>();
  /** Rows in the order of their strata, and where each of those begins. */
  readonly #order: Int32Array;
  readonly #starts: Int32Array;

  constructor(rows: MinuteRows, by: Circumstance) {
    this.#rows = rows;
    this.#by = by;
    const { jobs, bands, wheres } = rows;
    const strata = new Int32Array(jobs.length);
    for (let row = 0; row < jobs.length; row++) {
      const where = by === 'job' ? 0 : (wheres[row] ?? 0);
      const key = keyOf(jobs[row] ?? 0, bands[row] ?? 0, where);
      let number = this.#numbers.get(key);
      if (number === undefined) this.#numbers.set(key, (number = this.#numbers.size));
      strata[row] = number;
    }
    const starts = new Int32Array(this.#numbers.size + 1);
    for (const stratum of strata) starts[stratum + 1] = (starts[stratum + 1] ?? 0) + 1;
    for (let s = 1; s < starts.length; s++) starts[s] = (starts[s] ?? 0) + (starts[s - 1] ?? 0);
    const next = starts.slice();
    this.#order = new Int32Array(jobs.length);
    for (const [row, stratum] of strata.entries()) {
      const place = next[stratum] ?? 0;
      this.#order[place] = row;
      next[stratum] = place + 1;
    }
    this.#starts = starts;
  }

  /**
   * The cells of all strata with a failure. Strata in which all covariates are alike say nothing on the coefficients and are
   * left out. Null where none is left.
   */
  design(failures: Iterable<Placed>, patterns: Patterns): Design | null {
    const cells = new GrowingDesign(patterns);
    for (const [stratum, own] of this.#byStratum(failures)) {
      for (let i = this.#starts[stratum] ?? 0; i < (this.#starts[stratum + 1] ?? 0); i++) {
        cells.addRow(this.#rows, this.#order[i] ?? 0);
      }
      for (const { version, others } of own) cells.addFailure(version * levels + others);
      cells.endStratum();
    }
    return cells.all();
  }

  #byStratum(failures: Iterable<Placed>): Map<number, Placed[]> {
    const groups = new Map<number, Placed[]>();
    for (const failure of failures) {
      const { job, band, week, place } = failure;
      const where = { job: 0, week, engine: place }[this.#by];
      const stratum = this.#numbers.get(keyOf(job, band, where));
      if (stratum === undefined) continue;
      const group = groups.get(stratum);
      if (group === undefined) groups.set(stratum, [failure]);
      else group.push(failure);
    }
    return groups;
  }
}

/** One number for a job, an age and a week or engine; exact below 2⁵³. */
function keyOf(job: number, band: number, where: number): number {
  return (where * conventions.ageBands.length + band) * 2 ** 20 + job;
}

/** The distinct covariates of cells: they depend on version and load only. */
export interface Patterns {
  /** Covariates of each pattern. */
  readonly size: number;
  /** One pattern after the other. */
  readonly covariates: Float64Array;
  /** The pattern of each code of a version, and in it of each number of others. */
  readonly of: Int32Array;
}

/** `make` asked for each version, by its code, and each number of others. */
export function patternsOf(
  versions: readonly string[],
  make: (version: string, others: number) => readonly number[],
): Patterns {
  const numbers = new Map<string, number>();
  const covariates: number[] = [];
  const of = new Int32Array(versions.length * levels);
  for (const [code, version] of versions.entries()) {
    for (let others = 0; others < levels; others++) {
      const own = make(version, others);
      const key = own.join(' ');
      let number = numbers.get(key);
      if (number === undefined) {
        numbers.set(key, (number = numbers.size));
        covariates.push(...own);
      }
      of[code * levels + others] = number;
    }
  }
  const size = numbers.size === 0 ? 0 : covariates.length / numbers.size;
  return { size, covariates: Float64Array.from(covariates), of };
}

/** All cells of all strata as flat arrays, for loops that run often. */
export interface Design extends Pick<Patterns, 'size' | 'covariates'> {
  /** The first cell of each stratum, and the number of all cells. */
  readonly starts: Int32Array;
  /** The pattern of each cell. */
  readonly patterns: Int32Array;
  readonly exposures: Float64Array;
  readonly events: Float64Array;
  /** Failures of each stratum. */
  readonly totals: Float64Array;
}

/** One cell after the other, for what is not asked often. */
export function* cellsOf({
  size,
  covariates,
  starts,
  patterns,
  exposures,
  events,
}: Design): Generator<{
  readonly stratum: number;
  readonly covariates: readonly number[];
  readonly failures: number;
  readonly exposure: number;
}> {
  for (let stratum = 0; stratum + 1 < starts.length; stratum++) {
    for (let c = starts[stratum] ?? 0; c < (starts[stratum + 1] ?? 0); c++) {
      const from = (patterns[c] ?? 0) * size;
      yield {
        stratum,
        covariates: [...covariates.subarray(from, from + size)],
        failures: events[c] ?? 0,
        exposure: exposures[c] ?? 0,
      };
    }
  }
}

/** Takes in stratum after stratum. */
export class GrowingDesign {
  readonly #patterns: Patterns;
  /** Of the stratum that is being taken in, by pattern. */
  readonly #minutes: Float64Array;
  readonly #failures: Float64Array;
  readonly #starts = [0];
  readonly #cells: number[] = [];
  readonly #exposures: number[] = [];
  readonly #events: number[] = [];
  readonly #totals: number[] = [];

  constructor(patterns: Patterns) {
    this.#patterns = patterns;
    const count = patterns.covariates.length / patterns.size;
    this.#minutes = new Float64Array(count);
    this.#failures = new Float64Array(count);
  }

  addRow({ versions, minutes }: MinuteRows, row: number): void {
    const first = (versions[row] ?? 0) * levels;
    for (let others = 0; others < levels; others++) {
      this.addMinutes(first + others, minutes[row * levels + others] ?? 0);
    }
  }

  /** `kind` is a version's code × levels + others. */
  addMinutes(kind: number, minutes: number): void {
    const pattern = this.#patterns.of[kind] ?? 0;
    this.#minutes[pattern] = (this.#minutes[pattern] ?? 0) + minutes;
  }

  addFailure(kind: number, count = 1): void {
    const pattern = this.#patterns.of[kind] ?? 0;
    this.#failures[pattern] = (this.#failures[pattern] ?? 0) + count;
  }

  endStratum(): void {
    const before = this.#cells.length;
    let total = 0;
    for (let pattern = 0; pattern < this.#minutes.length; pattern++) {
      const minutes = this.#minutes[pattern] ?? 0;
      const failures = this.#failures[pattern] ?? 0;
      if (minutes === 0 && failures === 0) continue;
      total += failures;
      this.#cells.push(pattern);
      // A failure had time to happen, even where rounding left none.
      this.#exposures.push(failures > 0 ? Math.max(minutes, shortest) : minutes);
      this.#events.push(failures);
    }
    this.#minutes.fill(0);
    this.#failures.fill(0);
    if (total > 0 && this.#cells.length > before + 1) {
      this.#totals.push(total);
      this.#starts.push(this.#cells.length);
    } else {
      for (const list of [this.#cells, this.#exposures, this.#events]) list.length = before;
    }
  }

  /** Null without a stratum that says something. */
  all(): Design | null {
    if (this.#totals.length === 0) return null;
    const { size, covariates } = this.#patterns;
    return {
      size,
      covariates,
      starts: Int32Array.from(this.#starts),
      patterns: Int32Array.from(this.#cells),
      exposures: Float64Array.from(this.#exposures),
      events: Float64Array.from(this.#events),
      totals: Float64Array.from(this.#totals),
    };
  }
}
