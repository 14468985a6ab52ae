/** From what was typed to the files that are meant, each once and in one order. */
import { symlinkSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { findLogs } from '../../src/ingest/files/find-logs.ts';
import { tempFolder } from '../support/temp-folder.ts';

describe('finding logs', () => {
  it('expands patterns, into absolute paths in one order', async () => {
    const folder = tempFolder({ 'b.log': '1', 'a.log': '2', 'deep/er/c.log': '3', 'd.json': '4' });
    const { paths, problems } = await findLogs([`${folder}/**/*.log`]);
    expect(paths).toEqual(
      ['a.log', 'b.log', 'deep/er/c.log'].map((name) => path.join(folder, name)),
    );
    expect(problems).toEqual([]);
  });

  it('names a file once, however often and in whatever way it is meant', async () => {
    const folder = tempFolder({ 'a.log': '1' });
    const file = path.join(folder, 'a.log');
    const { paths } = await findLogs([file, `${folder}/*.log`, `${folder}/./a.log`, file]);
    expect(paths).toEqual([file]);
  });

  it('gives the same order for arguments in any order', async () => {
    const folder = tempFolder({ 'a.log': '1', 'b.log': '2' });
    const [a, b] = [path.join(folder, 'a.log'), path.join(folder, 'b.log')];
    expect(await findLogs([b, a])).toEqual(await findLogs([a, b]));
  });

  it('takes a file that exists by its name, even if the name looks like a pattern', async () => {
    const folder = tempFolder({ 'build [1] (web)*.log': '1', 'build 1 web.log': '2' });
    const file = path.join(folder, 'build [1] (web)*.log');
    expect((await findLogs([file])).paths).toEqual([file]);
  });

  it('finds hidden files too', async () => {
    const folder = tempFolder({ '.cache/a.log': '1' });
    expect((await findLogs([`${folder}/**/*.log`])).paths).toHaveLength(1);
  });

  it('passes a folder on, so that its reader can say what is wrong with it', async () => {
    const folder = tempFolder();
    expect(await findLogs([folder])).toEqual({ paths: [folder], problems: [] });
  });

  it('keeps standard input as it is', async () => {
    expect(await findLogs(['-', '-'])).toEqual({ paths: ['-'], problems: [] });
  });

  it('names each pattern that matches nothing and goes on with the others', async () => {
    const folder = tempFolder({ 'a.log': '1' });
    symlinkSync(path.join(folder, 'gone'), path.join(folder, 'dangling.txt'));
    const nothing = [`${folder}/*.zip`, `${folder}/missing.log`];
    const { paths, problems } = await findLogs([...nothing, `${folder}/*.log`]);
    expect(paths).toEqual([path.join(folder, 'a.log')]);
    expect(problems).toEqual(nothing.map((source) => ({ source, message: 'matches no file' })));
  });

  it('finds nothing for no arguments', async () => {
    expect(await findLogs([])).toEqual({ paths: [], problems: [] });
  });
});
