/** Pattern folders on disk: a good one to start from, and what is said of a bad one. */
import path from 'node:path';

import { loadCheckedPatterns } from '../../src/cli/load-patterns.ts';
import { formatProblem } from '../../src/patterns/problem.ts';
import { tempFolder } from './temp-folder.ts';

export const goodSignature = `# lp0 has been known to burn.
title: the printer is on fire
cause: printer-fire
rank: 50
where: [final]
regex: 'lp(?<port>\\d) on fire'
samples:
  - text: 'ERROR: lp0 on fire'
    captures: { port: '0' }
near-misses:
  - text: '#5 0.1 lp0 on fire'
    why: a program prints it
`;

export const goodCause = `title: Fire
blame: infra
transient: 'no'
explanation: Something burns.
advice:
  - do: Leave the building.
`;

export const goodFact = `title: Temperature of the printer
forms:
  - regex: '^Printer temperature: (?<value>\\d+)$'
samples:
  - text: 'Printer temperature: 451'
    value: '451'
near-misses:
  - text: 'Printer temperature: unknown'
    why: it would not tell
`;

interface Loaded {
  /** As printed, with paths inside the folder. */
  readonly problems: readonly string[];
  /** Ids of all signatures and facts that loaded, the shipped ones too. */
  readonly ids: ReadonlySet<string>;
}

/** Loads the shipped patterns and over them a folder of a good cause and `files`. */
export function loadWith(files: Readonly<Record<string, string>>): Loaded {
  const folder = tempFolder({ 'causes/printer-fire.yaml': goodCause, ...files });
  const { patterns, problems } = loadCheckedPatterns([folder]);
  const prefix = `${path.relative(process.cwd(), folder)}${path.sep}`;
  const { signatures, facts } = patterns.set;
  return {
    problems: problems.map((problem) => formatProblem(problem).replace(prefix, '')),
    ids: new Set([...signatures, ...facts].map(({ id }) => id)),
  };
}
