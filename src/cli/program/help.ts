/** `buildlog help`, its topics, and completions. */
import { InvalidArgumentError, type Argument, type Command } from 'commander';

import { exitCode } from '../exit-code.ts';
import { topicSummaries } from '../help/topics.ts';
import { didYouMean } from '../suggest.ts';
import type { Terminal } from '../terminal.ts';
import { examples, type Finish } from './shared.ts';

const shells = ['bash', 'zsh', 'fish'] as const;

/** An argument from a list; a near miss is told what it may have meant. */
export function oneOf(argument: Argument, what: string, names: readonly string[]): Argument {
  return argument.choices(names).argParser((typed: string) => {
    if (names.includes(typed)) return typed;
    const meant = didYouMean(typed, names);
    throw new InvalidArgumentError(
      `There is no ${what} ${typed}. ${meant === '' ? `There are: ${names.join(', ')}.` : meant}`,
    );
  });
}

/** Call last: it knows the commands that are there. */
export function addHelp(program: Command, terminal: Terminal, finish: Finish): void {
  const completion = program
    .command('completion')
    .description('completions for your shell, made from the commands themselves')
    .addHelpText(
      'after',
      examples(
        'source <(buildlog completion bash)    # in ~/.bashrc',
        'source <(buildlog completion zsh)     # in ~/.zshrc, after compinit',
        'buildlog completion fish > ~/.config/fish/completions/buildlog.fish',
      ),
    )
    .action(async (shell: (typeof shells)[number]) => {
      const { completionScripts } = await import('../completion/scripts.ts');
      const { commandTree } = await import('../completion/command-tree.ts');
      terminal.answer(completionScripts[shell](commandTree(program)));
      finish(exitCode.done);
    });
  completion.addArgument(oneOf(completion.createArgument('<shell>'), 'shell', shells));

  const help = program.command('help').description('help for a command, or a topic');
  help
    .argument('[name...]', 'a command or a topic')
    .addHelpText(
      'after',
      `${topicList()}\n${examples('buildlog help report', 'buildlog help exit-codes', 'buildlog help schema')}`,
    )
    .action(async (names: string[]) => {
      const { runHelp } = await import('../run-help.ts');
      finish(runHelp(terminal, program, names));
    });
  for (const argument of help.registeredArguments) {
    argument.argChoices = [
      ...program.commands.map((command) => command.name()),
      ...Object.keys(topicSummaries),
    ];
  }
  program.helpCommand(false);
}

export function topicList(): string {
  const topics = Object.entries(topicSummaries);
  return `\nTopics (buildlog help TOPIC):\n${topics.map(([name, about]) => `  ${name.padEnd(14)}${about}`).join('\n')}`;
}
