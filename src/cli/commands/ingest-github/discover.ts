/**
 * Which runs are new or have changed. The list is read newest first, back to where the last finished reading
 * began and a bit further: two days each night, since a run that is run again keeps its place in the list,
 * and once a week as far back as runs can be run again. Runs that have not ended are remembered and asked
 * for by number.
 */
import { GithubFailure } from '../../../ingest/github/failure.ts';
import {
  listRuns,
  listWindow,
  readRunNow,
  second,
  type ListedRun,
  type RunPage,
} from '../../../ingest/github/lists.ts';
import type { Run } from '../../../model/job.ts';
import type { Instant } from '../../../model/time.ts';
import { attemptState, writeAttemptState } from '../../../store/fetch-states.ts';
import {
  closeRun,
  nameOfRepository,
  readOpenRuns,
  readRunState,
  readScan,
  renameRepository,
  writeRunState,
  writeScan,
  type RunState,
  type Scan,
} from '../../../store/scans.ts';
import { writeRun } from '../../../store/write-jobs.ts';
import { day, isForAll, nameOf, type IngestContext } from './context.ts';
import { depthOf, reachesBeyond, sweepLook, type Depth } from './depth.ts';
import { isMarkOld, knownPage, markPage, noteAsker } from './known-page.ts';
import { noteMissing } from './missing.ts';

/** A run that has not ended by then never will: 35 days are GitHub's longest. */
const stuckAfter = 36 * day;
/** An ingest that was stopped so recently is finished, not begun anew. */
const resumeWithin = 10 * 60_000;

/** Finds what is new in one repository; the name it has now. @throws Deferred, or a failure that ends the whole ingest */
export async function discover(context: IngestContext, repository: string): Promise<string> {
  try {
    return await new Discovery(context, repository).run();
  } catch (error) {
    if (!(error instanceof GithubFailure) || isForAll(error)) throw error;
    if (error.kind !== 'not-found') {
      context.leaveOut(repository, error.message, error.help ?? undefined);
      return repository;
    }
    const newName = await noteMissing(context, repository);
    return newName === null ? repository : await discover(context, newName);
  }
}

class Discovery {
  readonly #context: IngestContext;
  #repository: string;
  readonly #seen = new Set<number>();
  #oldest: Instant | null = null;
  #startedAt: Instant | null = null;

  constructor(context: IngestContext, repository: string) {
    this.#context = context;
    this.#repository = repository;
  }

