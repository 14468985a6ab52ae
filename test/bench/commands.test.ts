/** The traps of a bench: a peer that does less than it seems to, or has more threads. */
import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { tempFile } from '../support/temp-folder.ts';
import { commandsFor, run, type Class } from './commands.ts';

const programs = {
  buildlog: 'buildlog',
  ripgrep: 'rg',
  grep: 'grep',
  regexes: 'regexes.txt',
  words: 'words.txt',
};
const small: Class = { name: 'small logs', files: '*.log', ripgrep: '-c' };

test('answers go to a file: grep and ripgrep stop at the first match where nobody listens', () => {
  const answer = tempFile('answer.txt', '');
  run('[ -f /dev/stdout ] && echo a file', answer);
  expect(readFileSync(answer, 'utf8')).toBe('a file\n');
});

test('all have one thread, or all have one for each processor', () => {
  const alone = commandsFor(small, programs, 4);
  expect(alone.ours).toContain('BUILDLOG_WORKERS=0 ');
  expect(alone.ripgrep).toContain(' -j1 ');
  const together = commandsFor({ ...small, together: true }, programs, 4);
  expect(together.ours).toContain('BUILDLOG_WORKERS=3 ');
  expect(together.ripgrep).toContain(' -j4 ');
});

test('an archive is unpacked for those that cannot read it', () => {
  const { ours, ripgrep } = commandsFor(
    { name: 'archive', files: 'run.zip', ripgrep: '-c', isPacked: true },
    programs,
    2,
  );
  expect(ours).toMatch(/scan run\.zip$/);
  expect(ripgrep).toMatch(/^unzip -p run\.zip \| rg /);
});
