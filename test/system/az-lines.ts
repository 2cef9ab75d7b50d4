/** One command of the Azure CLI as a policy writes it: its words, and the options that it is given. */
export interface AzCall {
  readonly command: string;
  readonly options: readonly string[];
}

/**
 * The az commands in a command line of a policy: the line itself, commands in `$(…)`, and those after a pipe, `||`, `;`
 * or inside `{ …; }`. Placeholders and quoted text are values, never options.
 * Throws where a command substitution could not be taken apart, so that nothing is skipped in silence.
 */
export function azCalls(line: string): readonly AzCall[] {
  const { outer, inner } = substitutions(line.replace(/\{[A-Za-z_][\w.]*\}/g, 'value'));
  const plain = outer.replace(/\\./g, 'x').replace(/'[^']*'|"[^"]*"/g, 'value');
  if (/["'`]|\$\(/.test(plain)) throw new Error(`this command line could not be read: ${line}`);
  const calls = plain
    .split(/\|\|?|&&?|;|[{}]|\n/)
    .map((part) => part.split('>')[0]?.trim().split(/\s+/) ?? [])
    .filter(([first]) => first === 'az')
    .map(([, ...words]) => callOf(words));
  return [...calls, ...inner.flatMap(azCalls)];
}

function substitutions(line: string): { outer: string; inner: readonly string[] } {
  const inner: string[] = [];
  const outer = line.replace(/\$\(([^()]*)\)/g, (_, command: string) => {
    inner.push(command);
    return 'value';
  });
  return { outer, inner };
}

function callOf(words: readonly string[]): AzCall {
  const first = words.findIndex((word) => word.startsWith('-'));
  const end = first < 0 ? words.length : first;
  const options = words.slice(end).filter((word) => /^--?[A-Za-z]/.test(word));
  return { command: words.slice(0, end).join(' '), options: options.map((word) => word.split('=')[0] ?? word) };
}

/** Options that a help page names, with their short forms; empty for a page of a group of commands. */
export function optionsIn(help: string): ReadonlySet<string> {
  const names = help
    .split('\n')
    .filter((line) => /^ {4}-/.test(line))
    .flatMap((line) => (line.split(' : ')[0] ?? '').match(/(?<=^|\s)--?[A-Za-z][A-Za-z0-9-]*/g) ?? []);
  return new Set(names);
}
