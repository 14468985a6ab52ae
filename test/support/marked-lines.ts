/** Logs with what is expected of each line written before it: `vertex-error | #5 ERROR: …`. */

import { stamped } from './job-log.ts';
import { placeLines } from './scan-log.ts';

interface MarkedLog {
  readonly marks: readonly string[];
  readonly log: string;
}

/** Takes the marks off. Lines without a mark are a mistake of the test. */
function readMarked(text: string): MarkedLog {
  const rows = text
    .replace(/^\n/, '')
    .replace(/\n\s*$/, '')
    .split('\n')
    .map((row) => {
      const [, mark, line] = /^\s*([a-z-]+) *\|(?: (.*))?$/.exec(row) ?? [];
      if (mark === undefined) throw new Error(`no mark on: ${row}`);
      return { mark, line: line ?? '' };
    });
  return {
    marks: rows.map(({ mark }) => mark),
    log: rows.map(({ line }) => `${line}\n`).join(''),
  };
}

/** The lines of `text` that, with a runner's stamp before them, do not stand where their marks say. */
export function misplaced(text: string): string[] {
  const { marks, log } = readMarked(text);
  const placed = placeLines(stamped(log.replace(/\n$/, '')));
  return placed.flatMap(({ position, line }, index) =>
    position === marks[index] ? [] : [`${marks[index]}, but ${position}: ${line.text}`],
  );
}
