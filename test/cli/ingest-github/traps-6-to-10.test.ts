/** The other five of the API contract's ten traps, and kept logs. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';

import { describe, expect, it } from 'vitest';

import { readHistory } from '../../../src/reports/history.ts';
import { samplingFinding } from '../../../src/reports/sampling.ts';
import { readLogState } from '../../../src/store/fetch-states.ts';
import { fault } from '../../fake-github/faults.ts';
import { projectFolder } from '../../support/cli.ts';
import {
  ago,
  attempt,
  callsOf,
  day,
  fakeGithub,
  hour,
  ingest,
  job,
  redJob,
  redLog,
  repository,
  run,
} from '../../support/github.ts';
import { buildStep, jobLog, setupStep } from '../../support/job-log.ts';
import { openStore } from '../../support/judged-jobs.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const count = (db: ReturnType<typeof openStore>['db'], table: string): number =>
  Number(db.prepare(`SELECT count(*) FROM ${table}`).pluck().get());

describe('trap 6: what is to be done stands in the database', () => {
  it('a run that had not ended is asked for by its number, however old it is', async () => {
    const slow = run(
      [
        attempt([], {
          status: 'in_progress',
          conclusion: null,
          startedAt: ago(30 * day),
          updatedAt: ago(30 * day),
        }),
      ],
      ago(30 * day),
    );
    const others = Array.from({ length: 120 }, (_, n) =>
      run([attempt([], { conclusion: 'startup_failure' })], ago(n * 60_000)),
    );
    const fake = await fakeGithub([repository([slow, ...others])], { limit: null });
    const store = openStore();
    await ingest(fake, store);
    slow.attempts[0] = attempt([redJob()], { startedAt: ago(30 * day), updatedAt: ago(0) });
    const before = fake.calls.length;
    const { tally } = await ingest(fake, store);
    expect(tally.logs).toBe(1);
    expect(fake.calls.slice(before).map(({ path: asked }) => asked)).toContain(
      `/repos/acme/shop/actions/runs/${slow.id}?exclude_pull_requests=true`,
    );
  });

  it('and one that never ends is given up after 36 days, with the jobs that did end', async () => {
    const stuck = run(
      [
        attempt([redJob()], {
          status: 'in_progress',
          conclusion: null,
          startedAt: ago(37 * day),
          updatedAt: ago(37 * day),
        }),
      ],
      ago(37 * day),
    );
    const fake = await fakeGithub([repository([stuck])]);
    const store = openStore();
    await ingest(fake, store);
    expect(store.db.prepare('SELECT state FROM run_states').pluck().get()).toBe('stuck');
    expect(count(store.db, 'logs')).toBe(1);
  });
});

describe('trap 7: metadata of all, logs of failures and of a drawn share', () => {
  const green = Array.from({ length: 60 }, () => job());
  const red = Array.from({ length: 5 }, () => redJob());

  it('the same draw each time, its probability stored, and a larger share only adds', async () => {
    const fake = await fakeGithub([repository([run([attempt([...green, ...red])])])]);
    const store = openStore();
    const states = (): unknown[] =>
      store.db.prepare('SELECT job_id, state, probability FROM log_states ORDER BY job_id').all();
    const first = await ingest(fake, store, { share: 0.3 });
    expect(count(store.db, 'jobs')).toBe(65);
    expect(first.tally.logs).toBeGreaterThan(5 + 5);
    expect(first.tally.logs).toBeLessThan(5 + 35);
    const other = openStore();
    await ingest(fake, other, { share: 0.3 });
    expect(
      other.db.prepare('SELECT job_id, state, probability FROM log_states ORDER BY job_id').all(),
    ).toEqual(states());
    const more = await ingest(fake, store, { share: 1 });
    expect(first.tally.logs + more.tally.logs).toBe(65);
    expect(store.db.prepare('SELECT DISTINCT probability FROM log_states').pluck().all()).toEqual([
      1,
    ]);
  });

  it('reports weigh what was drawn, and say that levels rest on a sample', async () => {
    const built = jobLog(setupStep(), buildStep('#2 [1/1] RUN make\n#2 DONE 1.0s'));
    const lost = jobLog(
      setupStep(),
      buildStep('#2 [1/1] RUN make\n#2 ERROR: exit code: 2\nERROR: failed to solve: exit code: 2'),
      '##[error]buildx failed with: ERROR: failed to solve: exit code: 2',
    );
    const jobs = [...Array.from({ length: 80 }, () => job({}, built)), redJob({}, lost)];
    const fake = await fakeGithub([repository([run([attempt(jobs)])])]);
    const store = openStore();
    const { tally } = await ingest(fake, store, { share: 0.25 });
    const found = samplingFinding(readHistory(store.db));
    const estimate = (tally.logs - 1) * 4 + 1;
    expect(found?.text).toContain(
      `stand for about ${estimate}, of which ${(100 / estimate).toFixed(1)} % failed`,
    );
    await ingest(fake, store, { share: 1 });
    expect(samplingFinding(readHistory(store.db))).toBeNull();
  });

  it('skipped jobs are not asked for, canceled ones once', async () => {
    const fake = await fakeGithub([
      repository([
        run([
          attempt([job({ conclusion: 'skipped' }, null), job({ conclusion: 'cancelled' }, null)]),
        ]),
      ]),
    ]);
    const store = openStore();
    const { ending } = await ingest(fake, store);
    await ingest(fake, store);
    expect(callsOf(fake).logs).toBe(1);
    expect(ending).toBe('done');
    expect(store.db.prepare('SELECT DISTINCT state FROM log_states').pluck().all()).toEqual([
      'absent',
    ]);
  });
});

describe('trap 8: one gate, no request during a penalty', () => {
  it('holds back sixty queued calls', async () => {
    const jobs = Array.from({ length: 60 }, () => redJob());
    const fake = await fakeGithub([repository([run([attempt(jobs)])])]);
    const penalty = {
      is: 'penalty',
      status: 403,
      headers: { 'retry-after': '1' },
      message: 'You have exceeded a secondary rate limit',
      milliseconds: 1000,
    } as const;
    fake.faults.push(fault(/api .*\/logs$/, penalty, 1, 5));
    const { tally, ending } = await ingest(fake, openStore());
    expect(ending).toBe('done');
    expect(tally.logs).toBe(60);
    // One call was refused, and that one was made again.
    expect(callsOf(fake).logs).toBe(61);
    expect(fake.mostInFlight).toBeLessThanOrEqual(4);
  });
});

describe('trap 9: one status has several meanings', () => {
  it('410 on a log is an end only for an old job and while lists work', async () => {
    const old = redJob({ started_at: ago(3 * day), completed_at: ago(3 * day - hour) });
    const young = redJob();
    const fake = await fakeGithub([repository([run([attempt([old, young])])])]);
    fake.faults.push(
      fault(
        /api .*\/logs$/,
        { is: 'status', status: 410, body: { message: 'Server Error', status: '410' } },
        9,
      ),
    );
    const store = openStore();
    const { ending } = await ingest(fake, store);
    const state = (id: number): unknown =>
      readLogState(store.db, { host: 'github.com', jobId: id })?.state;
    expect(ending).toBe('partial');
    expect(state(old.id)).toBe('expired');
    expect(state(young.id)).toBe('wanted');
  });

  it('410 on a list is the end of the API version, and no log is marked', async () => {
    const fake = await fakeGithub([repository([run([attempt([redJob()])])])]);
    fake.faults.push(
      fault(/api .*\/jobs\?/, { is: 'status', status: 410, body: { message: 'Gone' } }, 9),
    );
    const store = openStore();
    const { said } = await ingest(fake, store);
    expect(said.join('\n')).toContain(
      'GitHub has retired the version of its API that buildlog speaks',
    );
    expect(count(store.db, 'log_states')).toBe(0);
  });
});

describe('trap 10: Node 20 is still served', () => {
  it('no installed dependency asks for more than Node 20.19', () => {
    const { packages } = JSON.parse(
      readFileSync(path.join(projectFolder, 'package-lock.json'), 'utf8'),
    ) as { packages: Record<string, { dev?: boolean; engines?: { node?: string } }> };
    const tooNew = Object.entries(packages).filter(
      ([name, { engines }]) => name !== '' && /^>=? ?2[1-9]/.test(engines?.node ?? ''),
    );
    expect(tooNew.map(([name]) => name)).toEqual([]);
  });
});

describe('kept logs', () => {
  it('lie compressed under the digest of their content, each once, unreadable for others', async () => {
    const folder = tempFolder();
    const fake = await fakeGithub([repository([run([attempt([redJob(), redJob(), job()])])])]);
    const store = openStore();
    await ingest(fake, store, { keepLogs: folder });
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.gz'),
    );
    expect(files).toHaveLength(2);
    const rows = store.db.prepare('SELECT file FROM kept_logs').pluck().all().map(String);
    expect(new Set(rows)).toEqual(new Set(files));
    expect(
      files.map((file) => gunzipSync(readFileSync(path.join(folder, file))).toString()),
    ).toContain(redLog);
  });
});
