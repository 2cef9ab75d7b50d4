import { asDynamic, bagOf, conversionTo, typeNamed, type Value } from './value.ts';
import type { KqlType } from './value-type.ts';

/** Raises an error at an offset of the literal's text; never returns. */
export type Refuse = (offset: number, message: string) => never;

/**
 * Reads the inside of `dynamic(…)`: JSON, also with single quotes and with literals such as datetime(…) as leaves.
 */
export function readDynamic(source: string, refuse: Refuse): Value {
  const c: Cursor = { source, at: 0, depth: 0, refuse };
  const value = readValue(c);
  skip(c);
  if (c.at < source.length) refuse(c.at, 'A dynamic literal holds one JSON value; something follows it.');
  return value;
}

interface Cursor {
  readonly source: string;
  readonly refuse: Refuse;
  at: number;
  depth: number;
}

const MAX_DEPTH = 100;

function readValue(c: Cursor): Value {
  skip(c);
  const char = c.source.charAt(c.at);
  if (char === '{' || char === '[') return readNested(c, char);
  if (char === '"' || char === "'") return readText(c);
  return readWord(c);
}

function readNested(c: Cursor, open: string): Value {
  if (++c.depth > MAX_DEPTH) c.refuse(c.at, `A dynamic literal may nest ${MAX_DEPTH} levels deep.`);
  c.at++;
  const value = open === '[' ? readParts(c, ']', readValue) : bagOf(readParts(c, '}', readEntry));
  c.depth--;
  return value;
}

function readParts<T>(c: Cursor, close: string, read: (c: Cursor) => T): T[] {
  const parts: T[] = [];
  skip(c);
  while (c.source.charAt(c.at) !== close) {
    parts.push(read(c));
    skip(c);
    if (c.source.charAt(c.at) === close) break;
    if (c.source.charAt(c.at) !== ',') c.refuse(c.at, `Here ',' or '${close}' is expected in the dynamic literal.`);
    c.at++;
    skip(c);
    if (c.source.charAt(c.at) === close) c.refuse(c.at, 'Behind a comma a dynamic literal must go on.');
  }
  c.at++;
  return parts;
}

function readEntry(c: Cursor): readonly [string, Value] {
  skip(c);
  const char = c.source.charAt(c.at);
  if (char !== '"' && char !== "'") c.refuse(c.at, 'Here a key of the dynamic literal is expected, in quotes.');
  const key = readText(c);
  skip(c);
  if (c.source.charAt(c.at) !== ':') c.refuse(c.at, "Here ':' is expected in the dynamic literal.");
  c.at++;
  return [key, readValue(c)];
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };

function readText(c: Cursor): string {
  const quote = c.source.charAt(c.at);
  const start = c.at++;
  let value = '';
  for (; c.at < c.source.length; c.at++) {
    const char = c.source.charAt(c.at);
    if (char === quote) {
      c.at++;
      return value;
    }
    if (char !== '\\') value += char;
    else value += readEscape(c);
  }
  return c.refuse(start, `This string has no closing ${quote}.`);
}

/** Leaves the cursor on the last character of the escape. */
function readEscape(c: Cursor): string {
  const char = c.source.charAt(++c.at);
  if (char !== 'u') return Object.hasOwn(ESCAPES, char) ? (ESCAPES[char] ?? '') : char;
  const digits = c.source.slice(c.at + 1, c.at + 5);
  if (!/^[0-9a-fA-F]{4}$/.test(digits)) c.refuse(c.at, 'Four hexadecimal digits are expected after \\u.');
  c.at += 4;
  return String.fromCharCode(Number.parseInt(digits, 16));
}

const WORDS: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['null', null],
  ['true', true],
  ['false', false],
]);

/** Types whose literals may stand in a dynamic one. */
const IN_DYNAMIC: ReadonlySet<KqlType> = new Set(['datetime', 'timespan', 'guid', 'long', 'real', 'bool']);

function readWord(c: Cursor): Value {
  const start = c.at;
  const number = take(c, /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\p{L}\p{N}_])/uy);
  if (number !== '') return Number(number);
  const word = take(c, /[A-Za-z_]+/y).toLowerCase();
  if (WORDS.has(word)) return WORDS.get(word);
  const type = typeNamed(word);
  if (type !== undefined && IN_DYNAMIC.has(type) && c.source.charAt(c.at) === '(') {
    const inner = take(c, /\([^()]*\)/y)
      .slice(1, -1)
      .trim();
    if (inner === 'null') return null;
    const value = conversionTo(type)(inner.replace(/^(['"])(.*)\1$/, '$2'));
    return value === null ? c.refuse(start, `'${inner.slice(0, 40)}' is not a ${word}.`) : asDynamic(value);
  }
  return c.refuse(start, 'A dynamic literal holds JSON; expressions cannot stand in it. Write pack() or pack_array().');
}

function take(c: Cursor, pattern: RegExp): string {
  pattern.lastIndex = c.at;
  const found = pattern.exec(c.source)?.[0] ?? '';
  c.at += found.length;
  return found;
}

function skip(c: Cursor): void {
  take(c, /\s*/y);
}
