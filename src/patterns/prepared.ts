/**
 * The shipped patterns as one JSON text, written by the build after every law was checked: reading 190
 * YAML files and scanning all samples takes ten times as long as scanning a log. A user's own folders,
 * and shipped files that were edited since, are always read and checked.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

import type {
  Cause,
  FactForm,
  FactPattern,
  PatternSet,
  Position,
  Signature,
} from '../model/pattern.ts';

/** The set as text: regexes by their source, sets as lists. */
export function preparedText(set: PatternSet): string {
  return JSON.stringify({ ...set, causes: [...set.causes.values()] }, (_, value: unknown) => {
    if (value instanceof RegExp) return value.source;
    return value instanceof Set ? [...value] : value;
  });
}

/** The set in the file at `prepared`, null when there is none or a file of `folder` is newer. */
export function readPrepared(prepared: string, folder: string): PatternSet | null {
  try {
    const { mtimeMs } = statSync(prepared);
    return isNewer(folder, mtimeMs) ? null : fromText(readFileSync(prepared, 'utf8'));
  } catch {
    return null; // not built, or half built: the files themselves are read
  }
}

/** Whether anything in the folder is. A folder too: a file that came or went changes its folder's time. */
function isNewer(place: string, time: number): boolean {
  const info = statSync(place);
  if (info.mtimeMs > time) return true;
  return info.isDirectory() && readdirSync(place).some((name) => isNewer(`${place}${path.sep}${name}`, time));
}

interface PreparedForm extends Omit<FactForm, 'regex' | 'after' | 'where'> {
  readonly regex: string;
  readonly after: string | null;
  readonly where: readonly Position[];
}

interface PreparedSignature extends Omit<Signature, 'regex' | 'vertex' | 'where'> {
  readonly regex: string;
  readonly vertex: string | null;
  readonly where: readonly Position[];
}

interface PreparedSet {
  readonly causes: readonly Cause[];
  readonly signatures: readonly PreparedSignature[];
  readonly facts: readonly (Omit<FactPattern, 'forms'> & { readonly forms: PreparedForm[] })[];
  readonly fingerprint: string;
}

function optional(source: string | null): RegExp | null {
  return source === null ? null : new RegExp(source);
}

function fromText(text: string): PatternSet {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by preparedText
  const { causes, signatures, facts, fingerprint } = JSON.parse(text) as PreparedSet;
  return {
    causes: new Map(causes.map((cause) => [cause.id, cause])),
    signatures: signatures.map((signature) => ({
      ...signature,
      where: new Set(signature.where),
      vertex: optional(signature.vertex),
      regex: new RegExp(signature.regex),
    })),
    facts: facts.map((fact) => ({
      ...fact,
      forms: fact.forms.map((form) => ({
        ...form,
        where: new Set(form.where),
        after: optional(form.after),
        regex: new RegExp(form.regex),
      })),
    })),
    fingerprint,
  };
}
