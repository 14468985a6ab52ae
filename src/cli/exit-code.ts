/** The exit codes, which are part of the public contract (`buildlog help exit-codes`). */
export const exitCode = {
  done: 0,
  error: 1,
  /** A bad argument, configuration or pattern. */
  usage: 2,
  /** Finished, but something could not be read; what is missing was said on the way. */
  partial: 3,
  /** The token is missing or not accepted. */
  authentication: 4,
  /** `check` says that the gate stays shut: the change's own failure, */
  gateCode: 5,
  /** some of each, */
  gateMixed: 6,
  /** or nobody knows. */
  gateUnknown: 7,
  interrupted: 130,
} as const;

/** What each code says, for help and manual. */
export const exitMeanings: Readonly<Record<keyof typeof exitCode, string>> = {
  done: 'done; `check`: infra, the gate opens',
  error: 'error: a file, the database or GitHub failed; said on stderr',
  usage: 'bad usage, configuration or pattern',
  partial: 'done but something could not be read; the rest was kept',
  authentication: 'no token or a bad one',
  gateCode: '`check`: code, the change itself is to blame',
  gateMixed: '`check`: mixed, some of each',
  gateUnknown: '`check`: unknown, not explained or not surely',
  interrupted: 'interrupted; what was finished is kept',
};

/** How `check` ends. */
export const gateCode = {
  infra: exitCode.done,
  code: exitCode.gateCode,
  mixed: exitCode.gateMixed,
  unknown: exitCode.gateUnknown,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** A mistake in how the command was called, with what to type instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly help: string;

  constructor(message: string, help: string) {
    super(message);
    this.help = help;
  }
}
