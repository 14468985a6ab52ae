/**
 * Killed at any moment and run again: the content is that of a run that was never disturbed. KILL_TESTS=all kills a
 * hundred times at random moments.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { ingestFiles } from '../../src/cli/commands/ingest-files.ts';
import { Store } from '../../src/store/store.ts';
import { buildlog, program } from '../support/cli.ts';
import { partOfDemo, patterns, silent } from '../support/demo-history.ts';
import { dumpOf } from '../support/judged-jobs.ts';
import { jobLog, scriptStep } from '../support/job-log.ts';
import { tempFolder } from '../support/temp-folder.ts';

const preload = `--import ${new URL('../support/kill-at-transaction.js', import.meta.url).href}`;
const part = partOfDemo('shop', 12, [32910000133, 32910000140]);
const everything = process.env['KILL_TESTS'] === 'all';

/** A folder with the metadata of the part, and the arguments that ingest it. */
function work(): { folder: string; file: string; args: string[] } {
  const folder = tempFolder({ 'jobs.json': part.jobs, 'runs.json': part.runs });
  const file = path.join(folder, 'b.db');
  const metadata = [
    '--metadata',
    path.join(folder, 'jobs.json'),
    '--runs',
    path.join(folder, 'runs.json'),
  ];
  return { folder, file, args: ['ingest', 'files', ...part.logs, ...metadata, '--db', file] };
}

/** The content after an ingest of the part that nobody disturbs, into `file` or into memory. */
async function undisturbed(folder: string, file = ':memory:'): Promise<string[]> {
  const store = Store.open(file);
  const request = {
    globs: part.logs,
    metadata: [path.join(folder, 'jobs.json')],
    runs: [path.join(folder, 'runs.json')],
  };
  await ingestFiles(store, patterns, request, silent);
  const dump = dumpOf(store);
  expect(store.db.pragma('integrity_check', { simple: true })).toBe('ok');
  store.close();
  return dump;
}

/** Runs the program and kills it after so many milliseconds; whether it was killed. */
async function killedAfter(milliseconds: number, args: readonly string[]): Promise<boolean> {
  const child = spawn(process.execPath, [program, ...args], { stdio: 'ignore' });
  const timer = setTimeout(() => child.kill('SIGKILL'), milliseconds);
  const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
  clearTimeout(timer);
  return signal === 'SIGKILL';
}

describe('an ingest that is killed', { timeout: 600_000 }, () => {
  it.each(['begin', 'end'])('at the %s of any transaction is gone on with', async (moment) => {
    let kills = 0;
    for (let number = 1; ; number++) {
      const { folder, file, args } = work();
      const env = { NODE_OPTIONS: preload, KILL_AT: `${moment}:${number}` };
      const { code } = await buildlog(args, { env });
      if (code === 0) break;
      kills++;
      expect(await undisturbed(folder, file)).toEqual(await undisturbed(folder));
    }
    // Migrations, runs, jobs, the cross-job step, the journal.
    expect(kills).toBe(5);
  });

  it('leaves a database that can be read at once', async () => {
    for (const number of [2, 3, 4]) {
      const { file, args } = work();
      await buildlog(args, { env: { NODE_OPTIONS: preload, KILL_AT: `end:${number}` } });
      const { code, stderr } = await buildlog(['report', '--db', file]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    }
  });

  it('at random moments is gone on with', async () => {
    const { folder } = work();
    const expected = await undisturbed(folder);
    let killed = 0;
    for (let n = 0; everything ? killed < 100 : n < 3; n++) {
      const { file, args } = work();
      const at = everything ? Math.random() * 600 : 150 + 120 * n;
      if (await killedAfter(at, args)) killed++;
      expect(await undisturbed(folder, file), `killed after ${at} ms`).toEqual(expected);
    }
    if (everything) console.log(`${killed} ingests killed, all dumps equal`);
    expect(killed).toBeGreaterThan(0);
  });
});

describe('a rematch that is killed', { timeout: 600_000 }, () => {
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
  const logs = Object.fromEntries(
    Array.from({ length: 40 }, (_, n) => [
      `${900_001 + n}.log`,
      jobLog(scriptStep(`make ${n}`, '##[error]tea is ready')),
    ]),
  );

  /** A database of forty jobs that nothing explains, and what a rematch makes of it. */
  async function before(): Promise<{ folder: string; file: string; args: string[] }> {
    const folder = tempFolder({ ...logs, 'mine/signatures/teapot.yaml': teapot });
    const file = path.join(folder, 'b.db');
    const store = Store.open(file);
    const globs = Object.keys(logs).map((name) => path.join(folder, name));
    await ingestFiles(store, patterns, { globs, metadata: [], runs: [] }, silent);
    store.close();
    const mine = path.join(folder, 'mine');
    return { folder, file, args: ['rematch', '--write', '--patterns', mine, '--db', file] };
  }

  /** All rows, but for where the logs lie. */
  function contentOf(file: string): string[] {
    const store = Store.open(file);
    const dump = dumpOf(store).map((row) => row.replaceAll(path.dirname(file), ''));
    store.close();
    return dump;
  }

  it('has written nothing, and run again all', async () => {
    const whole = await before();
    const untouched = contentOf(whole.file);
    expect((await buildlog(whole.args)).code).toBe(0);
    const expected = contentOf(whole.file);
    expect(expected).not.toEqual(untouched);
    let killed = 0;
    for (let n = 0; everything ? killed < 100 : n < 3; n++) {
      const { file, args } = await before();
      const at = everything ? Math.random() * 1500 : 250 + 150 * n;
      const wasKilled = await killedAfter(at, args);
      if (wasKilled) killed++;
      expect(contentOf(file)).toEqual(
        wasKilled ? expect.toBeOneOf([untouched, expected]) : expected,
      );
      expect((await buildlog(args)).code).toBe(0);
      expect(contentOf(file), `killed after ${at} ms`).toEqual(expected);
    }
    if (everything) console.log(`${killed} rematches killed, all dumps equal`);
    expect(killed).toBeGreaterThan(0);
  });

  it('just before it would have ended has written nothing', async () => {
    const { file, args } = await before();
    const untouched = contentOf(file);
    const preloads = { NODE_OPTIONS: preload, KILL_AT: 'end:1' };
    expect((await buildlog(args, { env: preloads })).code).toBe(null);
    expect(contentOf(file)).toEqual(untouched);
  });
});
