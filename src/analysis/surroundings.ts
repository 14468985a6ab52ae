/** What surrounds a build beside version and load. */

/** Null where nothing tells. */
export interface Surroundings {
  readonly repository: string | null;
  readonly host: string | null;
  readonly os: string | null;
  readonly driver: string | null;
  /** The hour of the day, UTC, in which it started. */
  readonly hour: string | null;
}

export const circumstances = ['repository', 'host', 'os', 'driver', 'hour'] as const;

/** What failures are held against: first attempts on known engines. */
export interface Group {
  readonly minutes: number;
  readonly builds: number;
}

export type Groups = Readonly<Record<keyof Surroundings, ReadonlyMap<string | null, Group>>>;

/** Adds up builds by each circumstance. */
export function groupSurroundings(
  builds: Iterable<Group & { readonly surroundings: Partial<Surroundings> }>,
): Groups {
  const groups = {
    repository: new Map<string | null, Group>(),
    host: new Map<string | null, Group>(),
    os: new Map<string | null, Group>(),
    driver: new Map<string | null, Group>(),
    hour: new Map<string | null, Group>(),
  };
  for (const { surroundings, minutes, builds: count } of builds) {
    for (const circumstance of circumstances) {
      const value = surroundings[circumstance];
      if (value === undefined) continue;
      const before = groups[circumstance].get(value) ?? { minutes: 0, builds: 0 };
      groups[circumstance].set(value, {
        minutes: before.minutes + minutes,
        builds: before.builds + count,
      });
    }
  }
  return groups;
}

/** The hour of the day, UTC, of a moment in minutes since 1970. */
export function hourOf(minutes: number): string {
  return String(Math.floor(minutes / 60) % 24);
}
