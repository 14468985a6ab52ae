/** Keeps ARCHITECTURE.md true: its table of layers is the rule, and this test enforces it. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, test } from 'vitest';

interface Layer {
  readonly mayImport: readonly string[];
  readonly mayAlsoUse: readonly string[];
}

const root = path.resolve(import.meta.dirname, '..');
const source = path.join(root, 'src');
const maxLines = 300;

const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => ({
    file,
    folder: folderOf(file),
    text: readFileSync(path.join(source, file), 'utf8'),
  }))
  .toSorted((a, b) => (a.file < b.file ? -1 : 1));
const layers = readLayers(readFileSync(path.join(root, 'ARCHITECTURE.md'), 'utf8'));

test('the table has a row for every folder of src, and no other row', () => {
  const folders = new Set(files.map(({ folder }) => folder));
  expect([...layers.keys()].toSorted()).toEqual([...folders].toSorted());
});

test('every row names only rows above it, so that no two folders can need each other', () => {
  const rows = [...layers];
  const upward = rows.flatMap(([folder, { mayImport }], index) => {
    const above = new Set(rows.slice(0, index).map(([name]) => name));
    return mayImport.filter((name) => !above.has(name)).map((name) => `${folder} -> ${name}`);
  });
  expect(upward).toEqual([]);
});

describe.each([...layers])('the row of %s', (folder, { mayImport, mayAlsoUse }) => {
  const used = new Set(files.filter((each) => each.folder === folder).flatMap(needsOf));

  test('allows all that the folder uses', () => {
    const allowed = new Set([...mayImport, ...mayAlsoUse]);
    const offenders = files
      .filter((each) => each.folder === folder)
      .flatMap((each) =>
        needsOf(each)
          .filter((need) => !allowed.has(need))
          .map((need) => `src/${each.file} uses ${need}`),
      );
    expect(offenders).toEqual([]);
  });

  test('allows nothing that the folder does not use', () => {
    expect([...mayImport, ...mayAlsoUse].filter((name) => !used.has(name))).toEqual([]);
  });
});

describe.each(files)('src/$file', ({ file, text }) => {
  test('opens with a comment that says what it is for', () => {
    expect(text.replace(/^#!.*\n/, '')).toMatch(/^\/\*\*(?: \S|\n \* \S)/);
  });

  test(`has at most ${maxLines} lines`, () => {
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(maxLines);
  });

  test('has a name in kebab-case', () => {
    expect(file.replaceAll(path.sep, '/')).toMatch(
      /^(?:[a-z0-9]+(?:-[a-z0-9]+)*\/)+[a-z0-9]+(?:-[a-z0-9]+)*\.ts$/,
    );
  });
});

test('only the store writes SQL', () => {
  const writing = /\b(?:INSERT INTO|DELETE FROM|CREATE TABLE|UPDATE \w+ SET)\b/;
  expect(filesOutside('store', writing)).toEqual([]);
});

test('only cli knows arguments, environment, streams and exit codes', () => {
  const touching = /\bprocess\.(?:argv|env|exit|exitCode|stdout|stderr)\b|\bconsole\./;
  expect(filesOutside('cli', touching)).toEqual([]);
});

function filesOutside(folder: string, words: RegExp): string[] {
  return files
    .filter((each) => each.folder !== folder && words.test(each.text))
    .map(({ file }) => file);
}

/** The other folders and the outside packages that a file imports. */
function needsOf({ file, folder, text }: { file: string; folder: string; text: string }): string[] {
  return importedModules(text).flatMap((specifier) => {
    if (!specifier.startsWith('.')) return [specifier];
    const target = folderOf(path.join(path.dirname(file), specifier));
    return target === folder ? [] : [target];
  });
}

/** As the formatter writes them: a statement ends in `from '…';` on a line that begins it or closes its list. */
function importedModules(text: string): string[] {
  const imports =
    /^(?:import|export|\})[^']*\bfrom '([^']+)';$|^import '([^']+)';$|\bimport\('([^']+)'\)/gm;
  return text
    .split('\n')
    .flatMap((line) => [...line.matchAll(imports)])
    .map(([, from, bare, dynamic]) => from ?? bare ?? dynamic ?? '');
}

function folderOf(file: string): string {
  return file.split(path.sep)[0] ?? '';
}

function readLayers(markdown: string): Map<string, Layer> {
  const [, table = ''] = /^\| folder \|.*\n\|[ |-]+\n((?:\|.*\n)+)/m.exec(markdown) ?? [];
  const rows = table.matchAll(/^\| `([a-z]+)` \|(.*?)\|(.*?)\|$/gm);
  return new Map(
    [...rows].map(([, folder = '', mayImport = '', mayAlsoUse = '']) => [
      folder,
      { mayImport: namesIn(mayImport), mayAlsoUse: namesIn(mayAlsoUse) },
    ]),
  );
}

function namesIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
}
