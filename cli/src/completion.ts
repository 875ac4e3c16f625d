import type { Command } from 'commander';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

type Entry = {
  name: string;
  summary: string;
  options: { flag: string; summary: string; choices: readonly string[] }[];
};

/** A script that completes the commands and options of the program, made from the program itself. */
export function completionScript(program: Command, shell: Shell): string {
  const entries = program.commands.map((command): Entry => ({
    name: command.name(),
    summary: command.description(),
    options: [...optionsOf(command), { flag: '--help', summary: 'display help for command', choices: [] }],
  }));
  return { bash, zsh, fish }[shell](program.name(), entries);
}

/** With those of its own commands: each once. */
function optionsOf(command: Command): Entry['options'] {
  const all = [command, ...command.commands].flatMap(({ options }) => options);
  const named = all.flatMap(({ long, description, argChoices = [] }) =>
    long ? [[long, { flag: long, summary: description, choices: argChoices }] as const] : [],
  );
  return [...new Map(named).values()];
}

/** Files where no option is begun: photos, folders and packages are what most commands take. */
function bash(program: string, entries: readonly Entry[]): string {
  const cases = entries.map(
    ({ name, options }) => `    ${name}) words="${options.map(({ flag }) => flag).join(' ')}" ;;`,
  );
  return `# ${program} completion bash >> ~/.bashrc
_${program}() {
  local current="\${COMP_WORDS[COMP_CWORD]}" words=""
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${entries.map(({ name }) => name).join(' ')} help --help --version" -- "$current"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
  esac
  case "$current" in
    -*) COMPREPLY=($(compgen -W "$words" -- "$current")) ;;
    *) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current")) ;;
  esac
}
complete -F _${program} ${program}
`;
}

function zsh(program: string, entries: readonly Entry[]): string {
  const commands = entries.map(({ name, summary }) => `    ${quoted(`${name}:${summary.replaceAll(':', ' ')}`)}`);
  const cases = entries.map(({ name, options }) => {
    const flags = options.map(({ flag, summary }) => quoted(`${flag}[${summary.replace(/[[\]:]/g, ' ')}]`));
    return `    ${name}) _arguments ${flags.join(' ')} '*:file:_files' ;;`;
  });
  return `#compdef ${program}
# ${program} completion zsh > "\${fpath[1]}/_${program}"
_${program}() {
  local -a commands
  commands=(
${commands.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe 'command' commands
    return
  fi
  local command="$words[2]"
  shift words
  (( CURRENT-- ))
  case "$command" in
${cases.join('\n')}
  esac
}
compdef _${program} ${program}
`;
}

function fish(program: string, entries: readonly Entry[]): string {
  const lines = entries.flatMap(({ name, summary, options }) => [
    `complete -c ${program} -n __fish_use_subcommand -f -a ${name} -d ${quoted(summary)}`,
    ...options.map(({ flag, summary: text, choices }) => {
      const values = choices.length > 0 ? ` -x -a ${quoted(choices.join(' '))}` : '';
      return `complete -c ${program} -n '__fish_seen_subcommand_from ${name}' -l ${flag.slice(2)}${values} -d ${quoted(text)}`;
    }),
  ]);
  return `# ${program} completion fish > ~/.config/fish/completions/${program}.fish\n${lines.join('\n')}\n`;
}

/** For a shell, in single quotes. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", '’')}'`;
}
