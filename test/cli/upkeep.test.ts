/** The commands that look after a database: rematch, merge, backup, and patterns diff. */
import { copyFileSync, cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { canary } from '../fake-github/fake.ts';
import { buildlog, projectFolder, type Ended } from '../support/cli.ts';
import { partOfDemo } from '../support/demo-history.ts';
import { attempt, fakeGithub, job, redJob, repository, run } from '../support/github.ts';
import { jobLog, scriptStep } from '../support/job-log.ts';
import { dumpOf, openStore } from '../support/judged-jobs.ts';
import { tempFolder } from '../support/temp-folder.ts';

const teapot = `title: The registry is a teapot
cause: registry-unavailable
rank: 60
where: [annotation]
regex: '^tea is (?<what>\\S+)$'
samples:
  - text: '##[error]tea is ready'
    captures: { what: ready }
near-misses:
  - text: '##[error]coffee is ready'
    why: not a teapot
`;

/** A database with one job that nothing explains, its log, and a pattern that explains it. */
async function unexplained(): Promise<{
  folder: string;
  inFolder: (...args: string[]) => Promise<Ended>;
}> {
  const log = jobLog(scriptStep('make', '##[error]tea is ready'));
  const folder = tempFolder({
    '900001.log': log,
    'mine/signatures/teapot.yaml': teapot,
  });
  const inFolder = (...args: string[]): Promise<Ended> =>
    buildlog([...args, '--db', 'b.db'], { cwd: folder });
  expect((await inFolder('ingest', 'files', '900001.log')).code).toBe(0);
  return { folder, inFolder };
}

function dumpIn(folder: string, name = 'b.db'): string[] {
  return dumpOf(openStore(path.join(folder, name), { readonly: true }));
}

describe('rematch', { timeout: 60_000 }, () => {
  it('shows what new patterns say of old logs, and writes nothing', async () => {
    const { folder, inFolder } = await unexplained();
    const before = dumpIn(folder);
    const { code, stdout, stderr } = await inFolder('rematch', '--patterns', 'mine');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(
      '900001\n  - unexplained\n  + explained: registry-unavailable (high)\n' +
        'logs judged again: 1 of 1; verdicts that differ: 1 of 1; nothing is written without --write\n',
    );
    expect(dumpIn(folder)).toEqual(before);
  });

  it('writes on request what an ingest with these patterns would have written', async () => {
    const { folder, inFolder } = await unexplained();
    const { stdout } = await inFolder(
      'rematch',
      '--patterns',
      'mine',
      '--write',
      '--format',
      'json',
    );
    expect(JSON.parse(stdout)).toMatchObject({ logs: 1, judged: 1, written: true });
    const again = await inFolder('rematch', '--patterns', 'mine', '--write');
    expect(again.stdout).toBe('logs judged again: 1 of 1; verdicts that differ: 0 of 1; written\n');
    const fresh = ['ingest', 'files', '900001.log', '--patterns', 'mine', '--db', 'fresh.db'];
    await buildlog(fresh, { cwd: folder });
    expect(dumpIn(folder)).toEqual(dumpIn(folder, 'fresh.db'));
  });

  it('leaves the verdict of a log that is gone, or is another one by now', async () => {
    const { folder, inFolder } = await unexplained();
    const before = dumpIn(folder);
    const log = path.join(folder, '900001.log');
    writeFileSync(log, readFileSync(log, 'utf8').replace('make', 'make all'));
    const changed = await inFolder('rematch', '--patterns', 'mine', '--write');
    expect(changed.code).toBe(3);
    expect(changed.stderr).toContain('900001.log: is not the log that was read');
    rmSync(log);
    const gone = await inFolder('rematch', '--patterns', 'mine', '--write');
    expect(gone.code).toBe(3);
    expect(gone.stdout).toContain(
      'logs judged again: 0 of 1 (not there any more: 1, whose verdicts stay)',
    );
    expect(dumpIn(folder)).toEqual(before);
  });

  it('finds the logs that an ingest from GitHub kept, and asks GitHub for nothing', async () => {
    const history = [repository([run([attempt([redJob(), job()])])])];
    const fake = await fakeGithub(history);
    const cwd = tempFolder();
    const args = ['ingest', 'github', 'acme/shop', '--api-url', fake.url, '--keep-logs', 'kept'];
    const env = { GH_TOKEN: canary, BUILDLOG_PACE: '0.01' };
    expect((await buildlog([...args, '--db', 'b.db'], { cwd, env })).code).toBe(0);
    const asked = fake.requests.length;
    const rematch = ['rematch', '--db', 'b.db', '--write'];
    expect((await buildlog(rematch, { cwd })).stdout).toContain('logs judged again: 0 of 2');
    const { code, stdout } = await buildlog([...rematch, '--keep-logs', 'kept'], { cwd });
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 'logs judged again: 2 of 2; verdicts that differ: 0 of 2; written\n',
    });
    expect(fake.requests.length).toBe(asked);
  });
});