  async run(): Promise<string> {
    const { store, host, client } = this.#context;
    const scan = readScan(store.db, host, this.#repository);
    noteAsker(this.#context, this.#repository);
    if (this.#isToBeFinished(scan)) return this.#repository;
    let depth: Depth | null = null;
    try {
      const known = knownPage(this.#context, scan);
      for await (const page of listRuns(client, nameOf(this.#repository), known)) {
        // Only now is the server's time known.
        depth ??= depthOf(scan, this.#context.request.since, client.gate.now().getTime());
        if (page.disordered) this.#distrust(depth);
        if (this.#take(page, depth)) break;
      }
    } catch (error) {
      const isEnd = error instanceof GithubFailure && error.kind === 'too-deep';
      if (!isEnd || this.#oldest === null || depth === null) throw error;
      await this.#readWindows(depth, this.#oldest);
    }
    await this.#askOpenRuns();
    if (depth !== null) this.#finish(depth);
    return this.#repository;
  }

  /** The list ends before the time does: windows of `created` show what lies below. */
  async #readWindows(depth: Depth, oldest: Instant): Promise<void> {
    const window = { from: second(depth.floor), to: oldest };
    const incomplete = ({ from }: { from: Instant }): void =>
      this.#context.leaveOut(
        this.#repository,
        `more runs were created in the second ${from} than GitHub lists`,
      );
    for await (const page of listWindow(
      this.#context.client,
      nameOf(this.#repository),
      window,
      incomplete,
    )) {
      this.#take(
        { ...page, hasNext: true },
        { ...depth, boundary: depth.floor, stopsAtKnown: false },
      );
    }
  }

  /** An ingest that was stopped a moment ago goes on with what it had found. */
  #isToBeFinished(scan: Scan): boolean {
    const { settled, completeAt } = scan;
    if (settled || completeAt === null) return false;
    const now = this.#context.client.gate.now().getTime();
    const { since } = this.#context.request;
    if (since !== null && reachesBeyond(since(now), scan)) return false;
    return Math.abs(now - Date.parse(completeAt)) < resumeWithin;
  }

  /** The order of the list is a habit of GitHub's, not a promise. */
  #distrust(depth: Depth): void {
    if (depth.stopsAtKnown || depth.boundary !== depth.floor) {
      this.#context.reporter.warn(
        this.#repository,
        'the list of runs is out of order; it is read further than usual',
      );
    }
    depth.stopsAtKnown = false;
    depth.boundary = Math.max(
      depth.floor,
      Math.min(depth.boundary, this.#context.client.gate.now().getTime() - sweepLook),
    );
  }

  /** One page, as one transaction. True when nothing below it is of interest. */
  #take(page: RunPage, depth: Depth): boolean {
    const { store, host, tally } = this.#context;
    const isFirst = this.#startedAt === null;
    this.#startedAt ??= this.#context.now();
    return store.transaction(() => {
      this.#noteName(page.runs);
      if (isFirst && !page.unchanged) markPage(this.#context, this.#repository, page);
      let allKnown = true;
      let allOld = page.unchanged
        ? isMarkOld(this.#context, this.#repository, depth)
        : page.runs.length > 0;
      for (const listed of page.runs) {
        const created = Date.parse(listed.run.createdAt ?? '');
        if (created >= depth.boundary) allOld = false;
        if (created < depth.floor && readRunState(store.db, host, listed.run.runId) === null)
          continue;
        if (!this.#seen.has(listed.run.runId)) tally.runs++;
        this.#seen.add(listed.run.runId);
        this.#oldest = listed.run.createdAt ?? this.#oldest;
        if (this.#accept(listed)) allKnown = false;
      }
      const isLast = !page.hasNext || allOld || (allKnown && depth.stopsAtKnown);
      const scan = readScan(store.db, host, this.#repository);
      writeScan(store.db, { ...scan, begunAt: this.#startedAt });
      // With nothing left to ask for, the scan is finished with its last page.
      if (isLast && this.#unseenOpenRuns().length === 0) this.#finish(depth);
      return isLast;
    });
  }

  /** The rows tell the name that the repository has now. */
  #noteName(runs: readonly ListedRun[]): void {
    const first = runs[0];
    if (first === undefined) return;
    const { store, host } = this.#context;
    const { repositoryId, run } = first;
    const before = repositoryId === null ? null : nameOfRepository(store.db, host, repositoryId);
    const now = run.repository;
    if (before !== null && before !== now) {
      renameRepository(store.db, host, before, now);
      this.#context.reporter.say(`${before} is called ${now} now`);
    }
    this.#repository = now;
    if (repositoryId === null) return;
    writeScan(store.db, { ...readScan(store.db, host, now), repositoryId });
  }

  /** Keeps a run and notes which of its attempts are to be read. False when nothing of it is news. */
  #accept({ run, path }: ListedRun): boolean {
    const { store, host } = this.#context;
    const { runId, attempt, repository, createdAt, updatedAt } = run;
    const before = readRunState(store.db, host, runId);
    if (before !== null && isOlder(run, before)) return false;
    const isOver = run.status === 'completed';
    const isStuck = !isOver && this.#isStuck(run.startedAt ?? createdAt);
    const state = isOver ? 'closed' : isStuck ? 'stuck' : 'open';
    const isSame = before?.attempt === attempt && before.updatedAt === updatedAt;
    if (isSame && before.state === state) return false;
    writeRun(store.db, run);
    writeRunState(store.db, {
      host,
      runId,
      repository,
      path,
      state,
      attempt,
      createdAt,
      updatedAt,
    });
    for (let number = 1; number <= attempt; number++) {
      const key = { host, runId, attempt: number };
      const known = attemptState(store.db, key);
      if (known !== null && known !== 'open') continue;
      // A newer attempt begins only when the one before it has ended.
      const ended = number < attempt || state !== 'open';
      writeAttemptState(store.db, key, ended ? 'pending' : 'open');
    }
    return true;
  }

  #isStuck(since: Instant | null): boolean {
    return (
      since !== null && this.#context.client.gate.now().getTime() - Date.parse(since) > stuckAfter
    );
  }

  #unseenOpenRuns(): number[] {
    const open = readOpenRuns(this.#context.store.db, this.#context.host, this.#repository);
    return open.map(({ runId }) => runId).filter((id) => !this.#seen.has(id));
  }

  async #askOpenRuns(): Promise<void> {
    const { client, store, host } = this.#context;
    for (const runId of this.#unseenOpenRuns()) {
      this.#seen.add(runId);
      try {
        const listed = await readRunNow(client, nameOf(this.#repository), runId);
        if (listed !== null) store.transaction(() => this.#accept(listed));
      } catch (error) {
        if (!(error instanceof GithubFailure) || error.kind !== 'not-found') throw error;
        store.transaction(() => {
          const attempt = readRunState(store.db, host, runId)?.attempt ?? 1;
          closeRun(store.db, host, runId, 'deleted');
          writeAttemptState(store.db, { host, runId, attempt }, 'deleted');
        });
      }
    }
  }

  /** The next ingest need not look further back than this one began. */
  #finish(depth: Depth): void {
    const { store, host } = this.#context;
    const at = this.#startedAt;
    if (at === null) return;
    store.transaction(() => {
      const scan = readScan(store.db, host, this.#repository);
      if (scan.begunAt === null) return;
      writeScan(store.db, {
        ...scan,
        begunAt: null,
        completeAt: at,
        deepAt: depth.isDeep ? at : scan.deepAt,
        sweptAt: depth.isSweep ? at : scan.sweptAt,
        coveredFrom: new Date(depth.floor).toISOString(),
        settled: false,
        missingNights: 0,
        missingAt: null,
        goneAt: null,
      });
    });
  }
}

/** A page that was made before what is known already. */
function isOlder({ attempt, updatedAt }: Run, known: RunState): boolean {
  return known.attempt > attempt || (known.updatedAt ?? '') > (updatedAt ?? '');
}
