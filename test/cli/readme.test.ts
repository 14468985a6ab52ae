/**
 * The README shows what the program prints: below `<!-- prints: buildlog … -->` stands the answer to that
 * command, on the demo's database. `npm run bless` writes it anew.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import { program, projectFolder } from '../support/cli.ts';
import { demoLog } from '../support/demo-history.ts';
import { tempFolder } from '../support/temp-folder.ts';

const readme = path.join(projectFolder, 'README.md');
const example = /(<!-- prints: buildlog (.*) -->\n)[^]*?(<!-- end -->)/g;

test('the examples in the README are what the program prints', () => {
  const folder = tempFolder();
  const log = demoLog('billing', 54811592074);
  copyFileSync(log, path.join(folder, path.basename(log)));
  const env = {
    ...process.env,
    COLUMNS: '110',
    NO_COLOR: '1',
    BUILDLOG_DB: path.join(folder, 'd.db'),
  };
  const answer = (command: string): string =>
    execFileSync('bash', ['-c', `"$0" "$1" ${command}`, process.execPath, program], {
      cwd: folder,
      encoding: 'utf8',
      env,
    });
  answer('demo --db "$BUILDLOG_DB" 2>&1');

  const text = readFileSync(readme, 'utf8');
  let count = 0;
  const expected = text.replaceAll(example, (_, begin: string, command: string, end: string) => {
    count++;
    const prompt = command === 'demo' ? '' : `$ buildlog ${command}\n`;
    return `${begin}\n\`\`\`text\n${prompt}${answer(command)}\`\`\`\n\n${end}`;
  });
  expect(count).toBeGreaterThanOrEqual(4);
  if (process.env['UPDATE_LOGS'] === '1') writeFileSync(readme, expected);
  else expect(text).toBe(expected);
});

test('every command that the README names is one, with options that it has', () => {
  const text = readFileSync(readme, 'utf8');
  const named = [...text.matchAll(/buildlog ((?:ingest |patterns )?[a-z]+)([^`\n|<>&]*)/g)]
    .filter(([, command = '']) => !/^(?:reads|alone|is|has)$/.test(command))
    .map(([, command = '', rest = '']) => ({ command, options: rest.match(/ --[a-z-]+/g) ?? [] }));
  expect(named.length).toBeGreaterThan(20);
  const help = new Map<string, string>();
  for (const { command, options } of named) {
    const shown =
      help.get(command) ??
      execFileSync(process.execPath, [program, ...command.split(' '), '--help'], {
        encoding: 'utf8',
      });
    help.set(command, shown);
    for (const option of options) expect(shown, command).toContain(option.trim());
  }
});
