/** Completions, asked of a real shell; and that each script knows every command and option there is. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { allCommands, commandTree } from '../../src/cli/completion/command-tree.ts';
import { completionScripts, type Shell } from '../../src/cli/completion/scripts.ts';
import { createProgram } from '../../src/cli/program.ts';
import { Terminal } from '../../src/cli/terminal.ts';
import { buildlog, projectFolder, sharedFolder } from '../support/cli.ts';

const tree = commandTree(createProgram(new Terminal(), '0', () => {}));
const script = path.join(sharedFolder(), 'buildlog.bash');
writeFileSync(script, completionScripts.bash(tree));

/** What bash offers after these words; the last one is being typed. */
function offered(...words: string[]): string[] {
  const ask = `source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _buildlog; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', ask, script, 'buildlog', ...words], {
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  return stdout.split('\n').filter((line) => line !== '');
}

describe('bash', () => {
  it.each([
    ['commands', ['re'], ['report', 'rematch']],
    ['reports', ['report', 'co'], ['concurrency', 'collisions']],
    ['commands below a command', ['ingest', ''], ['files', 'github']],
    ['options of a command', ['sql', '--l'], ['--limit']],
    ['options that all commands have', ['report', '--co'], ['--color']],
    ['values of an option', ['report', '--format', 't'], ['table']],
    ['values after =', ['sql', '--format', '=', 'n'], ['ndjson']],
    ['values of an option for all', ['report', '--color', 'n'], ['never']],
    ['files, by the shell itself', ['report', '--db', ''], []],
    ['topics of help', ['help', 'ex'], ['export', 'exit-codes']],
    ['shells', ['completion', ''], ['bash', 'zsh', 'fish']],
    ['nothing that was not meant', ['zzz'], []],
    [
      'what belongs to the command, whatever stands between',
      ['report', '--db', 'x.db', 'ver'],
      ['versions'],
    ],
  ])('offers %s', (_, words, expected) => {
    expect(offered(...words)).toEqual(expected);
  });
});

describe.each<Shell>(['bash', 'zsh', 'fish'])('the script for %s', (shell) => {
  const text = completionScripts[shell](tree);

  it('is what the command prints', async () => {
    const { code, stdout } = await buildlog(['completion', shell]);
    expect({ code, same: stdout === text }).toEqual({ code: 0, same: true });
  });

  it('knows every command, option and choice', () => {
    for (const { path: at, options, words } of allCommands(tree)) {
      expect(text).toContain(`'${at}'`);
      const names = options.flatMap((option) => option.names);
      const written =
        shell === 'fish'
          ? names.map(
              (name) => `${name.startsWith('--') ? '-l' : '-s'} ${name.replace(/^-+/, '')} `,
            )
          : names;
      for (const word of [...written, ...options.flatMap(({ choices }) => choices), ...words]) {
        expect(text, at).toContain(word);
      }
    }
  });
});

describe('the manual page', () => {
  const text = readFileSync(path.join(projectFolder, 'dist', 'buildlog.1'), 'utf8');
  const read = text.replaceAll(String.raw`\-`, '-');

  it('tells of every command and option, variable and exit code', () => {
    for (const { path: at, commands, options } of allCommands(tree)) {
      if (commands.length === 0) expect(read).toContain(`.SS "buildlog${at} `);
      for (const { flags } of options) expect(read, at).toContain(flags);
    }
    for (const word of ['BUILDLOG_DB', 'help exit-codes', '.B 130']) expect(read).toContain(word);
  });

  it('has no line that roff takes for a request of its own', () => {
    const requests = text.split('\n').filter((line) => /^[.']/.test(line));
    expect(requests.filter((line) => !/^\.(?:TH|SH|SS|TP|B)\b/.test(line))).toEqual([]);
    expect(text).not.toMatch(/[^\\]-/);
  });
});
