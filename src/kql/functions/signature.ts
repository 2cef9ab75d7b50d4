import type { Rule } from '../bound.ts';
import { Decimal } from '../decimal.ts';
import { asDynamic, text, toBool, toDatetime, toGuid, toLong, toNumber, toTimespan, type Value } from '../value.ts';
import { isInteger, isLoose, isNumeric, type ValueType } from '../value-type.ts';

/** A scalar function as data. */
export interface ScalarFunction {
  readonly params: readonly Param[];
  /** Positions of the parameters that must be known before the query runs. */
  readonly constants: readonly number[];
  /** How many of the parameters must be given. */
  readonly required: number;
  /** The parameter that any further argument is, if further arguments may follow. */
  readonly rest: Param | undefined;
  readonly gives: ValueType | ((types: readonly ValueType[]) => ValueType | undefined);
  readonly rule: (types: readonly ValueType[]) => Rule;
  /** How a column with this value is named after the first argument's name; without it the column is Column1. */
  readonly label: ((first: string) => string) | undefined;
  /** Whether its value still is the first argument's, so that a path through it is one path (tostring, parse_json). */
  readonly passes: boolean;
}

/**
 * What a parameter accepts, and how `run` receives it. A column of a table without a schema (open) is accepted by all.
 * The types are those of the official analyser: a dynamic value passes for a string, never for a number or a time.
 */
export type Param = keyof typeof PARAMS;

interface ParamRule {
  readonly accepts: (type: ValueType) => boolean;
  readonly convert: ((value: Value) => Value) | undefined;
  /** The static type that needs no conversion. */
  readonly plain: readonly ValueType[];
  readonly shown: string;
}

const SIMPLE_JSON: readonly ValueType[] = ['dynamic', 'string', 'int', 'long', 'bool', 'guid'];
const isText = (type: ValueType) => type === 'string' || isLoose(type);
const isNumber = (type: ValueType) => isNumeric(type) || type === 'open';

export const PARAMS = {
  /** Text, or dynamic as its text. */
  string: { accepts: isText, convert: text, plain: ['string'], shown: 'a string' },
  /** Any value, as its text. */
  text: { accepts: () => true, convert: text, plain: ['string'], shown: 'a value' },
  /** Text or dynamic, as it stands. */
  json: { accepts: isText, convert: undefined, plain: [], shown: 'a string or a dynamic value' },
  number: { accepts: isNumber, convert: toNumber, plain: ['int', 'long', 'real'], shown: 'a number' },
  /** A number whose decimals stay exact. */
  numeric: { accepts: isNumber, convert: exactNumber, plain: ['int', 'long', 'real', 'decimal'], shown: 'a number' },
  real: {
    accepts: (t) => isNumber(t) && t !== 'decimal',
    convert: toNumber,
    plain: ['int', 'long', 'real'],
    shown: 'a real number',
  },
  long: {
    accepts: (t) => isInteger(t) || t === 'open',
    convert: toLong,
    plain: ['int', 'long'],
    shown: 'an integer',
  },
  /** `not` of a dynamic value is tolerated, as Resource Graph does though the analyser does not (kql.md 16). */
  loosebool: { accepts: (t) => t === 'bool' || isLoose(t), convert: toBool, plain: ['bool'], shown: 'a bool' },
  bool: { accepts: (t) => t === 'bool' || t === 'open', convert: toBool, plain: ['bool'], shown: 'a bool' },
  datetime: {
    accepts: (t) => t === 'datetime' || t === 'open',
    convert: toDatetime,
    plain: ['datetime'],
    shown: 'a datetime',
  },
  timespan: {
    accepts: (t) => t === 'timespan' || t === 'open',
    convert: toTimespan,
    plain: ['timespan'],
    shown: 'a timespan',
  },
  guid: { accepts: (t) => t === 'guid' || t === 'open', convert: toGuid, plain: ['guid'], shown: 'a guid' },
  dynamic: { accepts: (t) => isLoose(t), convert: undefined, plain: [], shown: 'a dynamic value' },
  any: { accepts: () => true, convert: undefined, plain: [], shown: 'a value' },
  /** Anything but dynamic, which has no one form to hash or compare. */
  scalar: { accepts: (t) => t !== 'dynamic', convert: undefined, plain: [], shown: 'a value that is not dynamic' },
  /** An integer or a dynamic value, as it stands. */
  points: { accepts: (t) => isInteger(t) || isLoose(t), convert: undefined, plain: [], shown: 'an integer' },
  /** Any value, as it stands inside a dynamic one. */
  part: { accepts: () => true, convert: asDynamic, plain: SIMPLE_JSON, shown: 'a value' },
} as const satisfies Record<string, ParamRule>;

function exactNumber(value: Value): Value {
  return value instanceof Decimal ? value : toNumber(value);
}

type Run = (...values: never[]) => Value;

interface Options {
  readonly seesNull?: boolean;
  readonly label?: (first: string) => string;
  readonly passes?: boolean;
  /** Makes `run` when it depends on the static types of the arguments. */
  readonly runFor?: (types: readonly ValueType[]) => Run;
}

/**
 * Declares a function: its parameters in words (`string long? any*`: optional `?`, repeated `*`, known beforehand `!`),
 * what it gives, how it computes. Unless it `seesNull`, one null argument makes the result null; a string is never null.
 */
export function fn(takes: string, gives: ScalarFunction['gives'], run: Run, options: Options = {}): ScalarFunction {
  const words = takes.split(' ').filter((word) => word !== '');
  const rest = words.find((word) => word.endsWith('*'));
  const fixed = words.filter((word) => !word.endsWith('*'));
  const seesNull = options.seesNull ?? false;
  return {
    params: fixed.map(paramNamed),
    constants: fixed.flatMap((word, index) => (word.includes('!') ? [index] : [])),
    required: fixed.filter((word) => !word.endsWith('?')).length,
    rest: rest === undefined ? undefined : paramNamed(rest),
    gives,
    rule: (types) => ({ run: options.runFor?.(types) ?? run, seesNull }),
    label: options.label,
    passes: options.passes ?? false,
  };
}

function paramNamed(word: string): Param {
  const name = word.replace(/[!?*]+$/, '');
  if (!Object.hasOwn(PARAMS, name)) throw new TypeError(`'${name}' is not a kind of parameter.`);
  return name as Param;
}

/** The column is named as the first argument is. */
export const sameName = { label: (first: string) => first } as const;

/** The type of the first argument. */
export const likeFirst = (types: readonly ValueType[]): ValueType | undefined => types[0];
