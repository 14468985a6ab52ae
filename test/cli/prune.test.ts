/** Old jobs go, and reports say what they said. */
import { copyFileSync, existsSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { prune } from '../../src/cli/commands/prune.ts';
import { demoStore } from '../../src/cli/commands/demo.ts';
import { ingestFiles } from '../../src/cli/commands/ingest-files.ts';
import { linkJobs } from '../../src/cli/link-jobs.ts';
import { reports } from '../../src/reports/catalog.ts';
import { readHistory } from '../../src/reports/history.ts';
import type { Report } from '../../src/reports/report.ts';
import { readCollisions } from '../../src/store/collisions.ts';
import type { Store } from '../../src/store/store.ts';
import { buildlog, sharedFolder } from '../support/cli.ts';
import { demoLog, patterns, silent } from '../support/demo-history.ts';
import { dumpOf, openStore } from '../support/judged-jobs.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** What rests on counts alone; the others show logs. */
const counting = ['versions', 'concurrency', 'hosts', 'trend', 'calendar', 'flaky'];
const cut = '2026-11-23T22:21:00.000Z';
const whole = path.join(sharedFolder(), 'demo.db');
(await demoStore(patterns, silent, whole)).store.close();

function demo(): { file: string; store: Store } {
  const file = path.join(tempFolder(), 'demo.db');
  copyFileSync(whole, file);
  return { file, store: openStore(file) };
}

function pruned(store: Store, before = cut): void {
  prune(store, patterns, { before, keptLogs: null, write: true }, silent);
}

function made({ db }: Store, name: string): Report | undefined {
  return reports[name]?.make({ history: readHistory(db), patterns: patterns.set, db });
}

function count({ db }: Store, sql: string): number {
  return Number(db.prepare(`SELECT count(*) FROM ${sql}`).pluck().get());
}

describe('a pruned database', { timeout: 60_000 }, () => {
  it('reports the same of all that is counted, and says of how many jobs only the numbers are left', () => {
    const { store } = demo();
    const before = counting.map((name) => made(store, name));
    pruned(store);
    expect(count(store, 'jobs')).toBe(53);
    expect(count(store, 'facts')).toBeGreaterThan(0);
    for (const [index, name] of counting.entries()) {
      const { scope, ...content } = made(store, name) ?? { scope: null };
      const { scope: scopeBefore, ...contentBefore } = before[index] ?? { scope: null };
      expect(content, name).toEqual(contentBefore);
      expect(scope).toEqual({ ...scopeBefore, pruned: 150 });
    }
  });

  it('counts the same when every job is counted anew', () => {
    const { store } = demo();
    pruned(store);
    const before = made(store, 'versions');
    store.db.prepare('DELETE FROM roll_up_state').run();
    expect(made(store, 'versions')).toEqual(before);
  });

  it('does not forget its lines in the next ingest, nor what was found between jobs near the cut', async () => {
    const { store } = demo();
    // Between the ends of a culprit and of its victim.
    const pair = store.db
      .prepare<[], { victim: number; culprit: number; end: string }>(
        `SELECT c.job_id AS victim, c.culprit_job_id AS culprit, v.completed_at AS end FROM collisions c
         JOIN jobs v ON v.job_id = c.job_id JOIN jobs k ON k.job_id = c.culprit_job_id
         WHERE k.completed_at < v.completed_at`,
      )
      .get();
    // Else it would be kept: its builder was used later.
    store.db
      .prepare(`DELETE FROM builder_events WHERE job_id = ? AND event = 'created'`)
      .run(pair?.culprit);
    pruned(store, pair?.end);
    expect(count(store, `jobs WHERE job_id = ${pair?.culprit}`)).toBe(0);
    expect(count(store, `collisions WHERE job_id = ${pair?.victim}`)).toBe(1);
    const found = readCollisions(store.db);
    const summary = made(store, 'causes');
    linkJobs(store, patterns);
    expect(made(store, 'causes')).toEqual(summary);
    const log = path.join(tempFolder({ '77.log': 'nothing of interest\n' }), '77.log');
    await ingestFiles(store, patterns, { globs: [log], metadata: [], runs: [] }, silent);
    expect(readCollisions(store.db)).toEqual(found);
    expect(readHistory(store.db).scope.jobs).toBe(204);
  });

  it('takes a job back whole when its log is read again', async () => {
    const { store } = demo();
    pruned(store, '2026-11-24T00:00:00.000Z');
    expect(count(store, 'jobs')).toBe(0);
    const globs = [demoLog('shop', 32910000133)];
    await ingestFiles(store, patterns, { globs, metadata: [], runs: [] }, silent);
    expect(count(store, 'jobs')).toBe(1);
    expect(readHistory(store.db).scope).toMatchObject({ jobs: 203, pruned: 202 });
  });

  it('is not pruned twice, and keeps a job whose builder a later job used', () => {
    const { store } = demo();
    const users = `SELECT l.builder_used FROM logs l JOIN jobs j USING (host, job_id) WHERE j.completed_at >= '${cut}'`;
    const creators = `jobs WHERE completed_at < '${cut}' AND job_id IN (
      SELECT job_id FROM builder_events WHERE event = 'created' AND name IN (${users}))`;
    const kept = count(store, creators);
    pruned(store);
    expect(count(store, creators)).toBe(kept);
    const dump = dumpOf(store);
    pruned(store);
    expect(dumpOf(store)).toEqual(dump);
  });
});

describe('buildlog prune', { timeout: 60_000 }, () => {
  const age = ['--older-than', '2026-11-23T22:21:00Z'];

  it('only tells what would go', async () => {
    const { file, store } = demo();
    const before = dumpOf(store);
    store.close();
    const { code, stdout } = await buildlog(['prune', ...age, '--db', file]);
    expect(code).toBe(0);
    expect(stdout).toContain('150 of 203 jobs ended before 2026-11-23T22:21Z');
    expect(stdout).toContain('nothing was deleted; --write does it');
    expect(dumpOf(openStore(file))).toEqual(before);
  });

  it('with --write does it, deletes kept logs, and the file is smaller', async () => {
    const { file, store } = demo();
    const folder = tempFolder({ 'old.gz': 'x', 'new.gz': 'y', 'both.gz': 'z' });
    const keep = store.db.prepare(
      'INSERT INTO kept_logs SELECT host, job_id, $file, 1, $file FROM jobs WHERE job_id = $id',
    );
    const ids = (order: string): number[] =>
      store.db
        .prepare<[], number>(`SELECT job_id FROM jobs ORDER BY completed_at ${order} LIMIT 2`)
        .pluck()
        .all();
    const [[oldest, old], [newest, recent]] = [ids('ASC'), ids('DESC')];
    keep.run({ file: 'old.gz', id: oldest });
    keep.run({ file: 'both.gz', id: old });
    keep.run({ file: 'new.gz', id: newest });
    keep.run({ file: 'both.gz', id: recent });
    store.close();
    const args = ['prune', ...age, '--write', '--keep-logs', folder, '--db', file];
    const { code, stdout } = await buildlog(args);
    expect(code).toBe(0);
    expect(stdout).toContain('pruned, and still counted by all reports; 1 kept log deleted');
    expect(stdout).toMatch(/: 1\.\d MB, now 0\.\d MB/);
    const left = ['old.gz', 'new.gz', 'both.gz'].filter((name) =>
      existsSync(path.join(folder, name)),
    );
    expect(left).toEqual(['new.gz', 'both.gz']);
    const shown = await buildlog(['show', String(oldest), '--db', file]);
    expect(shown.stderr).toContain('only the numbers are left: it was pruned');
    const report = await buildlog(['report', '--db', file]);
    expect(report.stdout.replaceAll('\n', ' ')).toContain(
      'of 150 of them only the numbers are left',
    );
  });

  it('needs an age that is one', async () => {
    const { file, store } = demo();
    store.close();
    const { code, stderr } = await buildlog(['prune', '--older-than', 'soon', '--db', file]);
    expect(code).toBe(2);
    expect(stderr).toContain('--older-than 14d');
  });

  it('is taken over by a merge: lines of jobs that only the other has pruned are counted', async () => {
    const { file, store } = demo();
    pruned(store);
    store.close();
    const own = path.join(tempFolder(), 'own.db');
    const empty = openStore(own);
    empty.close();
    expect((await buildlog(['merge', file, '--db', own])).code).toBe(0);
    const merged = openStore(own);
    expect(readHistory(merged.db).scope).toMatchObject({ jobs: 203, pruned: 150 });
    merged.close();
    expect((await buildlog(['merge', file, '--db', own])).code).toBe(0);
    expect(readHistory(openStore(own).db).scope).toMatchObject({ jobs: 203, pruned: 150 });
  });
});
