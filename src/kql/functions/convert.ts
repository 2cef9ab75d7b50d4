import { Datetime, Timespan } from '../datetime.ts';
import { Decimal } from '../decimal.ts';
import {
  CONVERT,
  isBag,
  jsonText,
  parseJson,
  property,
  text,
  toBool,
  toDatetime,
  toDecimal,
  toGuid,
  toInt,
  toLong,
  toReal,
  toTimespan,
  type Value,
} from '../value.ts';
import { commonType, isLoose, type KqlType, type ValueType } from '../value-type.ts';
import { fn, type ScalarFunction, sameName } from './signature.ts';

const named = { ...sameName, passes: true, seesNull: true } as const;
const sees = { seesNull: true } as const;

const toBoolFunction = fn('any', 'bool', (value: Value) => toBool(value), named);
const toRealFunction = fn('any', 'real', (value: Value) => toReal(value), named);
const toDynamicFunction = fn('json', 'dynamic', (value: Value) => parseDynamic(value), named);
const isNotNull = fn('any', 'bool', (value: Value) => !isNull(value), sees);
const isNotEmpty = fn('any', 'bool', (value: Value) => text(value) !== '', sees);

/** Conversions and tests for null and empty. A conversion that is not possible gives null (kql.md 24, 25). */
export const CONVERT_FUNCTIONS: Readonly<Record<string, ScalarFunction>> = {
  tostring: fn('any', 'string', (value: Value) => text(value), named),
  toint: fn('any', 'int', (value: Value) => toInt(value), named),
  tolong: fn('any', 'long', (value: Value) => toLong(value), named),
  toreal: toRealFunction,
  todouble: toRealFunction,
  tobool: toBoolFunction,
  toboolean: toBoolFunction,
  todatetime: fn('any', 'datetime', (value: Value) => toDatetime(value), named),
  totimespan: fn('any', 'timespan', (value: Value) => toTimespan(value), named),
  todecimal: fn('any', 'decimal', (value: Value) => toDecimal(value), named),
  toguid: fn('json', 'guid', (value: Value) => toGuid(value), named),
  todynamic: toDynamicFunction,
  parse_json: toDynamicFunction,
  parsejson: toDynamicFunction,
  toobject: toDynamicFunction,
  dynamic_to_json: fn('any', 'string', (value: Value) => canonicalJson(value), sees),
  isnull: fn('any', 'bool', (value: Value) => isNull(value), sees),
  isnotnull: isNotNull,
  notnull: isNotNull,
  isempty: fn('any', 'bool', (value: Value) => text(value) === '', sees),
  isnotempty: isNotEmpty,
  notempty: isNotEmpty,
  not: fn('loosebool', 'bool', (value: boolean) => !value),
  gettype: fn('any', 'string', () => '', {
    seesNull: true,
    label: (first) => `type_${first}`,
    runFor:
      ([type]) =>
      (value: Value) =>
        typeName(type, value),
  }),
  coalesce: fn('any any any*', coalesceType, (...values: Value[]) => coalesce(values), sees),
  isnan: fn('real', 'bool', (value: number) => Number.isNaN(value)),
  isinf: fn('real', 'bool', (value: number) => Math.abs(Number(value)) === Number.POSITIVE_INFINITY),
  isfinite: fn('real', 'bool', (value: number) => Number.isFinite(Number(value))),
};

/** A string is never null; what a table without a schema does not have arrives as null. */
function isNull(value: Value): boolean {
  return value === null || value === undefined;
}

function parseDynamic(value: Value): Value {
  return typeof value === 'string' ? parseJson(value) : CONVERT.dynamic(value);
}

/** Dynamic values go together only with their like, as one of them could be of any type. */
function coalesceType(types: readonly ValueType[]): ValueType | undefined {
  const mixed = types.includes('dynamic') && types.some((type) => !isLoose(type));
  return mixed ? undefined : commonType(types);
}

/** coalesce passes over null and over the empty string (kql.md 15). */
function coalesce(values: readonly Value[]): Value {
  return values.find((value) => value !== null && value !== '') ?? values.at(-1) ?? null;
}

/** JSON with sorted keys, so that equal values give equal text. */
function canonicalJson(value: Value): string {
  return value === null ? 'null' : jsonText(sorted(value, 0));
}

function sorted(value: Value, depth: number): Value {
  if (depth > 500) throw new RangeError('A dynamic value is nested deeper than 500 levels.');
  if (Array.isArray(value)) return value.map((part) => sorted(part, depth + 1));
  if (!isBag(value)) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, sorted(property(value, key), depth + 1)]));
}

/** gettype(): of a dynamic value the type of what it holds. */
function typeName(type: ValueType | undefined, value: Value): string {
  if (type !== undefined && !isLoose(type)) return type;
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (isBag(value)) return 'dictionary';
  const found = RUNTIME_TYPES.find(([test]) => test(value))?.[1];
  return found ?? 'string';
}

const RUNTIME_TYPES: readonly (readonly [(value: Value) => boolean, KqlType])[] = [
  [(value) => typeof value === 'boolean', 'bool'],
  [(value) => typeof value === 'bigint' || Number.isInteger(value), 'long'],
  [(value) => typeof value === 'number', 'real'],
  [(value) => value instanceof Datetime, 'datetime'],
  [(value) => value instanceof Timespan, 'timespan'],
  [(value) => value instanceof Decimal, 'decimal'],
];
