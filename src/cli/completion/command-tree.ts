/** The commands as completions and manual need them, read from the program itself so that they cannot go stale. */
import type { Command, Option } from 'commander';

export interface OptionWords {
  /** `--format`, or `-h` and `--help`. */
  readonly names: readonly string[];
  /** As help writes it: `--format <format>`. */
  readonly flags: string;
  readonly description: string;
  readonly takesValue: boolean;
  readonly choices: readonly string[];
}

export interface CommandNode {
  /** ` ingest github`; empty for the program itself. */
  readonly path: string;
  readonly usage: string;
  readonly description: string;
  readonly options: readonly OptionWords[];
  /** What its first arguments can be, where they are from a list. */
  readonly words: readonly string[];
  readonly commands: readonly CommandNode[];
}

export function commandTree(command: Command, path = ''): CommandNode {
  const help = command.createHelp();
  const options = [...help.visibleOptions(command), ...help.visibleGlobalOptions(command)];
  return {
    path,
    usage: help.commandUsage(command),
    description: command.description(),
    options: options.map(optionWords),
    words: command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
    commands: command.commands.map((child) => commandTree(child, `${path} ${child.name()}`)),
  };
}

/** The command and all below it. */
export function allCommands(node: CommandNode): CommandNode[] {
  return [node, ...node.commands.flatMap(allCommands)];
}

/** What may follow a command: its own commands, or words that it takes. */
export function followers({ commands, words }: CommandNode): string[] {
  return [...commands.map(({ path }) => path.slice(path.lastIndexOf(' ') + 1)), ...words];
}

function optionWords({
  short,
  long,
  flags,
  description,
  required,
  optional,
  argChoices,
}: Option): OptionWords {
  return {
    names: [short, long].filter((name) => name !== undefined),
    flags,
    description,
    takesValue: required || optional,
    choices: argChoices ?? [],
  };
}
