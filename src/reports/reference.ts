/** The version that others are compared with, where the reader chooses it. */
import { isVersion } from '../analysis/study.ts';
import { compareVersions } from '../model/version.ts';
import type { History } from './history.ts';
import { comparedVersions, components, type Component } from './study.ts';

export type References = ReadonlyMap<Component['key'], string>;

/** What was typed cannot be a reference. */
export interface NoReference {
  readonly problem: string;
  readonly help: string;
}

/** Components as they are typed. */
const typed: Readonly<Record<string, Component['key']>> = {
  buildkit: 'buildkit',
  buildx: 'buildx',
  docker: 'docker_server',
  runner: 'runner_version',
};

/** From `buildkit=0.13.1` to the version as it is stored; `v` may be left out. */
export function readReferences(
  history: History,
  choices: readonly string[],
): References | NoReference {
  const references = new Map<Component['key'], string>();
  for (const choice of choices) {
    const [, name = '', version = ''] = /^([a-z]+)=(.+)$/.exec(choice) ?? [];
    const component = components.find(
      ({ key }) => Object.hasOwn(typed, name) && key === typed[name],
    );
    if (component === undefined) {
      return {
        problem: `--reference takes a component and a version, not ${choice}`,
        help: `for example buildkit=0.13.1; components: ${Object.keys(typed).join(', ')}`,
      };
    }
    const there = comparedVersions(history, component).filter(isVersion).toSorted(compareVersions);
    const found = there.find((each) => each === version || each === `v${version}`);
    if (found === undefined) {
      return {
        problem: `no build of the comparison ran on ${name} ${version}`,
        help:
          there.length === 0
            ? `of no build the ${component.title} version is known`
            : `versions with enough minutes to be compared: ${there.join(', ')}`,
      };
    }
    references.set(component.key, found);
  }
  return references;
}
