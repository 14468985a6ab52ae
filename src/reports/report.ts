/** What every report is: a scope, sentences, and tables of typed cells. Faces are drawn in output/. */
import type { Proportion } from '../analysis/proportion.ts';
import type { Instant } from '../model/time.ts';

export type Cell = string | number | null | Proportion;

export interface Column {
  readonly key: string;
  readonly title: string;
  /**
   * An `id` is never cut; `text` gives way when the screen is narrow, and a log's `line` does so in its
   * middle, since the end of an error says most.
   */
  readonly kind: 'id' | 'line' | 'text' | 'count' | 'proportion' | 'seconds' | 'instant';
}

export interface Section {
  readonly id: string;
  readonly title: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Readonly<Record<string, Cell>>[];
  /** How to read the table, or what it cannot tell. */
  readonly note: string | null;
}

/** One sentence that a reader can act on, and the command that shows what it rests on. */
export interface Finding {
  readonly text: string;
  readonly more: string | null;
}

/** What was looked at: the denominators of everything that follows. */
export interface Scope {
  readonly jobs: number;
  /** Job attempts that built, or tried to build, with BuildKit: the unit of every rate. */
  readonly built: number;
  readonly failed: number;
  readonly canceled: number;
  readonly explained: number;
  readonly unexplained: number;
  readonly withoutLog: number;
  readonly partial: number;
  /** Jobs of which only the numbers are left. */
  readonly pruned: number;
  readonly hosts: number;
  readonly from: Instant | null;
  readonly to: Instant | null;
}

export interface Report {
  readonly id: string;
  readonly title: string;
  readonly scope: Scope;
  readonly findings: readonly Finding[];
  readonly sections: readonly Section[];
}
