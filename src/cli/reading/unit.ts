/** A file of logs, or a part of a large archive, read on whichever thread: what is in it, or why it can't be read. */
import { openLogs } from '../../log/open-logs.ts';
import type { OpenedLog } from '../../log/opened-log.ts';
import type { Part } from '../../log/run-archive.ts';
import { UnreadableLog } from '../../log/unreadable-log.ts';
import { whyUnreadable } from '../../model/unreadable.ts';
import { isFileError } from '../file-error.ts';

export interface Unit {
  readonly path: string;
  /** Null for all of the file. */
  readonly part: Part | null;
}

/** Why a file, or the rest of it, was left out. */
export interface ReadProblem {
  readonly source: string;
  readonly message: string;
  readonly help: string | undefined;
}

/** What was made of one log, or why it or the rest of its file was left out. */
export type Reading<T> =
  | { readonly item: T; readonly problem: null }
  | { readonly item: null; readonly problem: ReadProblem };

/** Makes something of every log in the unit. One that is damaged does not take those behind it along. */
export async function* readUnit<T>(
  { path, part }: Unit,
  read: (log: OpenedLog) => Promise<T>,
): AsyncGenerator<Reading<T>> {
  try {
    for await (const log of openLogs(path, part)) {
      yield await read(log).then(
        (item) => ({ item, problem: null }),
        (error: unknown) => ({ item: null, problem: problemOf(path, error) }),
      );
    }
  } catch (error) {
    yield { item: null, problem: problemOf(path, error) };
  }
}

function problemOf(path: string, error: unknown): ReadProblem {
  if (error instanceof UnreadableLog) {
    const { source, message, help } = error;
    return { source, message, help };
  }
  if (!isFileError(error)) throw error;
  return { source: path, message: whyUnreadable(error), help: undefined };
}

/** All that a generator yields. */
export async function allOf<T>(some: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of some) all.push(one);
  return all;
}
