import { EvidenceError } from './errors.ts';

/**
 * JSON text that depends on the value alone: keys in code-unit order, two blanks of indentation, LF at the end.
 * Only plain data is taken; whatever JSON would drop or turn into something else is an error that names its place.
 * @throws EvidenceError `not-json` for undefined, functions, symbols, bigint, NaN, infinities, class instances (a Date
 * too), and data nested deeper than 500 levels, which a cycle is.
 */
export function canonicalJson(value: unknown): string {
  const pieces: string[] = [];
  write(value, { pieces, path: [] });
  pieces.push('\n');
  return pieces.join('');
}

interface Writer {
  readonly pieces: string[];
  /** Keys and indexes from the root to the value being written. */
  readonly path: (string | number)[];
}

const deepest = 500;

function write(value: unknown, writer: Writer): void {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') {
    writer.pieces.push(JSON.stringify(value));
  } else if (typeof value === 'number' && Number.isFinite(value)) {
    writer.pieces.push(JSON.stringify(value));
  } else if (Array.isArray(value)) {
    writeArray(value, writer);
  } else if (isPlainObject(value)) {
    writeObject(value, writer);
  } else {
    throw new EvidenceError('not-json', `${place(writer)} is ${kindOf(value)}, which JSON cannot hold.`);
  }
}

function writeArray(values: readonly unknown[], writer: Writer): void {
  // An index loop, since a hole in a sparse array must be seen (as undefined) and not skipped.
  const entries = Array.from(values, (value, index): [number, unknown] => [index, value]);
  writeMembers(entries, ['[', ']'], writer);
}

function writeObject(value: Readonly<Record<string, unknown>>, writer: Writer): void {
  const keys = Object.keys(value).sort(byCodeUnit);
  const entries = keys.map((key): [string, unknown] => [key, value[key]]);
  writeMembers(entries, ['{', '}'], writer);
}

function writeMembers(
  entries: readonly (readonly [string | number, unknown])[],
  [open, close]: readonly [string, string],
  writer: Writer,
): void {
  const { pieces, path } = writer;
  if (path.length >= deepest) {
    throw new EvidenceError('not-json', `${place(writer)} is nested deeper than ${deepest} levels.`);
  }
  const indent = `\n${'  '.repeat(path.length)}`;
  pieces.push(open);
  for (const [index, [key, member]] of entries.entries()) {
    pieces.push(index === 0 ? '' : ',', indent, '  ');
    if (typeof key === 'string') pieces.push(JSON.stringify(key), ': ');
    path.push(key);
    write(member, writer);
    path.pop();
  }
  pieces.push(entries.length === 0 ? '' : indent, close);
}

/** Sorts as JavaScript compares strings, by UTF-16 code unit: no locale may change a bundle. */
export function byCodeUnit(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** An object made by a literal or by JSON.parse; its own keys are data, `__proto__` among them. */
function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function kindOf(value: unknown): string {
  if (typeof value === 'object' && value !== null) return `an object of class ${value.constructor?.name ?? 'unknown'}`;
  return typeof value === 'number' ? String(value) : typeof value;
}

function place({ path }: Writer): string {
  const shown = path.slice(0, 10).map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`));
  return `The value at $${shown.join('')}${path.length > 10 ? '…' : ''}`;
}
