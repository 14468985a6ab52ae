/** What opening a file yields, whatever its form. */
import type { ByteSource } from './byte-source.ts';
import type { RawLine } from './raw-lines.ts';

/** One job's log, to be read once and before the next one is asked for. */
export interface OpenedLog {
  /** Where it came from: the path, and the place inside an archive after a `!`. */
  readonly source: string;
  /** The job's name, where the container tells it. */
  readonly jobName: string | null;
  readonly batches: AsyncIterable<readonly RawLine[]>;
  /** The same log as UTF-8 bytes, where it is nothing but lines. Read the one or the other. */
  readonly bytes: ByteSource | null;
}
