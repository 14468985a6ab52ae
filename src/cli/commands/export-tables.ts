/** `buildlog export csv|ndjson DIR`: every table as one file. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { toCsv, toNdjson } from '../../output/delimited.ts';
import { readTables } from '../../store/read-tables.ts';
import type { Store } from '../../store/store.ts';

const writers = { csv: toCsv, ndjson: toNdjson } as const;

export type ExportFormat = keyof typeof writers;

export interface ExportedFile {
  readonly file: string;
  readonly rows: number;
}

/** Writes the tables into `folder`, which is made if needed; a file is there whole or not at all. */
export function exportTables(store: Store, format: ExportFormat, folder: string): ExportedFile[] {
  mkdirSync(folder, { recursive: true });
  return [...readTables(store.db)].map(({ name, columns, rows }) => {
    const file = path.join(folder, `${name}.${format}`);
    writeFileSync(`${file}.part`, writers[format](columns, rows));
    renameSync(`${file}.part`, file);
    return { file, rows: rows.length };
  });
}
