/** What an archive holds, by its directory. */
import yauzl, { type Entry, type ZipFile } from 'yauzl';

import type { ZipBytes } from './zip-bytes.ts';

/** A file in an archive. */
export interface PackedFile {
  readonly name: string;
  /** Where its local header stands. */
  readonly start: number;
  /** Its bytes in the archive, and unpacked: as the directory has it, which may lie. */
  readonly packedSize: number;
  readonly size: number;
  readonly crc32: number;
  /** What only yauzl can unpack; null for what is small and deflated, the usual case. */
  readonly entry: Entry | null;
}

/** Files up to this size are unpacked at once, in half the time that a stream takes. */
const wholeBytes = 4 * 1024 ** 2;
const deflated = 8;

/** All files, in the directory's order. @throws Error when it is damaged */
export async function filesIn(bytes: ZipBytes): Promise<PackedFile[]> {
  const zip = await openZip(bytes);
  return new Promise((resolve, reject) => {
    const files: PackedFile[] = [];
    zip.on('entry', (entry: Entry) => {
      files.push(packedFile(entry));
      zip.readEntry();
    });
    zip.on('end', () => resolve(files));
    zip.on('error', reject);
    zip.readEntry();
  });
}

/** The contents of an entry, unpacked by yauzl. @throws Error when it is damaged */
export async function streamOf(bytes: ZipBytes, entry: Entry): Promise<NodeJS.ReadableStream> {
  const zip = await openZip(bytes);
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, opened) => {
      if (error) reject(error);
      else resolve(opened);
    });
  });
}

function openZip(bytes: ZipBytes): Promise<ZipFile> {
  const options = { autoClose: false, validateEntrySizes: true };
  return yauzl.fromRandomAccessReaderPromise(bytes, bytes.size, options);
}

function packedFile(entry: Entry): PackedFile {
  const { compressionMethod, compressedSize: packedSize, uncompressedSize: size } = entry;
  const isSmall = Math.max(packedSize, size) <= wholeBytes;
  const isUsual = isSmall && compressionMethod === deflated && !entry.isEncrypted();
  const { fileName: name, relativeOffsetOfLocalHeader: start, crc32 } = entry;
  return { name, start, packedSize, size, crc32, entry: isUsual ? null : entry };
}
