/**
 * Bundles src into a few files of dist/cli, one for each command that is loaded apart: finding and linking
 * a hundred small modules takes longer than scanning a log. What is native stays outside.
 *
 * The program itself and `scan` are one CommonJS file, which Node starts sooner than modules by a third of
 * its own time; all other commands are modules that share their parts.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

const here = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));

/** What few runs need, and what takes milliseconds to load: loaded when it is first called. */
const late = new Map([
  ['node:child_process', ['spawn']], // commander could start other programs; nothing here asks it to
  ['node:crypto', ['createHash', 'createPrivateKey', 'randomUUID']],
  ['node:stream/promises', ['pipeline', 'finished']],
  ['node:zlib', ['createGunzip', 'createGzip', 'inflateRawSync', 'crc32']],
  ['semver/functions/coerce.js', ['default']],
  ['semver/functions/compare.js', ['default']],
  ['semver/functions/satisfies.js', ['default']],
  ['string-width', ['default']],
]);

function exporting(name) {
  return name === 'default'
    ? 'export default (...given) => (part().default ?? part())(...given);'
    : `export const ${name} = (...given) => part().${name}(...given);`;
}

const loadLate = {
  name: 'load-late',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(?:node:|semver\/|string-width$)/ }, ({ path, namespace, importer }) => {
      const isOurs = importer.startsWith(here('src')) || importer.includes('commander');
      return isOurs && namespace !== 'late' && late.has(path) ? { path, namespace: 'late' } : null;
    });
    onLoad({ filter: /.*/, namespace: 'late' }, ({ path }) => ({
      resolveDir: here('.'),
      contents: [
        `let loaded; const part = () => (loaded ??= require('${path}'));`,
        ...late.get(path).map((name) => exporting(name)),
      ].join('\n'),
    }));
  },
};

/** What is loaded when it is called for, and becomes a module beside the program. */
const commands = new Set();
/** What the program holds itself, though it is loaded late too. */
const held = new Set(['run-scan.ts', 'run-archive.ts', 'pool.ts']);

const apart = {
  name: 'apart',
  setup({ onResolve }) {
    onResolve({ filter: /\.ts$/ }, ({ path, kind, resolveDir }) => {
      if (kind !== 'dynamic-import' || held.has(basename(path))) return null;
      commands.add(resolve(resolveDir, path));
      return { path: `./${basename(path, '.ts')}.mjs`, external: true };
    });
  },
};

const common = {
  outdir: here('dist/cli'),
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  external: ['better-sqlite3'],
  logLevel: 'warning',
};

rmSync(here('dist'), { recursive: true, force: true });
await build({
  ...common,
  entryPoints: [here('src/cli/main.ts'), here('src/cli/reading/worker.ts')],
  entryNames: '[name]',
  format: 'cjs',
  plugins: [apart, loadLate],
  define: { 'import.meta.url': 'ownAddress' },
  banner: { js: "const ownAddress = require('node:url').pathToFileURL(__filename).href;" },
});
await build({
  ...common,
  entryPoints: Array.from(commands),
  entryNames: '[name]',
  splitting: true,
  format: 'esm',
  outExtension: { '.js': '.mjs' },
  plugins: [loadLate],
  // Older packages ask for their parts by require, which modules do not have.
  banner: {
    js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);",
  },
});
writeFileSync(here('dist/package.json'), '{ "type": "commonjs" }\n');
