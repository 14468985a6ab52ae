/** Emphasis is for those who see a terminal and want it; answers without it say the same. */
import { stripVTControlCharacters } from 'node:util';

import { describe, expect, it, test } from 'vitest';

import { wantsColor, type ColorChoice } from '../../src/cli/color.ts';
import { buildlog } from '../support/cli.ts';
import { demoLog } from '../support/demo-history.ts';

type Case = readonly [
  what: string,
  choice: ColorChoice,
  env: Readonly<Record<string, string>>,
  terminal: boolean,
  wanted: boolean,
];

test.each<Case>([
  ['a terminal', 'auto', {}, true, true],
  ['a pipe', 'auto', {}, false, false],
  ['NO_COLOR', 'auto', { NO_COLOR: '1' }, true, false],
  ['an empty NO_COLOR, which does not count', 'auto', { NO_COLOR: '' }, true, true],
  ['a dumb terminal', 'auto', { TERM: 'dumb' }, true, false],
  ['CLICOLOR=0', 'auto', { CLICOLOR: '0' }, true, false],
  ['CLICOLOR_FORCE into a pipe', 'auto', { CLICOLOR_FORCE: '1' }, false, true],
  ['CLICOLOR_FORCE on a dumb terminal', 'auto', { CLICOLOR_FORCE: '1', TERM: 'dumb' }, true, true],
  ['CLICOLOR_FORCE=0', 'auto', { CLICOLOR_FORCE: '0' }, false, false],
  ['NO_COLOR with CLICOLOR_FORCE', 'auto', { NO_COLOR: '1', CLICOLOR_FORCE: '1' }, true, false],
  ['--color always over NO_COLOR', 'always', { NO_COLOR: '1' }, false, true],
  ['--color never over CLICOLOR_FORCE', 'never', { CLICOLOR_FORCE: '1' }, true, false],
  ['CI and FORCE_COLOR, which do not count', 'auto', { CI: '1', FORCE_COLOR: '1' }, false, false],
])('%s decides', (_, choice, env, terminal, wanted) => {
  expect(wantsColor(choice, env, terminal)).toBe(wanted);
});

describe('an answer', () => {
  const scan = ['scan', demoLog('billing', 54811592074)];
  const run = async (args: string[], env = {}): Promise<string> =>
    (await buildlog(args, { env: { NO_COLOR: '', CLICOLOR_FORCE: '', ...env } })).stdout;

  it('is plain in a pipe, emphasised on request, before or after the command', async () => {
    const piped = await run(scan);
    expect(piped).toBe(stripVTControlCharacters(piped));
    const forced = await run(scan, { CLICOLOR_FORCE: '1' });
    expect(forced).not.toBe(piped);
    expect(stripVTControlCharacters(forced)).toBe(piped);
    expect(await run([...scan, '--color', 'always'], { NO_COLOR: '1' })).toBe(forced);
    expect(await run(['--color=never', ...scan], { CLICOLOR_FORCE: '1' })).toBe(piped);
  });

  it('has no colour that carries a meaning: only bold and dim', async () => {
    const forced = await run(scan, { CLICOLOR_FORCE: '1' });
    // oxlint-disable-next-line no-control-regex -- escape sequences are what this is about
    const codes = [...forced.matchAll(/\u001B\[(\d+)m/g)].map(([, code]) => Number(code));
    expect(new Set(codes)).toEqual(new Set([1, 2, 22]));
  });
});
