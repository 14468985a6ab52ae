/**
 * Completions for bash, zsh and fish. Each script walks the words typed so far down the tree of commands;
 * where it knows nothing better the shell completes file names.
 */
import { allCommands, followers, type CommandNode, type OptionWords } from './command-tree.ts';

export const completionScripts = { bash, zsh, fish } as const;
export type Shell = keyof typeof completionScripts;

function bash(program: CommandNode): string {
  const nodes = allCommands(program);
  return `# bash completion for buildlog. In ~/.bashrc: source <(buildlog completion bash)
_buildlog() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} at='' words='' i
  # --format=json comes as three words.
  if [[ $cur == '=' ]]; then cur=''; elif [[ $prev == '=' ]]; then prev=\${COMP_WORDS[COMP_CWORD-2]}; fi
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$at \${COMP_WORDS[i]}" in
      ${pathPattern(nodes)}) at="$at \${COMP_WORDS[i]}" ;;
    esac
  done
  case "$at $prev" in
${valueCases(nodes, (choices) => `COMPREPLY=($(compgen -W '${choices.join(' ')}' -- "$cur")); return`, 'return')}
  esac
  case "$at" in
${nodes.map((node) => `    '${node.path}') if [[ $cur == -* ]]; then words='${optionNames(node).join(' ')}'; else words='${followers(node).join(' ')}'; fi ;;`).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _buildlog buildlog
`;
}

function zsh(program: CommandNode): string {
  const nodes = allCommands(program);
  return `#compdef buildlog
# zsh completion for buildlog. In ~/.zshrc, after compinit: source <(buildlog completion zsh)
_buildlog() {
  local at='' i
  local -a options
  for ((i = 2; i < CURRENT; i++)); do
    case "$at \${words[i]}" in
      ${pathPattern(nodes)}) at="$at \${words[i]}" ;;
    esac
  done
  case "$at \${words[CURRENT-1]}" in
${valueCases(nodes, (choices) => `compadd -- ${choices.join(' ')}; return`, '_files; return')}
  esac
  case "$at" in
${nodes.map(zshCase).join('\n')}
  esac
}
if [[ $funcstack[1] == _buildlog ]]; then _buildlog "$@"; else compdef _buildlog buildlog; fi
`;
}

function zshCase(node: CommandNode): string {
  const options = node.options.flatMap((option) =>
    option.names.map((name) => quoted(`${name}:${option.description.replaceAll(':', '\\:')}`)),
  );
  const words = followers(node).join(' ');
  const plain = words === '' ? '_files' : `compadd -- ${words}`;
  return `    '${node.path}') if [[ $PREFIX == -* ]]; then options=(${options.join(' ')}); _describe option options; else ${plain}; fi ;;`;
}

function fish(program: CommandNode): string {
  const nodes = allCommands(program);
  const lines = nodes.flatMap((node) => {
    const at = `complete -c buildlog -n "__buildlog_at '${node.path}'"`;
    const commands = node.commands.map(
      (child) => `${at} -f -a ${lastWord(child.path)} -d ${quoted(child.description)}`,
    );
    const words = node.words.length === 0 ? [] : [`${at} -f -a '${node.words.join(' ')}'`];
    return [...commands, ...words, ...node.options.map((option) => `${at} ${fishOption(option)}`)];
  });
  return `# fish completion for buildlog. Once: buildlog completion fish > ~/.config/fish/completions/buildlog.fish
function __buildlog_at
  set -l at ''
  for word in (commandline -opc)[2..-1]
    switch "$at $word"
      case ${nodes
        .slice(1)
        .map(({ path }) => `'${path}'`)
        .join(' ')}
        set at "$at $word"
    end
  end
  test "$at" = "$argv[1]"
end
${lines.join('\n')}
`;
}

function fishOption({ names, description, takesValue, choices }: OptionWords): string {
  const flags = names.map((name) =>
    name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`,
  );
  const value = choices.length > 0 ? [`-x -a '${choices.join(' ')}'`] : takesValue ? ['-r'] : [];
  return [...flags, ...value, `-d ${quoted(description)}`].join(' ');
}

/** \`' ingest'|' ingest files'\` */
function pathPattern(nodes: readonly CommandNode[]): string {
  return nodes
    .slice(1)
    .map(({ path }) => `'${path}'`)
    .join('|');
}

/** A case for each option that takes a value: its choices, or whatever the shell knows. */
function valueCases(
  nodes: readonly CommandNode[],
  choose: (choices: readonly string[]) => string,
  otherwise: string,
): string {
  return nodes
    .flatMap(({ path, options }) =>
      options
        .filter(({ takesValue }) => takesValue)
        .map(({ names, choices }) => {
          const pattern = names.map((name) => `'${path} ${name}'`).join('|');
          return `    ${pattern}) ${choices.length > 0 ? choose(choices) : otherwise} ;;`;
        }),
    )
    .join('\n');
}

function optionNames({ options }: CommandNode): string[] {
  return options.flatMap(({ names }) => names);
}

function lastWord(path: string): string {
  return path.slice(path.lastIndexOf(' ') + 1);
}

/** In single quotes, as all three shells read them. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
