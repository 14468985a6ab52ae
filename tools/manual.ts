/** Writes dist/buildlog.1, the manual page that `npm install --global` puts where `man` looks. Part of `npm run build`. */
import { readFileSync, writeFileSync } from 'node:fs';

import { z } from 'zod';

import { commandTree } from '../src/cli/completion/command-tree.ts';
import { manualPage } from '../src/cli/completion/manual.ts';
import { createProgram } from '../src/cli/program.ts';
import { Terminal } from '../src/cli/terminal.ts';

const about: unknown = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
);
const { version } = z.object({ version: z.string() }).parse(about);
const program = createProgram(new Terminal(), version, () => {});
const page = manualPage(commandTree(program), version);
writeFileSync(new URL('../dist/buildlog.1', import.meta.url), page);
