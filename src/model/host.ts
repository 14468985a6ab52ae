/** Which machine a job ran on, from what its log and the API say. */
import type { Fact } from './scan.ts';

export interface Machine {
  /** The name people know the host by; null where nothing tells. */
  readonly name: string | null;
  /** The Docker daemon's own id: equal in two jobs, one engine served both. */
  readonly engineId: string | null;
}

/** All standard hosted runners: every job has a machine of its own. */
export const hostedMachine = 'GitHub-hosted';

// Several runners of one machine are usually numbered: `ci-build-01-runner-2`.
const instanceSuffix = /[-_](?:runner[-_]?)?\d+$/;

/**
 * The engine's own name is best, since in containers `Machine name` is the pod's; a hosted runner prints
 * an image and no machine name, and its engine's name is new for every job.
 */
export function machineOf(facts: readonly Fact[], runnerName: string | null): Machine {
  const fact = (name: string): string | null =>
    facts.find((candidate) => candidate.name === name)?.value ?? null;
  const engineId = fact('engine-id');
  const machineName = fact('machine-name');
  if (machineName === null && fact('os-image') !== null) return { name: hostedMachine, engineId };
  const runner = runnerName ?? fact('runner-name');
  const stem = runner === null ? null : runner.replace(instanceSuffix, '');
  return { name: fact('engine-name') ?? machineName ?? stem, engineId };
}
