/** What became of the same work on other machines with the same commit. */
import type { CountedLine } from '../store/counted-jobs.ts';
import { eachPassOnFailedCommit, type Shared } from '../store/read-counted.ts';
import type { Db } from '../store/store.ts';

/** Whether the same job passed on the same commit on another machine. */
export function passesElsewhere(db: Db, { places }: Shared): (line: CountedLine) => boolean {
  const machines = new Map(places.map(({ id, machine }) => [id, machine]));
  const passed = new Map<string, Set<string | null | undefined>>();
  for (const { commit_sha: commit, work, place } of eachPassOnFailedCommit(db)) {
    const key = `${commit}/${work}`;
    passed.set(key, (passed.get(key) ?? new Set()).add(machines.get(place)));
  }
  return ({ commit_sha: commit, work, place }) =>
    [...(passed.get(`${commit}/${work}`) ?? [])].some((other) => other !== machines.get(place));
}
