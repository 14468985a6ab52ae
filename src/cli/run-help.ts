/** `buildlog help`: a topic's text, or the help of a command. */
import type { Command } from 'commander';

import { exitCode, UsageError, type ExitCode } from './exit-code.ts';
import { topicText } from './help/texts.ts';
import { isTopic, topicSummaries } from './help/topics.ts';
import { didYouMean } from './suggest.ts';
import type { Terminal } from './terminal.ts';

export function runHelp(terminal: Terminal, program: Command, names: readonly string[]): ExitCode {
  const [first = '', ...more] = names;
  if (isTopic(first) && more.length === 0) {
    terminal.answer(topicText(first, terminal.columns, terminal.style));
    const command = program.commands.find((child) => child.name() === first);
    if (command !== undefined) terminal.answer('\n');
    command?.outputHelp();
    return exitCode.done;
  }
  let command = program;
  for (const name of names) {
    const next = command.commands.find((child) => child.name() === name);
    if (next === undefined) throw unknownName(name, command, command === program);
    command = next;
  }
  command.outputHelp();
  return exitCode.done;
}

function unknownName(name: string, command: Command, withTopics: boolean): UsageError {
  const known = [
    ...command.commands.map((child) => child.name()),
    ...(withTopics ? Object.keys(topicSummaries) : []),
  ];
  return new UsageError(
    `there is no command or topic ${name}`,
    didYouMean(name, known) || `there are: ${known.join(', ')}`,
  );
}
