import type { Command } from 'commander';
import { EXIT } from './exit.ts';
import { printText } from './print.ts';
import { UsageError } from './usage-error.ts';

/** Prints what a shell needs to complete assay's words; generated from the commands themselves, so never behind them. */
export async function completion(shell: string, root: Command): Promise<number> {
  const write = shells[shell];
  if (write === undefined)
    throw new UsageError(`${shell} is not known. Write one of: ${Object.keys(shells).join(', ')}`);
  printText(write(wordsByCommand(root)));
  return EXIT.clean;
}

/** Command path (`policy test`, `` for the program) to the words that can follow it. */
type Words = ReadonlyMap<string, readonly string[]>;

function wordsByCommand(root: Command): Words {
  const words = new Map<string, readonly string[]>();
  const visit = (command: Command, path: string): void => {
    const options = command.options.flatMap(({ long, short }) => [long, short].filter((flag) => flag !== undefined));
    words.set(path, [...command.commands.map((child) => child.name()), ...options, '--help']);
    for (const child of command.commands) visit(child, path === '' ? child.name() : `${path} ${child.name()}`);
  };
  visit(root, '');
  return words;
}

const shells: Readonly<Record<string, (words: Words) => string>> = {
  bash: (words) => bash(words),
  // zsh reads bash's completions when it is told to.
  zsh: (words) => `autoload -U +X bashcompinit && bashcompinit\n${bash(words)}`,
  fish: (words) => fish(words),
};

/** The longest command path that the words so far spell decides; everything else completes as a file name. */
function bash(words: Words): string {
  const cases = [...words].map(([path, of]) => `    '${path}') found='${of.join(' ')}' ;;`);
  return `_assay() {
  local path='' word found='' current="\${COMP_WORDS[COMP_CWORD]}"
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in
      -*) ;;
      *) case "\${path:+$path }$word" in ${[...words.keys()]
        .filter((path) => path !== '')
        .map((path) => `'${path}'`)
        .join('|')}) path="\${path:+$path }$word" ;; esac ;;
    esac
  done
  case "$path" in
${cases.join('\n')}
  esac
  mapfile -t COMPREPLY < <(compgen -W "$found" -- "$current")
}
complete -o default -F _assay assay
`;
}

function fish(words: Words): string {
  const lines = [...words].flatMap(([path, of]) => {
    const when =
      path === ''
        ? '__fish_use_subcommand'
        : path
            .split(' ')
            .map((word) => `__fish_seen_subcommand_from ${word}`)
            .join('; and ');
    return of.map((word) => {
      const flag = word.startsWith('--')
        ? `-l ${word.slice(2)}`
        : word.startsWith('-')
          ? `-s ${word.slice(1)}`
          : `-f -a ${word}`;
      return `complete -c assay -n '${when}' ${flag}`;
    });
  });
  return `${lines.join('\n')}\n`;
}
