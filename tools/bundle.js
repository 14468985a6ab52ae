/**
 * Bundles src into a few files of dist/cli, one for each command that is loaded apart: finding and linking
 * a hundred small modules takes longer than scanning a log. What is native stays outside.
 */
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

const here = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));

rmSync(here('dist'), { recursive: true, force: true });
await build({
  entryPoints: [here('src/cli/main.ts')],
  outdir: here('dist/cli'),
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  external: ['better-sqlite3'],
  logLevel: 'warning',
  // Older packages ask for their parts by require, which modules do not have.
  banner: {
    js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);",
  },
});
