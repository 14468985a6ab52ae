/** What two pattern sets recognise differently: by pattern, and by what of it differs. */
import type { PatternSet } from '../model/pattern.ts';
import { escapeControls, toJson } from './escape.ts';

export type PatternKind = 'cause' | 'signature' | 'fact';

export interface PatternChange {
  readonly kind: PatternKind;
  readonly id: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** What differs, with its text before and after; only of a changed pattern. */
  readonly differences: readonly {
    readonly member: string;
    readonly before: string;
    readonly after: string;
  }[];
}

/** The changes from one set to another, by kind and id. Samples are proof, not behaviour: they are left out. */
export function patternChanges(older: PatternSet, newer: PatternSet): PatternChange[] {
  return [
    ...changesOf('cause', older.causes, newer.causes),
    ...changesOf('signature', byId(older.signatures), byId(newer.signatures)),
    ...changesOf('fact', byId(older.facts), byId(newer.facts)),
  ];
}

export function patternDiffText(changes: readonly PatternChange[]): string {
  const sign = { added: '+', removed: '-', changed: '~' } as const;
  const lines = changes.flatMap(({ kind, id, change, differences }) => [
    `${sign[change]} ${kind} ${id}`,
    ...differences.flatMap(({ member, before, after }) => [
      `    ${member}`,
      `      - ${escapeControls(before)}`,
      `      + ${escapeControls(after)}`,
    ]),
  ]);
  const count = (what: string): number => changes.filter(({ change }) => change === what).length;
  lines.push(`${count('added')} added, ${count('removed')} removed, ${count('changed')} changed`);
  return `${lines.join('\n')}\n`;
}

export function patternDiffJson(changes: readonly PatternChange[]): string {
  return toJson(changes);
}

const proof = new Set(['id', 'literals', 'afterLiterals', 'samples', 'nearMisses', 'references']);

function byId<T extends { readonly id: string }>(patterns: readonly T[]): Map<string, T> {
  return new Map(patterns.map((pattern) => [pattern.id, pattern]));
}

function changesOf(
  kind: PatternKind,
  older: ReadonlyMap<string, object>,
  newer: ReadonlyMap<string, object>,
): PatternChange[] {
  const ids = [...new Set([...older.keys(), ...newer.keys()])].toSorted();
  return ids.flatMap((id): PatternChange[] => {
    const [before, after] = [older.get(id), newer.get(id)];
    if (before === undefined) return [{ kind, id, change: 'added', differences: [] }];
    if (after === undefined) return [{ kind, id, change: 'removed', differences: [] }];
    const [was, is] = [membersOf(before), membersOf(after)];
    const differences = [...new Set([...was.keys(), ...is.keys()])].flatMap((member) => {
      const [old = '', now = ''] = [was.get(member), is.get(member)];
      return old === now ? [] : [{ member, before: old, after: now }];
    });
    return differences.length === 0 ? [] : [{ kind, id, change: 'changed', differences }];
  });
}

function membersOf(pattern: object): Map<string, string> {
  return new Map(
    Object.entries(pattern).flatMap(([name, value]) =>
      proof.has(name) ? [] : [[name, typeof value === 'string' ? value : textOf(value)]],
    ),
  );
}

function textOf(value: unknown): string {
  return JSON.stringify(value, (name, member: unknown) => {
    if (proof.has(name)) return undefined;
    if (member instanceof RegExp) return member.source;
    return member instanceof Set ? [...member].map(String).toSorted() : member;
  });
}
