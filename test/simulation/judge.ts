/** Whether the product's verdict on a simulated history is the right one. */
import { associate, type Association } from '../../src/analysis/association.ts';
import { studyOf } from '../../src/analysis/study.ts';
import { simulate } from './simulate.ts';

/** Worlds with something to find, and what finding it means; the others hold nothing that may be found. */
const truths: Readonly<Record<string, (found: Association) => boolean>> = {
  A_version: (found) => blames(found) && found.ladder?.version === '0.13.2',
  B_concurrency_confounded: (found) => found.concurrency === 'associated',
  C_both_interaction: (found) => blames(found) && found.concurrency === 'associated',
  E_changepoint_rollout: (found) => blames(found) && found.ladder?.version === '0.13.2',
  F_repo_confounded: (found) =>
    !blames(found) && found.concentrations.some(({ value }) => value === 'acme/mono'),
  I_version_on_busy_hosts: (found) => found.concurrency === 'associated',
  K_host_aliased: (found) => found.version === 'inseparable-from-host',
};

export interface Judgement {
  readonly world: string;
  readonly seed: number;
  readonly right: boolean;
  readonly falseVersion: boolean;
  readonly falseConcurrency: boolean;
  /** Failures are said to gather where nothing makes them. */
  readonly falseGathering: boolean;
  readonly found: Association;
}

function blames({ version }: Association): boolean {
  return version === 'associated' || version === 'likely' || version === 'before-after';
}

/** Worlds in which the version, and those in which load matters. */
const versionMatters = new Set(['A_version', 'C_both_interaction', 'E_changepoint_rollout']);
const loadMatters = new Set([
  'B_concurrency_confounded',
  'C_both_interaction',
  'I_version_on_busy_hosts',
]);

/** Where failures do gather, beside what version and load explain. */
const gathering: Readonly<Record<string, RegExp>> = {
  F_repo_confounded: /^acme\/mono$/,
  K_host_aliased: /^ci-big-/,
};

export function judge(world: string, count: number, seed: number): Judgement {
  const found = associate(studyOf(simulate(world, count, seed)));
  const falseVersion = !versionMatters.has(world) && blames(found);
  const load = found.concurrency === 'associated' || found.concurrency === 'negative';
  const falseConcurrency = !loadMatters.has(world) && load;
  const isRight = truths[world];
  const right = isRight === undefined ? !falseVersion && !falseConcurrency : isRight(found);
  const falseGathering = found.concentrations.some(
    ({ value }) => gathering[world]?.test(value) !== true,
  );
  return { world, seed, right, falseVersion, falseConcurrency, falseGathering, found };
}

export function hasTruth(world: string): boolean {
  return world in truths;
}
