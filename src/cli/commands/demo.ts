/** `buildlog demo`: the bundled history into a throw-away store, for the summary to be made of. */
import { readdirSync } from 'node:fs';
import path from 'node:path';

import type { CompiledPatterns } from '../../matching/compiled-patterns.ts';
import { Store } from '../../store/store.ts';
import { demoFolder } from '../package-files.ts';
import { ingestFiles, type IngestReporter, type IngestResult } from './ingest-files.ts';

export { demoFolder };

/** The demo's store, at `file` or in memory; the caller closes it. */
export async function demoStore(
  patterns: CompiledPatterns,
  reporter: IngestReporter,
  file = ':memory:',
): Promise<{ store: Store; result: IngestResult }> {
  const store = Store.open(file);
  const histories = readdirSync(demoFolder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => path.join(demoFolder, name));
  const result = await ingestFiles(
    store,
    patterns,
    {
      // Names, not a pattern: the package may lie in a folder whose name a pattern would misread.
      globs: histories.flatMap((folder) => filesIn(path.join(folder, 'logs'))),
      metadata: histories.map((folder) => path.join(folder, 'jobs.json')),
      runs: histories.map((folder) => path.join(folder, 'runs.json')),
    },
    reporter,
  );
  return { store, result };
}

function filesIn(folder: string): string[] {
  return readdirSync(folder).map((name) => path.join(folder, name));
}
