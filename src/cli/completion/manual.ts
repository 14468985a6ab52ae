/** The manual page, of the same commands as completions and help. */
import { exitCode, exitMeanings } from '../exit-code.ts';
import { environment } from '../help/environment.ts';
import { topicSummaries } from '../help/topics.ts';
import { allCommands, type CommandNode } from './command-tree.ts';

/** In roff, for `man`. */
export function manualPage(program: CommandNode, version: string): string {
  const commands = allCommands(program).filter(({ commands: below }) => below.length === 0);
  const codes = Object.entries(exitCode).map(([name, code]) =>
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of the one are those of the other
    entry(String(code), exitMeanings[name as keyof typeof exitCode]),
  );
  const options = program.options.map(({ flags, description }) => entry(flags, description));
  return [
    `.TH BUILDLOG 1 "" "buildlog ${roff(version)}" "User Commands"`,
    '.SH NAME',
    `buildlog \\- ${roff(program.description)}`,
    '.SH SYNOPSIS',
    `.B ${roff(program.usage)}`,
    '.SH OPTIONS',
    ...options,
    '.SH COMMANDS',
    ...commands.map(commandPart),
    '.SH TOPICS',
    ...Object.entries(topicSummaries).map(([name, about]) => entry(`buildlog help ${name}`, about)),
    '.SH ENVIRONMENT',
    ...Object.entries(environment).map(([name, about]) => entry(name, about)),
    '.SH EXIT STATUS',
    ...codes,
    '',
  ].join('\n');
}

function commandPart({ usage, description, options }: CommandNode): string {
  const own = options.filter(
    ({ names }) => !names.includes('--help') && !names.includes('--color'),
  );
  return [
    `.SS "${roff(usage)}"`,
    roff(description),
    ...own.map(({ flags, description: about, choices }) =>
      entry(flags, choices.length === 0 ? about : `${about}: ${choices.join(', ')}`),
    ),
  ].join('\n');
}

function entry(term: string, text: string): string {
  return `.TP\n.B ${roff(term)}\n${roff(text)}`;
}

/** Text that roff takes for text: a backslash, a dash and a quote are its own, and so is a dot at the left edge. */
function roff(text: string): string {
  return text
    .replaceAll('\\', String.raw`\e`)
    .replaceAll('-', String.raw`\-`)
    .replaceAll('"', String.raw`\(dq`)
    .replace(/^[.']/, String.raw`\&$&`);
}
