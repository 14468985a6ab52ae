/**
 * Which jobs the cross-job step has to look at: those whose failure a neighbour may have brought about, and the few that
 * may have done it or saw it. All others would change none of its findings, and most jobs of a big store are such.
 */
import { uniqueName } from '../analysis/collisions.ts';
import { engineFaces } from '../analysis/daemon-stops.ts';
import type { Neighbour } from '../analysis/neighbour.ts';
import type { CompiledPatterns } from '../matching/compiled-patterns.ts';
import { toMillis, type Instant } from '../model/time.ts';
import {
  keyOfDockerAtWork,
  keysOfSightings,
  keysOfRemovals,
  keysOnHost,
  readLinked,
  readSuspected,
} from '../store/linked-jobs.ts';
import type { Db } from '../store/store.ts';
import { neighbourOf } from './neighbour-of.ts';

/** Seconds by which clocks, and what is only known from its end, may be off; the analysis allows less. */
const slack = 60;

export function nearJobs(db: Db, patterns: CompiledPatterns): Neighbour[] {
  const daemonGone = daemonGoneIn(patterns);
  const faces = [...patterns.signatures.values()].filter(({ removalFace }) => removalFace !== null);
  const suspected = readSuspected(db, {
    causes: [...engineFaces],
    signatures: faces.map(({ id }) => id),
    daemonGone,
  }).map((linked) => neighbourOf(linked, patterns));
  const near = new Map(suspected.map((job) => [nameOf(job.key), job]));
  const keys = keysOfSightings(db, daemonGone);
  const witnessed = new Set<string>();
  const ids = suspected.map(({ key }) => key.jobId);
  for (const victim of suspected) {
    keys.push(...removersOf(db, victim));
    const { machine, engineId, dockerWorked } = victim;
    if (machine === null || engineId !== null || dockerWorked || witnessed.has(machine)) continue;
    witnessed.add(machine);
    const witness = keyOfDockerAtWork(db, machine, ids);
    if (witness !== null) keys.push(witness);
  }
  for (const key of keys) {
    const name = nameOf({ host: key.host, jobId: key.job_id });
    if (!near.has(name)) near.set(name, neighbourOf(readLinked(db, key, daemonGone), patterns));
  }
  return [...near.values()];
}

/** The signatures of those who find the Docker daemon gone. */
export function daemonGoneIn({ set }: CompiledPatterns): string[] {
  return set.signatures.filter((each) => each.daemonGone).map(({ id }) => id);
}

/** Jobs that removed a builder which this one may have died of. */
function removersOf(db: Db, victim: Neighbour): ReturnType<typeof keysOfRemovals> {
  const { failure, current, startedAt, engineId, machine } = victim;
  if (failure === null || failure.face === null) return [];
  const builder = failure.face === 'pointer' ? current : failure.builder;
  if (builder !== null && uniqueName.test(builder)) return keysOfRemovals(db, builder);
  if (builder === null && failure.face !== 'pointer') return [];
  const from = shifted(startedAt ?? failure.at, -slack);
  const to = shifted(failure.at, slack);
  return [
    ...(engineId === null ? [] : keysOnHost(db, 'engine_id', engineId, from, to)),
    ...(machine === null ? [] : keysOnHost(db, 'machine', machine, from, to)),
  ];
}

function shifted(at: Instant, seconds: number): Instant {
  return new Date(toMillis(at) + seconds * 1000).toISOString();
}

function nameOf({ host, jobId }: Neighbour['key']): string {
  return `${host}/${jobId}`;
}
