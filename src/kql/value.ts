import { Datetime, parseDatetime, parseTimespan, Timespan, timespanText } from './datetime.ts';
import { compareDecimal, Decimal, decimalNumber, decimalOf, parseDecimal } from './decimal.ts';
import { type KqlType, TYPE_NAMES, type ValueType } from './value-type.ts';

/**
 * Values at run time. null is null, except for strings, which are never null (''). Long: a number while it is a safe
 * integer, a bigint beyond. Datetime, Timespan and Decimal are classes. Dynamic: JSON values (a bigint may stand in
 * them); times that enter a dynamic value become text.
 */
export type Value = unknown;

export type Bag = Readonly<Record<string, unknown>>;

/** tostring(): '' for null, `true`/`false`, compact JSON for arrays and bags. Kusto: a dynamic string has no quotes. */
export function text(value: Value): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '';
  if (typeof value !== 'object') return String(value);
  if (value instanceof Datetime || value instanceof Decimal) return value.toJSON();
  if (value instanceof Timespan) return timespanText(value);
  return jsonText(value);
}

/** Compact JSON. Throws RangeError when the value is nested deeper than the limit. */
export function jsonText(value: Value): string {
  try {
    return JSON.stringify(value) ?? 'null';
  } catch {
    // A bigint inside, or data nested so deep that the built-in writer overflowed.
    return writeJson(value, 0);
  }
}

const MAX_JSON_DEPTH = 500;

function writeJson(value: Value, depth: number): string {
  if (depth > MAX_JSON_DEPTH) throw new RangeError(`A dynamic value is nested deeper than ${MAX_JSON_DEPTH} levels.`);
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return `[${value.map((part) => writeJson(part, depth + 1)).join(',')}]`;
  if (!isBag(value)) return JSON.stringify(value) ?? 'null';
  const parts = Object.entries(value).map(([key, part]) => `${JSON.stringify(key)}:${writeJson(part, depth + 1)}`);
  return `{${parts.join(',')}}`;
}

export function isBag(value: Value): value is Bag {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Datetime || value instanceof Timespan || value instanceof Decimal)
  );
}

/** The property of a bag; null when it has none of its own (so `__proto__` and `constructor` reach nothing). */
export function property(value: Value, name: string): Value {
  if (typeof value !== 'object' || value === null) return null;
  // What JSON gave is told from times and arrays at one look.
  const bag = Object.getPrototypeOf(value) === Object.prototype || isBag(value);
  return bag && Object.hasOwn(value, name) ? ((value as Bag)[name] ?? null) : null;
}

/** `array[i]`, negative from the end; `bag['k']`. */
export function elementOf(value: Value, index: Value): Value {
  if (typeof index === 'string') return property(value, index);
  if (!Array.isArray(value) || typeof index !== 'number') return null;
  return value.at(Math.trunc(index)) ?? null;
}

/** A bag with exactly these entries; a key `__proto__` becomes an entry like any other. */
export function bagOf(entries: Iterable<readonly [string, Value]>): Bag {
  return Object.fromEntries(entries);
}

/** A value as it stands inside a dynamic one. */
export function asDynamic(value: Value): Value {
  if (value instanceof Datetime || value instanceof Decimal || value instanceof Timespan) return text(value);
  if (typeof value === 'number' && !Number.isFinite(value)) return text(value);
  return value ?? null;
}

/** parse_json(): '' is null, text that is no JSON stays a string. */
export function parseJson(source: string): Value {
  const trimmed = source.trim();
  if (trimmed === '') return null;
  try {
    return JSON.parse(trimmed);
  } catch {
    return source;
  }
}

// ---- conversions; each gives null when the value cannot be converted

export function toBool(value: Value): boolean | null {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isNaN(value) ? null : value !== 0;
  if (typeof value === 'bigint') return value !== 0n;
  if (typeof value !== 'string') return null;
  const lower = value.trim().toLowerCase();
  if (lower === 'true' || lower === 'false') return lower === 'true';
  return /^[+-]?\d+$/.test(lower) ? Number(lower) !== 0 : null;
}

/** A number of any kind, or null: numbers, numeric text and booleans (1 and 0) convert. */
export function toNumber(value: Value): number | bigint | null {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (value instanceof Decimal) return decimalNumber(value);
  return typeof value === 'string' ? parseNumber(value) : null;
}

const INTEGER = /^[+-]?(?:\d+|0x[0-9a-f]+)$/i;
const REAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** Numeric text; integers beyond 2^53 come back exact, as bigint. */
export function parseNumber(source: string): number | bigint | null {
  const trimmed = source.trim();
  if (trimmed.length > 400) return null;
  if (INTEGER.test(trimmed)) {
    const negative = trimmed.startsWith('-');
    const digits = BigInt(trimmed.replace(/^[+-]/, ''));
    return safeLong(negative ? -digits : digits);
  }
  return REAL.test(trimmed) ? Number(trimmed) : null;
}

/** A long in its one representation: number when safe, else bigint; it wraps at 64 bits as Kusto's does. */
export function safeLong(value: bigint): number | bigint {
  const wrapped = BigInt.asIntN(64, value);
  return wrapped >= -MAX_SAFE && wrapped <= MAX_SAFE ? Number(wrapped) : wrapped;
}
const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER);

const MAX_LONG = 2 ** 63;
const MAX_INT = 2 ** 31;

