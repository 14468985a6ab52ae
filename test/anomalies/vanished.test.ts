/** What was there a moment ago is gone: it is named, and the rest goes on. */
import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { ingestFiles, type IngestReporter } from '../../src/cli/commands/ingest-files.ts';
import { looksLikeACrash } from '../support/cli.ts';
import { demoLogs, partOfDemo, patterns, silent } from '../support/demo-history.ts';
import { dumpOf, openStore } from '../support/judged-jobs.ts';
import { shell } from '../support/shell.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** A folder with the first logs of the demo, under the names 1.log.gz, 2.log.gz … */
function fewLogs(count: number): string {
  const folder = tempFolder();
  const logs = demoLogs('shop').slice(0, count);
  logs.forEach((log, n) => copyFileSync(log, path.join(folder, `${n + 1}.log.gz`)));
  return folder;
}

describe('a file that vanishes', { timeout: 30_000 }, () => {
  it('after it was found is named, and the logs behind it are read', async () => {
    const folder = fewLogs(3);
    const store = openStore();
    const warnings: string[] = [];
    const reporter: IngestReporter = {
      ...silent,
      progress: () => rmSync(path.join(folder, '2.log.gz'), { force: true }),
      warn: (source, message) => warnings.push(`${path.basename(source)}: ${message}`),
    };
    const globs = [1, 2, 3].map((n) => path.join(folder, `${n}.log.gz`));
    const result = await ingestFiles(store, patterns, { globs, metadata: [], runs: [] }, reporter);
    expect(warnings.join('\n')).toMatch(/^2\.log\.gz: no such file$/);
    expect(result.logs).toBe(2);
  });

  it('after it was read is named when it is asked for again, and what it said stays', async () => {
    const folder = fewLogs(1);
    const store = openStore();
    const request = { globs: [path.join(folder, '1.log.gz')], metadata: [], runs: [] };
    await ingestFiles(store, patterns, request, silent);
    const before = dumpOf(store);
    rmSync(path.join(folder, '1.log.gz'));
    const result = await ingestFiles(store, patterns, request, silent);
    expect(result.notices.map(({ message }) => message)).toEqual(['matches no file']);
    expect(dumpOf(store)).toEqual(before);
  });

  it('after it was read is missed by nobody: new metadata does without it', async () => {
    const { jobs, logs } = partOfDemo('shop', 1, []);
    const [log = ''] = logs;
    const folder = tempFolder({ 'jobs.json': jobs });
    const [copy, metadata] = [
      path.join(folder, path.basename(log)),
      path.join(folder, 'jobs.json'),
    ];
    copyFileSync(log, copy);
    const store = openStore();
    const ingest = (globs: string[]): ReturnType<typeof ingestFiles> =>
      ingestFiles(store, patterns, { globs, metadata: [metadata], runs: [] }, silent);
    await ingest([copy]);
    rmSync(copy);
    const moved = jobs.replaceAll('"name":"image (web)"', '"name":"image (shop)"');
    expect(moved).not.toBe(jobs);
    writeFileSync(metadata, moved);
    const result = await ingest([]);
    expect(result.notices).toEqual([]);
    expect(result.counts.changed).toBe(1);
  });

  it('is named by scan, and the others are scanned', async () => {
    const cwd = fewLogs(2);
    const { code, stdout, stderr } = await shell('$buildlog scan 1.log.gz gone.log 2.log.gz', {
      cwd,
    });
    expect(code).toBe(3);
    expect(stderr).toContain('buildlog: gone.log: no such file');
    expect(stdout.match(/^\d\.log\.gz$/gm)).toEqual(['1.log.gz', '2.log.gz']);
  });

  it('is the metadata: the logs tell what they can', async () => {
    const cwd = fewLogs(1);
    const { code, stdout, stderr } = await shell(
      '$buildlog ingest files 1.log.gz --metadata gone.json --db b.db',
      { cwd },
    );
    expect(code).toBe(3);
    expect(stderr).toContain('gone.json: no such file');
    expect(stdout).toContain('1 job added');
  });
});

describe('a current folder that vanishes', { timeout: 30_000 }, () => {
  it('is said in words', async () => {
    const cwd = tempFolder();
    const { code, stderr } = await shell('mkdir x; cd x; rmdir ../x; $buildlog report --db b.db', {
      cwd,
    });
    expect(code).toBe(1);
    expect(stderr).toContain('help: the current folder is gone');
    expect(stderr).not.toMatch(looksLikeACrash);
  });
});
