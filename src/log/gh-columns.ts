/** `gh run view --log` prints `JOB<TAB>STEP<TAB>line` for all jobs of a run, one job after another. */
import { redact } from '../model/redaction.ts';
import type { OpenedLog } from './opened-log.ts';
import type { RawLine } from './raw-lines.ts';

const columns = /^\uFEFF?([^\t]{1,300})\t([^\t]{1,300})\t/;
const stampedColumns =
  /^\uFEFF?[^\t]{1,300}\t[^\t]{1,300}\t\uFEFF?\d{4}-\d\d-\d\dT[\d:]{8}\.\d{7}Z/;

/** Whether a log's first lines carry the two columns. A tab further down is only text. */
export function startsWithColumns(lines: readonly RawLine[]): boolean {
  return stampedColumns.test(lines.find(({ text }) => text.trim() !== '')?.text ?? '');
}

/** One log for each job, in the order of the file. Line numbers count within a job's log. */
export async function* logsByColumn(
  source: string,
  batches: AsyncIterable<readonly RawLine[]>,
): AsyncGenerator<OpenedLog> {
  const reader = new JobReader(batches);
  for (let job = await reader.nextJob(); job !== null; job = await reader.nextJob()) {
    const jobName = redact(job);
    yield { source: `${source}!${jobName}`, jobName, bytes: null, batches: reader.linesOfJob() };
  }
}

/** Hands out lines as long as they belong to one job, and keeps the first of the next. */
class JobReader {
  readonly #batches: AsyncIterator<readonly RawLine[]>;
  #pending: readonly RawLine[] = [];
  #job: string | null = null;

  constructor(batches: AsyncIterable<readonly RawLine[]>) {
    this.#batches = batches[Symbol.asyncIterator]();
  }

  async nextJob(): Promise<string | null> {
    for await (const _ of this.linesOfJob()) void _; // whatever the consumer left unread
    if (!(await this.#fill())) return null;
    this.#job = jobOf(this.#pending[0]) ?? '';
    return this.#job;
  }

  async *linesOfJob(): AsyncGenerator<readonly RawLine[]> {
    let number = 0;
    while (this.#job !== null && (await this.#fill())) {
      const other = this.#pending.findIndex((line) => (jobOf(line) ?? this.#job) !== this.#job);
      const mine = other < 0 ? this.#pending : this.#pending.slice(0, other);
      this.#pending = other < 0 ? [] : this.#pending.slice(other);
      if (other >= 0) this.#job = null;
      yield mine.map((line) => ({
        ...line,
        number: ++number,
        text: line.text.replace(columns, ''),
      }));
    }
    this.#job = null;
  }

  async #fill(): Promise<boolean> {
    if (this.#pending.length > 0) return true;
    const next = await this.#batches.next();
    if (next.done) return false;
    this.#pending = next.value;
    return true;
  }
}

function jobOf(line: RawLine | undefined): string | null {
  return line === undefined ? null : (columns.exec(line.text)?.[1] ?? null);
}
