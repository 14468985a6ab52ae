/** Who shares a load: the jobs of a daemon, an engine or a machine. All else that is compared stays with the engine. */
import { hostedMachine } from '../model/host.ts';
import { readBuilders, type CountedBuild, type Shared } from '../store/read-counted.ts';
import type { Place } from '../store/roll-up-rows.ts';
import type { Db } from '../store/store.ts';
import { keyOf } from './history-jobs.ts';
import type { LoadLevel } from './names.ts';

/** What the jobs of a place share their load with; a daemon's have to be told apart among those of its engine. */
export function nameOf({ engine, machine }: Place, level: LoadLevel): string | null {
  return level === 'machine' ? machine : engine;
}

/** Engines or machines that serve several jobs, with the places under which they are known. */
export function sharers(
  { places }: Shared,
  level: LoadLevel,
): { name: string; places: number[] }[] {
  const sharing = new Map<string, number[]>();
  for (const place of places) {
    const name = nameOf(place, level);
    if (name === null || place.engine === hostedMachine) continue;
    const own = sharing.get(name);
    if (own === undefined) sharing.set(name, [place.id]);
    else own.push(place.id);
  }
  return [...sharing].map(([name, own]) => ({ name, places: own }));
}

/**
 * The docker driver builds in the engine itself; a container holds a daemon of its own. A pruned job's is not known any more.
 */
export function daemonsOn(
  engine: string,
  { setups }: Shared,
  logs: Db,
): (line: CountedBuild) => string | null {
  const builders = readBuilders(logs, engine);
  const inContainers = new Set(
    setups.filter(({ driver }) => driver === 'docker-container').map(({ id }) => id),
  );
  return (line) => {
    if (!inContainers.has(line.setup)) return engine;
    const builder = builders.get(keyOf(line));
    return builder === undefined ? null : `${engine}/${builder}`;
  };
}
