/** Logs with what is expected of each line written before it: `vertex-error | #5 ERROR: …`. */

interface MarkedLog {
  readonly marks: readonly string[];
  readonly log: string;
}

/** Takes the marks off. Lines without a mark are a mistake of the test. */
export function readMarked(text: string): MarkedLog {
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
