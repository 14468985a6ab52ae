/** From the logs of several jobs to who did what to whom: read, joined, and put over the verdicts. */
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { ingestFiles } from '../../src/cli/commands/ingest-files.ts';
import { loadCheckedPatterns } from '../../src/cli/load-patterns.ts';
import { readCollisions, type StoredCollision } from '../../src/store/collisions.ts';
import { readVerdicts, type StoredVerdict } from '../../src/store/read-jobs.ts';
import type { Store } from '../../src/store/store.ts';
import { patterns, silent } from '../support/demo-history.ts';
import { openStore } from '../support/judged-jobs.ts';
import {
  at,
  builderA,
  builderB,
  culprit,
  gracefulStop,
  raceLog,
  smallJob,
  victim,
} from '../support/race-logs.ts';
import { tempFolder } from '../support/temp-folder.ts';

const [victimId, culpritId] = [100001, 100002];

/** Ingests logs, each under its job id, into a new store. */
async function ingested(
  logs: Readonly<Record<number, string>>,
  store = openStore(),
  known = patterns,
): Promise<Store> {
  const files = Object.entries(logs).map(([id, text]) => [`${id}.log`, text]);
  const folder = tempFolder(Object.fromEntries(files));
  const request = { globs: [path.join(folder, '*.log')], metadata: [], runs: [] };
  await ingestFiles(store, known, request, silent);
  return store;
}

async function collisionsAmong(logs: Readonly<Record<number, string>>): Promise<StoredCollision[]> {
  return readCollisions((await ingested(logs)).db);
}

function verdictOn(store: Store, jobId: number): StoredVerdict | undefined {
  return readVerdicts(store.db).find((verdict) => verdict.job_id === jobId);
}

/** The culprit's log with other last words of its cleanup. */
function cleanup(answer: string, answeredAt: number): string {
  return raceLog({ ...culprit, removal: { builder: builderB, at: 40, answer, answeredAt } });
}

describe('a victim and its culprit', () => {
  const logs = { [victimId]: raceLog(victim), [culpritId]: raceLog(culprit) };

  it('are found, with the lines that prove it in both logs', async () => {
    const [found] = await collisionsAmong(logs);
    expect(found).toMatchObject({
      job_id: victimId,
      culprit_job_id: culpritId,
      kind: 'builder-removed',
      builder: builderB,
      removed_at: at(40),
      failed_at: at(50),
      delay_s: 10,
      strength: 'strong',
    });
    const lineOf = (text: string, words: string): number =>
      text.split('\n').findIndex((line) => line.includes(words)) + 1;
    expect(found?.removed_line).toBe(lineOf(logs[culpritId] ?? '', `buildx rm ${builderB}`));
    expect(found?.failed_line).toBe(
      lineOf(logs[victimId] ?? '', 'ERROR: failed to receive status'),
    );
  });

  it('change the verdict, and what the log alone says stays beside it', async () => {
    const store = await ingested(logs);
    expect(verdictOn(store, victimId)).toMatchObject({
      status: 'explained',
      cause: 'builder-removed-by-other-job',
      confidence: 'high',
      log_cause: 'builder-stopped',
    });
    expect(verdictOn(store, culpritId)).toMatchObject({ status: 'passed', cause: null });
  });

  it('are found when the culprit comes in a later ingest', async () => {
    const store = await ingested({ [victimId]: raceLog(victim) });
    expect(verdictOn(store, victimId)).toMatchObject({ cause: 'builder-stopped' });
    await ingested({ [culpritId]: raceLog(culprit) }, store);
    expect(verdictOn(store, victimId)).toMatchObject({ cause: 'builder-removed-by-other-job' });
  });

  it('are forgotten when the culprit turns out to be none', async () => {
    const store = await ingested(logs);
    const longer = raceLog({ ...culprit, removal: null }) + `${at(60)} more\n`.repeat(50);
    await ingested({ [culpritId]: longer }, store);
    expect(readCollisions(store.db)).toEqual([]);
    expect(verdictOn(store, victimId)).toMatchObject({
      cause: 'builder-stopped',
      reason: expect.stringContaining('told to stop'),
    });
  });
});

