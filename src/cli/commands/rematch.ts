/**
 * `buildlog rematch`: the stored logs that are still there are judged again by the patterns of today, without the
 * network. All of it is one transaction, with the cross-job step at its end: the differences that are shown are
 * those that are written.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';

import { openLogs } from '../../log/open-logs.ts';
import type { OpenedLog } from '../../log/opened-log.ts';
import { UnreadableLog } from '../../log/unreadable-log.ts';
import type { CompiledPatterns } from '../../matching/compiled-patterns.ts';
import { unknownJob } from '../../model/job.ts';
import { plural } from '../../model/plural.ts';
import { whyUnreadable } from '../../model/unreadable.ts';
import type { RematchResult, VerdictChange } from '../../output/rematch-text.ts';
import { readLogPlaces, readVerdictLines, type LogPlace } from '../../store/log-places.ts';
import type { Store } from '../../store/store.ts';
import { writeJob } from '../../store/write-jobs.ts';
import { isFileError } from '../file-error.ts';
import { linkJobs } from '../link-jobs.ts';
import { readLogWithDigest } from '../read-log.ts';
import { judgeReadLog, knownJob } from './judged-job.ts';

export interface RematchRequest {
  /** The folder of `--keep-logs`; null where none was kept. */
  readonly keptLogs: string | null;
  readonly write: boolean;
}

export interface RematchReporter {
  readonly progress: (text: string) => void;
  readonly warn: (source: string, message: string, help?: string) => void;
}

/** Judges again all that can be read. @throws StoreError; nothing is written then */
export async function rematch(
  store: Store,
  patterns: CompiledPatterns,
  request: RematchRequest,
  reporter: RematchReporter,
): Promise<RematchResult> {
  const work = async (): Promise<RematchResult> => {
    const before = new Map(readVerdictLines(store.db).map((line) => [keyOf(line), line]));
    const places = readLogPlaces(store.db);
    const judged = await judgeAgain(store, patterns, places, request, reporter);
    linkJobs(store, patterns);
    const changes = readVerdictLines(store.db).flatMap((after): VerdictChange[] => {
      const was = before.get(keyOf(after));
      if (was === undefined || JSON.stringify(was) === JSON.stringify(after)) return [];
      return [{ before: was, after }];
    });
    const { write } = request;
    return { logs: places.length, judged, verdicts: before.size, changes, written: write };
  };
  return request.write ? store.whole(work) : store.tryOut(work);
}

/** How many of the logs could be judged. */
async function judgeAgain(
  store: Store,
  patterns: CompiledPatterns,
  places: readonly LogPlace[],
  { keptLogs }: RematchRequest,
  reporter: RematchReporter,
): Promise<number> {
  let judged = 0;
  for (const [file, wanted] of byFile(places, keptLogs)) {
    if (!existsSync(file)) continue;
    try {
      for await (const log of openLogs(file)) {
        const place = wanted.find((one) => one.kept !== null || one.source === log.source);
        if (place === undefined) continue;
        if (await judge(store, patterns, log, place)) judged++;
        else {
          reporter.warn(log.source, 'is not the log that was read', 'ingest it to have it judged');
        }
        reporter.progress(`${judged} of ${plural(places.length, 'log')} judged`);
      }
    } catch (error) {
      if (error instanceof UnreadableLog) reporter.warn(error.source, error.message, error.help);
      else if (isFileError(error)) reporter.warn(file, whyUnreadable(error));
      else throw error;
    }
  }
  return judged;
}

/** The files in which the logs are to be found: the kept one before the one that was read. */
function byFile(places: readonly LogPlace[], keptLogs: string | null): Map<string, LogPlace[]> {
  const files = new Map<string, LogPlace[]>();
  for (const place of places) {
    const kept = place.kept === null || keptLogs === null ? null : path.join(keptLogs, place.kept);
    const file = kept ?? place.source.split('!')[0] ?? place.source;
    const known = files.get(file) ?? [];
    known.push(kept === null ? { ...place, kept: null } : place);
    files.set(file, known);
  }
  return files;
}

/** False for a log that is another one by now. */
async function judge(
  store: Store,
  patterns: CompiledPatterns,
  log: OpenedLog,
  place: LogPlace,
): Promise<boolean> {
  const read = await readLogWithDigest(log, patterns);
  if (read.sha256 !== place.sha256) return false;
  const job = knownJob(store.db, unknownJob(place));
  writeJob(store.db, judgeReadLog({ ...read, source: place.source }, patterns, job));
  return true;
}

function keyOf({ host, jobId }: { readonly host: string; readonly jobId: number }): string {
  return `${host}/${jobId}`;
}