describe('merge', { timeout: 60_000 }, () => {
  const part = partOfDemo('shop', 16, [32910000133, 32910000140]);

  /** The part ingested in two halves, a victim in one and its culprit in the other; and whole. */
  async function halves(): Promise<string> {
    const folder = tempFolder({ 'jobs.json': part.jobs, 'runs.json': part.runs });
    const ingest = (db: string, logs: readonly string[], ...more: string[]): Promise<Ended> =>
      buildlog(['ingest', 'files', ...logs, '--db', db, ...more], { cwd: folder });
    const known = ['--metadata', 'jobs.json', '--runs', 'runs.json'];
    await Promise.all([
      ingest('whole.db', part.logs, ...known),
      ingest(
        'a.db',
        part.logs.filter((_, n) => n % 2 === 0),
        ...known,
      ),
      ingest(
        'b.db',
        part.logs.filter((_, n) => n % 2 === 1),
      ),
    ]);
    return folder;
  }

  it('of two halves is the whole, with what one proves about the other', async () => {
    const folder = await halves();
    copyFileSync(path.join(folder, 'b.db'), path.join(folder, 'c.db'));
    const merge = (into: string, other: string): Promise<Ended> =>
      buildlog(['merge', other, '--db', into], { cwd: folder });
    const first = await merge('a.db', 'b.db');
    expect({ code: first.code, stderr: first.stderr }).toEqual({ code: 0, stderr: '' });
    expect(first.stdout).toContain('0 added, 8 logs taken');
    const whole = dumpIn(folder, 'whole.db');
    expect(whole.some((row) => row.startsWith('collisions '))).toBe(true);
    expect(dumpIn(folder, 'a.db')).toEqual(whole);
    expect((await merge('a.db', 'b.db')).stdout).toContain('0 added, 0 logs taken');
    expect(dumpIn(folder, 'a.db')).toEqual(whole);
    await merge('c.db', 'whole.db');
    expect(dumpIn(folder, 'c.db')).toEqual(whole);
  });

  it('is not made with a damaged database, nor with itself', async () => {
    const folder = await halves();
    const before = dumpIn(folder, 'a.db');
    const bytes = readFileSync(path.join(folder, 'b.db'));
    for (let at = 8192; at < bytes.length; at += 4096) bytes.fill(0x5a, at, at + 64);
    writeFileSync(path.join(folder, 'b.db'), bytes);
    const broken = await buildlog(['merge', 'b.db', '--db', 'a.db'], { cwd: folder });
    expect(broken.code).toBe(1);
    expect(broken.stderr).toContain('b.db: the database is damaged');
    expect(dumpIn(folder, 'a.db')).toEqual(before);
    const itself = await buildlog(['merge', './a.db', '--db', 'a.db'], { cwd: folder });
    expect(itself.code).toBe(2);
  });
});

describe('backup', { timeout: 60_000 }, () => {
  it('is a whole database', async () => {
    const { folder, inFolder } = await unexplained();
    expect((await inFolder('backup', 'copy.db')).code).toBe(0);
    expect(dumpIn(folder, 'copy.db')).toEqual(dumpIn(folder));
    expect(existsSync(path.join(folder, 'copy.db.part'))).toBe(false);
  });

  it('of a damaged database does not replace a good one', async () => {
    const { folder, inFolder } = await unexplained();
    await inFolder('backup', 'copy.db');
    const good = readFileSync(path.join(folder, 'copy.db'));
    const bytes = readFileSync(path.join(folder, 'b.db'));
    for (let at = 8192; at < bytes.length; at += 4096) bytes.fill(0x5a, at, at + 64);
    writeFileSync(path.join(folder, 'b.db'), bytes);
    const { code, stderr } = await inFolder('backup', 'copy.db');
    expect(code).toBe(1);
    expect(stderr).toContain('the database is damaged');
    expect(readFileSync(path.join(folder, 'copy.db')).equals(good)).toBe(true);
  });
});

describe('patterns diff', { timeout: 60_000 }, () => {
  it('names what was added, removed and changed, and how', async () => {
    const folder = tempFolder();
    const shipped = path.join(projectFolder, 'patterns');
    cpSync(shipped, path.join(folder, 'new'), { recursive: true });
    const file = path.join(folder, 'new/signatures/host/dns-failure.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^rank: \d+/m, 'rank: 61'));
    writeFileSync(path.join(folder, 'new/signatures/teapot.yaml'), teapot);
    rmSync(path.join(folder, 'new/facts/buildx.yaml'));
    const diff = (...args: string[]): Promise<Ended> =>
      buildlog(['patterns', 'diff', shipped, ...args], { cwd: folder });
    const { code, stdout } = await diff('new');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^~ signature dns-failure\n {4}rank\n {6}- \d+\n {6}\+ 61\n/m);
    expect(stdout).toContain('+ signature teapot\n');
    expect(stdout).toContain('- fact buildx\n');
    expect(stdout).toMatch(/^1 added, 1 removed, 1 changed$/m);
    expect((await diff(shipped)).stdout).toBe('0 added, 0 removed, 0 changed\n');
  });
});