describe('a removal', () => {
  it('that was refused harms nobody', async () => {
    const refused = cleanup(`failed to remove ${builderB}: container is in use`, 41);
    expect(await collisionsAmong({ [victimId]: raceLog(victim), [culpritId]: refused })).toEqual(
      [],
    );
  });

  it('that found no such builder harms nobody', async () => {
    const nothing = cleanup(`ERROR: no builder "${builderB}" found`, 41).replace(
      'Post job cleanup.',
      '##[group]Run docker buildx rm',
    );
    expect(await collisionsAmong({ [victimId]: raceLog(victim), [culpritId]: nothing })).toEqual(
      [],
    );
  });

  it('counts only for the builder that the failing build was on', async () => {
    const asked = `${at(9)} ERROR: no builder "cache" found\n`;
    const log = raceLog(victim).replace(`${at(15)} ##[group]Run`, `${asked}${at(15)} ##[group]Run`);
    expect(log).toContain(asked);
    expect(await collisionsAmong({ [victimId]: log, [culpritId]: raceLog(culprit) })).toMatchObject(
      [{ culprit_job_id: culpritId, builder: builderB }],
    );
  });

  it('on another hosted machine harms nobody, whatever id its engine bears', async () => {
    const named = (text: string): string =>
      text
        .replaceAll(builderB, 'ci')
        .replace(
          /^(\S+) Machine name: .*$/m,
          '$1 ##[group]Runner Image\n$1 Image: ubuntu-24.04\n$1 ##[endgroup]',
        )
        .replace(
          /^(\S+) (##\[group\]Creating)/m,
          '$1  ID: 584d62f5-11d9-4074-87e4-acacf60905a6\n$1 $2',
        );
    const logs = { [victimId]: named(raceLog(victim)), [culpritId]: named(raceLog(culprit)) };
    expect(await collisionsAmong(logs)).toEqual([]);
  });

  it('that never came to its end harms all the same', async () => {
    const cut = raceLog(culprit).split(`${builderB} removed`)[0] ?? '';
    const found = await collisionsAmong({ [victimId]: raceLog(victim), [culpritId]: cut });
    expect(found).toMatchObject([{ culprit_job_id: culpritId }]);
  });

  it("of the job's own builder in its own cleanup accuses nobody", async () => {
    const alone = raceLog({ ...victim, buildsOn: builderA });
    expect(await collisionsAmong({ [victimId]: alone })).toEqual([]);
  });

  it('by a script, which does not print its commands, counts by its answer', async () => {
    const script = [
      [39.5, '##[group]Run docker buildx rm "$OLD"'],
      [39.5, '\u001B[36;1mdocker buildx rm "$OLD"\u001B[0m'],
      [39.5, '##[endgroup]'],
      [50.2, `${builderB} removed`],
      [50.3, 'Cleaning up orphan processes'],
    ] as const;
    const before = raceLog({ ...smallJob, runner: 'ci-1-runner-2' })
      .split('\n')
      .slice(0, 4);
    const log = [...before, ...script.map(([seconds, text]) => `${at(seconds)} ${text}`)].join(
      '\n',
    );
    const dies = raceLog({ ...victim, buildEndsAt: 50.3 });
    expect(await collisionsAmong({ [victimId]: dies, [culpritId]: `${log}\n` })).toMatchObject([
      { culprit_job_id: culpritId, builder: builderB, delay_s: null },
    ]);
    const sooner = raceLog({ ...victim, buildEndsAt: 48 });
    expect(await collisionsAmong({ [victimId]: sooner, [culpritId]: `${log}\n` })).toMatchObject([
      { culprit_job_id: culpritId },
    ]);
  });

  it('that a test only prints is none', async () => {
    const printed = raceLog(culprit)
      .split('\n')
      .filter((line) => !line.includes('[command]/usr/bin/docker buildx rm'))
      .join('\n');
    expect(await collisionsAmong({ [victimId]: raceLog(victim), [culpritId]: printed })).toEqual(
      [],
    );
  });
});

describe('the end of an engine', () => {
  const builderC = 'builder-cccccccc-0000-4000-8000-00000000000c';
  const noDaemon =
    'ERROR: Cannot connect to the Docker daemon at unix:///var/run/docker.sock. ' +
    'Is the docker daemon running?';
  const neighbour = { ...smallJob, runner: 'ci-1-runner-3', creates: builderC, buildsOn: builderC };

  it('is told by a neighbour that can no longer reach it, and nobody is accused', async () => {
    const finder = raceLog({ ...neighbour, buildEndsAt: 52, error: noDaemon });
    const store = await ingested({ [victimId]: raceLog(victim), 100003: finder });
    expect(readCollisions(store.db)).toMatchObject([
      { job_id: victimId, kind: 'daemon-stopped', culprit_job_id: null },
    ]);
    expect(verdictOn(store, victimId)).toMatchObject({
      cause: 'daemon-stopped',
      log_cause: 'builder-stopped',
    });
    expect(verdictOn(store, 100003)).toMatchObject({ cause: 'daemon-stopped' });
  });

  it("is told by a user's own wording that says so", async () => {
    const signature = `title: the engine is away
cause: daemon-unreachable
rank: 93
where: [final]
regex: 'our engine is away at (?<endpoint>unix:\\S+)'
daemon-gone: true
samples:
  - text: 'ERROR: our engine is away at unix:///var/run/docker.sock'
    captures: { endpoint: 'unix:///var/run/docker.sock' }
near-misses:
  - text: '#5 0.1 our engine is away at unix:///var/run/docker.sock'
    why: a program prints it
`;
    const files = { 'signatures/ours/engine-away.yaml': signature };
    const own = loadCheckedPatterns([tempFolder(files)]);
    expect(own.problems).toEqual([]);
    const error = 'ERROR: our engine is away at unix:///var/run/docker.sock';
    const logs = {
      [victimId]: raceLog(victim),
      100003: raceLog({ ...neighbour, buildEndsAt: 52, error }),
    };
    const store = await ingested(logs, openStore(), own.patterns);
    expect(readCollisions(store.db)).toMatchObject([{ job_id: victimId, kind: 'daemon-stopped' }]);
  });

  it('is told by two builders that end in the same second', async () => {
    const other = raceLog({ ...neighbour, buildEndsAt: 50.5, error: gracefulStop });
    const found = await collisionsAmong({ [victimId]: raceLog(victim), 100003: other });
    expect(found.map(({ kind }) => kind)).toEqual(['daemon-stopped', 'daemon-stopped']);
  });

  it('is not told by one builder that an operator stopped', async () => {
    expect(await collisionsAmong({ [victimId]: raceLog(victim) })).toEqual([]);
  });
});