/** Truncates towards zero; null for text that is no number and beyond 64 bits. */
export function toLong(value: Value): number | bigint | null {
  if (value instanceof Datetime || value instanceof Timespan) return safeLong(value.ticks);
  const number = toNumber(value);
  if (number === null || typeof number === 'bigint' || Number.isSafeInteger(number)) return number;
  return Math.abs(number) < MAX_LONG ? safeLong(BigInt(Math.trunc(number))) : null;
}

export function toInt(value: Value): number | null {
  const number = toLong(value);
  return typeof number === 'number' && number >= -MAX_INT && number < MAX_INT ? number : null;
}

export function toReal(value: Value): number | null {
  const number = typeof value === 'string' ? namedReal(value) : toNumber(value);
  return number === null ? null : Number(number);
}

const NAMED_REALS: ReadonlyMap<string, number> = new Map([
  ['nan', Number.NaN],
  ['inf', Number.POSITIVE_INFINITY],
  ['+inf', Number.POSITIVE_INFINITY],
  ['infinity', Number.POSITIVE_INFINITY],
  ['-inf', Number.NEGATIVE_INFINITY],
  ['-infinity', Number.NEGATIVE_INFINITY],
]);

function namedReal(source: string): number | bigint | null {
  return NAMED_REALS.get(source.trim().toLowerCase()) ?? parseNumber(source);
}

export function toDecimal(value: Value): Decimal | null {
  if (value instanceof Decimal) return value;
  if (typeof value === 'string') return parseDecimal(value);
  const number = toNumber(value);
  return number === null ? null : decimalOf(number);
}

export function toDatetime(value: Value): Datetime | null {
  if (value instanceof Datetime) return value;
  return typeof value === 'string' ? parseDatetime(value) : null;
}

export function toTimespan(value: Value): Timespan | null {
  if (value instanceof Timespan) return value;
  return typeof value === 'string' ? parseTimespan(value) : null;
}

const GUID = /^\s*[{(]?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})[})]?\s*$/i;

export function toGuid(value: Value): string | null {
  const match = typeof value === 'string' ? GUID.exec(value) : null;
  return match === null ? null : match.slice(1).join('-').toLowerCase();
}

/** The conversion function of each type; what todynamic does to text is parse_json's business, not this table's. */
export const CONVERT: Readonly<Record<KqlType, (value: Value) => Value>> = {
  bool: toBool,
  int: toInt,
  long: toLong,
  real: toReal,
  decimal: toDecimal,
  string: text,
  datetime: toDatetime,
  timespan: toTimespan,
  guid: toGuid,
  dynamic: asDynamic,
};

export function conversionTo(type: ValueType): (value: Value) => Value {
  return CONVERT[type === 'open' ? 'dynamic' : type];
}

/** What a type holds when there is no value: '' for strings, which are never null, null for all others. */
export function absent(type: ValueType): Value {
  return type === 'string' ? '' : null;
}

export function typeNamed(name: string): KqlType | undefined {
  return TYPE_NAMES.get(name.toLowerCase());
}

// ---- order and identity

/** Orders two values that are not null: numbers, times, booleans among themselves, all else by text, code by code. */
export function compare(left: Value, right: Value): number {
  if (typeof left === 'string' && typeof right === 'string') return left < right ? -1 : left > right ? 1 : 0;
  if (left instanceof Datetime && right instanceof Datetime) return sign(left.ticks, right.ticks);
  if (left instanceof Timespan && right instanceof Timespan) return sign(left.ticks, right.ticks);
  if (left instanceof Decimal || right instanceof Decimal) {
    const [a, b] = [toDecimal(left), toDecimal(right)];
    if (a !== null && b !== null) return compareDecimal(a, b);
  }
  if (isNumber(left) && isNumber(right)) return compareNumbers(left, right);
  if (typeof left === 'boolean' && typeof right === 'boolean') return Number(left) - Number(right);
  const ranks = rank(left) - rank(right);
  return ranks !== 0 ? ranks : compare(text(left), text(right));
}

/** NaN sorts before every number, so that sorting stays an order. */
function compareNumbers(left: number | bigint, right: number | bigint): number {
  if (left < right) return -1;
  if (left > right) return 1;
  return Number(Number.isNaN(right)) - Number(Number.isNaN(left));
}

function rank(value: Value): number {
  return typeof value === 'boolean' ? 0 : isNumber(value) ? 1 : 2;
}

function isNumber(value: Value): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

function sign(left: bigint, right: bigint): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** One value as a key: equal values of one type give equal keys, and no two different values share one. */
export function keyOf(value: Value): string | number | boolean | bigint | null {
  if (typeof value === 'string') return value.charCodeAt(0) === 0 ? `\0s${value}` : value;
  if (value === null || value === undefined) return null;
  if (typeof value === 'object') return `\0o${text(value)}`;
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean' ? value : text(value);
}

/** Several values as one key; lengths stand before the parts, so no separator can be forged. */
export function keyOfAll(values: readonly Value[]): string | number | boolean | bigint | null {
  if (values.length === 1) return keyOf(values[0]);
  return values
    .map((value) => {
      const key = keyOf(value);
      const shown = typeof key === 'string' ? `s${key}` : `${typeof key}${key}`;
      return `${shown.length}:${shown}`;
    })
    .join('');
}

/** A value as it leaves the engine: times and decimals as text, everything else as it is. */
export function output(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value ?? null;
  return value instanceof Datetime || value instanceof Timespan || value instanceof Decimal ? text(value) : value;
}
