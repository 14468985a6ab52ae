/** What is wrong with a pattern file, in the fixed parts that every such message has. */

export interface PatternProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** What is wrong. */
  readonly message: string;
  /** What to do about it. */
  readonly help: string;
}

/** `file:line:col: message` and the help under it. */
export function formatProblem({ file, line, column, message, help }: PatternProblem): string {
  return `${file}:${line}:${column}: ${message}\n  help: ${help}`;
}
