/** One ingest with one thing going wrong. */
import { readLogState, type LogState } from '../../src/store/fetch-states.ts';
import type { FakeGithub } from '../fake-github/fake.ts';
import { fault, type FaultKind } from '../fake-github/faults.ts';
import type { FakeJob } from '../fake-github/history.ts';
import {
  attempt,
  fakeGithub,
  ingest,
  redJob,
  repository,
  run,
  type Ingested,
  type IngestOptions,
} from './github.ts';
import { openStore } from './judged-jobs.ts';

/** Requests for the address of a log, for the jobs of an attempt, for the runs of a repository. */
export const logs = /api .*\/logs$/;
export const jobLists = /api .*\/jobs\?/;
export const runLists = /api .*\/runs\?/;

export interface Outcome extends Ingested {
  readonly fake: FakeGithub;
  readonly log: LogState | null;
  readonly store: ReturnType<typeof openStore>;
}

/** An ingest of one failed job with something going wrong `times` times. */
export async function withFault(
  on: RegExp,
  kind: FaultKind,
  times = 99,
  options: IngestOptions = {},
  failed: FakeJob = redJob(),
): Promise<Outcome> {
  const fake = await fakeGithub([repository([run([attempt([failed])])])]);
  fake.faults.push(fault(on, kind, times));
  const store = openStore();
  const result = await ingest(fake, store, options);
  return {
    ...result,
    fake,
    store,
    log: readLogState(store.db, { host: 'github.com', jobId: failed.id }),
  };
}

/** An answer of the API with this status and message. */
export const status = (
  code: number,
  message: string,
  headers: Record<string, string> = {},
): FaultKind => ({ is: 'status', status: code, body: { message }, headers });
