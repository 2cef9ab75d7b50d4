import { PlanError } from './errors.ts';
import { isQuotable, shellQuote } from './shell-quote.ts';
import { piecesOf } from './template-pieces.ts';

/** A value to put in, or null and the words that stand for it where there is none. */
export type Lookup = (name: string) => { readonly value: string } | { readonly gap: string };

export interface Filled {
  readonly text: string;
  /** Placeholders that got no value, in order of appearance. */
  readonly unresolved: readonly string[];
}

/** Where in a command line the scanner stands; the innermost is last. `paren` is `(`, `sub` is `$(`, `brace` is `${`. */
type Place = 'bare' | 'single' | 'double' | 'comment' | 'sub' | 'paren' | 'brace' | 'unquotable';

interface Scan {
  readonly out: string;
  readonly places: readonly Place[];
  /** Where the word that is being written began. */
  readonly word: number;
}

/**
 * Fills a command line. Every value is an argument or a part of one, whatever it holds: inside quotes of the template
 * the quotes are closed, the value is quoted by itself, and they are opened again.
 * A value that `az` would take for an option (`-x`) is joined to its long option with `=`, or left out where none stands
 * before it; one that `az` would replace by the contents of a file (`@x`, `k=@x`) is left out.
 * Throws PlanError `placeholder-not-quotable` where no quoting holds: right after `$` or `\`, inside `${…}`, and
 * anywhere after a backtick, `$'`, arithmetic or a here-document.
 */
export function fillShell(template: string, lookup: Lookup): Filled {
  const unresolved: string[] = [];
  let scan: Scan = { out: '', places: ['bare'], word: 0 };
  for (const { text, name } of piecesOf(template)) {
    scan = read(scan, text);
    if (name === null) break;
    refuseUnquotable(scan, name, template);
    const found = usable(lookup(name), name);
    if ('gap' in found) unresolved.push(name);
    scan = insert(scan, 'gap' in found ? { value: found.gap } : found, () => unresolved.push(name));
  }
  return { text: scan.out, unresolved };
}

function usable(found: ReturnType<Lookup>, name: string): ReturnType<Lookup> {
  if ('gap' in found) return found;
  if (!isQuotable(found.value)) return { gap: `<value unusable: ${name} is no text that a command can take>` };
  return readsFile(found.value) ? { gap: `<value unusable: ${name} would make az read a file>` } : found;
}

// azure-cli-core, commands/__init__.py, _expand_file_prefixed_files: `@path` and `key=@path` become the file's contents.
const readsFile = (value: string): boolean => value.startsWith('@') || value.includes('=@');

function refuseUnquotable({ out, places }: Scan, name: string, template: string): void {
  const held = places.includes('unquotable') || places.includes('brace');
  if (!held && !/[$\\]$/.test(out)) return;
  throw new PlanError(
    'placeholder-not-quotable',
    `{${name}} stands where no quoting holds (after $ or \\, a backtick, $'…', \${…}, arithmetic or a here-document): ` +
      `${JSON.stringify(template)}. Put it into a word of its own, for example --name {${name}}.`,
  );
}

function insert(scan: Scan, { value }: { readonly value: string }, refuse: () => void): Scan {
  const place = scan.places.at(-1) ?? 'bare';
  if (place === 'comment') return { ...scan, out: scan.out + shellQuote(value) };
  const [opened, quote] = place === 'single' ? [true, "'"] : [place === 'double', '"'];
  const put = (start: string, argument: string): Scan => {
    const quoted = shellQuote(argument);
    const inert = !opened || quoted === argument;
    return { ...scan, out: start + (inert ? quoted : `${quote}${quoted}${quote}`) };
  };
  if (!value.startsWith('-') || /[^'"]/.test(scan.out.slice(scan.word))) return put(scan.out, value);
  const option = /(?:^|\s)--[A-Za-z][A-Za-z0-9-]*\s+$/;
  if (option.test(scan.out.slice(0, scan.word))) {
    const before = `${scan.out.slice(0, scan.word).trimEnd()}=`;
    return { ...put(before + scan.out.slice(scan.word), value), word: before.length };
  }
  refuse();
  return put(scan.out, '<value unusable: it begins with a hyphen>');
}

/** Reads literal text of the template and tells where it ends up. */
function read(scan: Scan, text: string): Scan {
  let { places, word } = scan;
  const out = scan.out + text;
  for (let at = scan.out.length; at < out.length; at++) {
    const place = places.at(-1) ?? 'bare';
    const next = transitions[place](out, at);
    if (isOpen(place) && /[\s;&|()]/.test(out[at] ?? '')) word = at + 1;
    if (next === 'skip') at++;
    else if (next === 'leave') places = places.length > 1 ? places.slice(0, -1) : places;
    else if (next !== 'stay') {
      places = [...places, next];
      // Both marks have two characters; the second must not be read as the first of something else.
      if (next === 'sub' || next === 'brace') at++;
      if (next === 'sub') word = at + 1;
    }
  }
  return { out, places, word };
}

const isOpen = (place: Place): boolean => place === 'bare' || place === 'sub' || place === 'paren';

type Move = Place | 'stay' | 'skip' | 'leave';

const transitions: Readonly<Record<Place, (text: string, at: number) => Move>> = {
  bare: openText,
  sub: openText,
  paren: openText,
  single: (text, at) => (text[at] === "'" ? 'leave' : 'stay'),
  double: (text, at) => {
    if (text[at] === '"') return 'leave';
    if (text[at] === '\\') return 'skip';
    return expansion(text, at) ?? 'stay';
  },
  comment: (text, at) => (text[at] === '\n' ? 'leave' : 'stay'),
  // `${VAULT:?set VAULT to …}`: words up to the brace. What quotes mean in there depends on what stands around it.
  brace: (text, at) => (text[at] === '}' ? 'leave' : /['"`\\$]/.test(text[at] ?? '') ? 'unquotable' : 'stay'),
  // Nothing that is put in after this can be trusted, so nothing leads out of it.
  unquotable: () => 'stay',
};

function openText(text: string, at: number): Move {
  const char = text[at] ?? '';
  if (char === '#' && /^$|[\s;&|()]/.test(text[at - 1] ?? '')) return 'comment';
  if (["$'", '<<', '(('].some((mark) => text.startsWith(mark, at))) return 'unquotable';
  return simpleMoves.get(char) ?? expansion(text, at) ?? 'stay';
}

const simpleMoves: ReadonlyMap<string, Move> = new Map([
  ["'", 'single'],
  ['"', 'double'],
  ['\\', 'skip'],
  ['(', 'paren'],
  [')', 'leave'],
]);

function expansion(text: string, at: number): Move | null {
  if (['`', '$((', '$['].some((mark) => text.startsWith(mark, at))) return 'unquotable';
  if (text.startsWith('${', at)) return 'brace';
  return text.startsWith('$(', at) ? 'sub' : null;
}
