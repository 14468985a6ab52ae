/** Whether an answer is coloured, by the conventions of no-color.org and bixense.com/clicolors. */
import picocolors from 'picocolors';

import type { Style } from '../output/style.ts';

export const colorChoices = ['auto', 'always', 'never'] as const;
export type ColorChoice = (typeof colorChoices)[number];

/**
 * What was typed beats the environment. NO_COLOR beats CLICOLOR_FORCE, and both beat what the terminal is.
 * `CI` and `FORCE_COLOR` do not count: what is piped here gets read by programs.
 */
export function wantsColor(
  choice: ColorChoice,
  env: Readonly<Record<string, string | undefined>>,
  isTerminal: boolean,
): boolean {
  if (choice !== 'auto') return choice === 'always';
  if (env['NO_COLOR']) return false;
  if (env['CLICOLOR_FORCE'] && env['CLICOLOR_FORCE'] !== '0') return true;
  if (!isTerminal) return false; // undefined on a pipe, whatever the types say
  return env['TERM'] !== 'dumb' && env['CLICOLOR'] !== '0';
}

export function styleOf(hasColor: boolean): Style {
  const { bold, dim } = picocolors.createColors(hasColor);
  return { bold, dim };
}
