/**
 * Bundles src into a few files of dist/cli, one for each command that is loaded apart: finding and linking
 * a hundred small modules takes longer than scanning a log. What is native stays outside.
 */
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

const here = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));

/** Parts of Node, and a package, that few runs need and that take milliseconds to load: loaded when they are first called. */
const late = new Map([
  ['node:child_process', ['spawn']], // commander could start other programs; nothing here asks it to
  ['node:crypto', ['createHash', 'randomUUID']],
  ['node:stream/promises', ['pipeline', 'finished']],
  ['string-width', ['default']],
  ['node:zlib', ['createGunzip', 'createGzip', 'inflateRawSync', 'crc32']],
]);

const loadLate = {
  name: 'load-late',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(?:node:|string-width$)/ }, ({ path, namespace, importer }) => {
      const isOurs = importer.startsWith(here('src')) || importer.includes('commander');
      return isOurs && namespace !== 'late' && late.has(path) ? { path, namespace: 'late' } : null;
    });
    onLoad({ filter: /.*/, namespace: 'late' }, ({ path }) => ({
      resolveDir: here('.'),
      contents: [
        `exports.__esModule = true; let loaded; const part = () => (loaded ??= require('${path}'));`,
        ...late
          .get(path)
          .map((name) => `exports.${name} = (...given) => part().${name}(...given);`),
      ].join('\n'),
    }));
  },
};

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
  plugins: [loadLate],
  logLevel: 'warning',
  // Older packages ask for their parts by require, which modules do not have.
  banner: {
    js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);",
  },
});
