/**
 * patterns/ in, a PatternSet out. A file with a problem is left out and reported; the others load. What
 * needs the matcher (each sample recognised by its own pattern and no other) is checked a layer above.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import type { Cause, FactPattern, PatternSet, Signature } from '../model/pattern.ts';
import { readCause, readFact, readSignature } from './read-pattern.ts';
import type { PatternProblem } from './problem.ts';
import { YamlFile } from './yaml-file.ts';

export interface LoadedPatterns {
  readonly set: PatternSet;
  readonly problems: readonly PatternProblem[];
  /** The file of each pattern, for messages: `signature/<id>`, `cause/<id>`, `fact/<id>`. */
  readonly files: ReadonlyMap<string, YamlFile>;
}

const validId = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const kinds = ['causes', 'signatures', 'facts'] as const;

/** Loads the folders in order; a later one replaces a pattern of the same id. */
export function loadPatterns(folders: readonly string[]): LoadedPatterns {
  const causes = new Map<string, Cause>();
  const signatures = new Map<string, Signature>();
  const facts = new Map<string, FactPattern>();
  const files = new Map<string, YamlFile>();
  const problems: PatternProblem[] = [];
  const digest = createHash('sha256');

  for (const folder of folders) {
    for (const kind of kinds) {
      const ids = new Map<string, string>();
      for (const file of yamlFiles(path.join(folder, kind))) {
        const text = readFileSync(file, 'utf8');
        const id = path.basename(file, '.yaml');
        digest.update(`${kind}/${id}\0${text}\0`);
        const yaml = new YamlFile(path.relative(process.cwd(), file), text);
        if (!validId.test(id)) {
          const help = 'name the file with small letters, digits and hyphens';
          problems.push(yaml.problemAt([], `the file name \`${id}\` is no id`, help));
          continue;
        }
        const twin = ids.get(id);
        ids.set(id, file);
        if (twin !== undefined) {
          const message = `the id \`${id}\` is taken by ${path.relative(process.cwd(), twin)}`;
          problems.push(yaml.problemAt([], message, 'the file name is the id: choose another'));
          continue;
        }
        const keep = <T>(target: Map<string, T>, read: T | PatternProblem[]): void => {
          if (Array.isArray(read)) {
            problems.push(...read);
          } else {
            target.set(id, read);
            files.set(`${kind}/${id}`, yaml);
          }
        };
        if (kind === 'causes') keep(causes, readCause(id, yaml));
        else if (kind === 'signatures') keep(signatures, readSignature(id, yaml));
        else keep(facts, readFact(id, yaml));
      }
    }
  }
  for (const signature of signatures.values()) {
    const named = [
      { place: ['cause'], cause: signature.cause },
      ...signature.instead.map(({ cause }, index) => ({ place: ['instead', index, 'cause'], cause })),
    ];
    for (const { place, cause } of named) {
      if (causes.has(cause)) continue;
      const known = [...causes.keys()].slice(0, 5).join(', ');
      const help = `causes are the files of patterns/causes: ${known} …`;
      const yaml = files.get(`signatures/${signature.id}`);
      if (yaml) problems.push(yaml.problemAt(place, `there is no cause \`${cause}\``, help));
      signatures.delete(signature.id);
    }
  }
  const set = {
    causes,
    signatures: [...signatures.values()].toSorted((a, b) => b.rank - a.rank || (a.id < b.id ? -1 : 1)),
    facts: [...facts.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    fingerprint: digest.digest('hex').slice(0, 16),
  };
  return { set, problems, files };
}

/** The set without the patterns named (as in `files`), for a caller that found more problems. */
export function withoutPatterns(set: PatternSet, broken: ReadonlySet<string>): PatternSet {
  return {
    ...set,
    signatures: set.signatures.filter(({ id }) => !broken.has(`signatures/${id}`)),
    facts: set.facts.filter(({ id }) => !broken.has(`facts/${id}`)),
  };
}

function yamlFiles(folder: string): string[] {
  let names: string[];
  try {
    names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  } catch (error) {
    // A user's folder may hold one kind only.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
  return names
    .filter((name) => name.endsWith('.yaml'))
    .toSorted()
    .map((name) => path.join(folder, name));
}
