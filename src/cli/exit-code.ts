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
  interrupted: 130,
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
