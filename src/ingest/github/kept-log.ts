/**
 * Keeps a log as it passes: compressed into a file that is named after the digest of its content. The file
 * gets its name only when it is whole and on the disk, so that a name never stands for half a log.
 */
import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { finished } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

export interface KeptLog {
  /** Of the bytes as they came. */
  readonly sha256: string;
  readonly bytes: number;
  /** Its place in the folder. */
  readonly file: string;
}

/** The disk takes no more: nothing is wrong with the log or with GitHub. */
export class KeepingFailed extends Error {
  override readonly name = 'KeepingFailed';
}

const partSuffix = '.part';
/** Older half-written files are of an ingest that died. */
const abandonedAfter = 24 * 3_600_000;

export class LogKeeper {
  readonly #folder: string;
  readonly #part: string;
  readonly #digest = createHash('sha256');
  readonly #gzip = createGzip();
  readonly #done: Promise<void>;
  #bytes = 0;

  private constructor(folder: string, part: string) {
    this.#folder = folder;
    this.#part = part;
    // Logs can hold secrets that nobody masked.
    const file = createWriteStream(part, { mode: 0o600 });
    this.#gzip.on('error', (error) => file.destroy(error));
    file.on('error', (error) => this.#gzip.destroy(error));
    this.#gzip.pipe(file);
    this.#done = finished(file);
    this.#done.catch(() => {}); // `keep` sees the same error
  }

  static async begin(folder: string): Promise<LogKeeper> {
    await makeLogFolder(folder);
    return new LogKeeper(folder, path.join(folder, `${randomUUID()}${partSuffix}`));
  }

  /** Hands the bytes on and keeps them. @throws KeepingFailed, and what `chunks` throws */
  async *keep(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      this.#digest.update(chunk);
      this.#bytes += chunk.length;
      const isFull = !this.#gzip.write(chunk);
      // A stream that has failed never drains.
      if (this.#gzip.destroyed) await this.#written();
      else if (isFull) await drained(this.#gzip).catch(() => this.#written());
      yield chunk;
    }
  }

  /** The log is whole: it gets its name. @throws KeepingFailed */
  async commit(): Promise<KeptLog> {
    this.#gzip.end();
    await this.#written();
    try {
      return await this.#name();
    } catch (error) {
      throw failed(error);
    }
  }

  async #written(): Promise<void> {
    await this.#done.catch((error: unknown) => {
      throw failed(error);
    });
  }

  async #name(): Promise<KeptLog> {
    const sha256 = this.#digest.digest('hex');
    const file = path.join(sha256.slice(0, 2), `${sha256}.log.gz`);
    const target = path.join(this.#folder, file);
    await mkdir(path.dirname(target), { recursive: true, mode: 0o700 });
    const part = await open(this.#part, 'r');
    try {
      await part.sync();
    } finally {
      await part.close();
    }
    await rename(this.#part, target);
    return { sha256, bytes: this.#bytes, file };
  }

  /** The log is not to be kept after all. */
  async discard(): Promise<void> {
    this.#gzip.destroy();
    await this.#done.catch(() => {});
    await rm(this.#part, { force: true });
  }
}

/** Makes the folder of kept logs, for its owner only. @throws KeepingFailed */
export async function makeLogFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw failed(error);
  });
}

function failed(error: unknown): KeepingFailed {
  const reason = error instanceof Error ? error.message : String(error);
  return new KeepingFailed(`logs cannot be kept: ${reason}`, { cause: error });
}

/** Removes what ingests that died have left half written. */
export async function sweepParts(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    if (!name.endsWith(partSuffix)) continue;
    const file = path.join(folder, name);
    const { mtimeMs } = await stat(file);
    if (Date.now() - mtimeMs > abandonedAfter) await rm(file, { force: true });
  }
}

async function drained(stream: NodeJS.EventEmitter): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const settle = (act: () => void): void => {
      stream.off('drain', onDrain);
      stream.off('close', onClose);
      act();
    };
    const onDrain = (): void => settle(resolve);
    const onClose = (): void => settle(() => reject(new Error('the log could not be written')));
    stream.on('drain', onDrain);
    stream.on('close', onClose);
  });
}
