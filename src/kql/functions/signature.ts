import type { Rule } from '../bound.ts';
import { asDynamic, text, toBool, toDatetime, toLong, toNumber, toTimespan, type Value } from '../value.ts';
import { isLoose, isNumeric, type ValueType } from '../value-type.ts';

/** A scalar function as data. */
export interface ScalarFunction {
  readonly params: readonly Param[];
  /** How many of the parameters must be given. */
  readonly required: number;
  /** The parameter that any further argument is, if further arguments may follow. */
  readonly rest: Param | undefined;
  readonly gives: ValueType | ((types: readonly ValueType[]) => ValueType | undefined);
  readonly rule: (types: readonly ValueType[]) => Rule;
  /** Whether a column with this value is named after the first argument, as with tostring(). */
  readonly keepsName: boolean;
}

/**
 * What a parameter accepts, and how `run` receives it:
 * string: text or dynamic, as text · text: any scalar, as text · number, long, bool, datetime, timespan: that or
 * dynamic, converted · array, bag, dynamic: a dynamic value · any: as it is.
 */
export type Param = keyof typeof PARAMS;

interface ParamRule {
  readonly accepts: (type: ValueType) => boolean;
  readonly convert: ((value: Value) => Value) | undefined;
  /** The static type that needs no conversion. */
  readonly plain: readonly ValueType[];
  readonly shown: string;
}

export const PARAMS = {
  string: {
    accepts: (t) => t === 'string' || t === 'guid' || isLoose(t),
    convert: text,
    plain: ['string'],
    shown: 'a string',
  },
  text: { accepts: () => true, convert: text, plain: ['string'], shown: 'a value' },
  number: {
    accepts: (t) => isNumeric(t) || isLoose(t),
    convert: toNumber,
    plain: ['int', 'long', 'real'],
    shown: 'a number',
  },
  long: { accepts: (t) => isNumeric(t) || isLoose(t), convert: toLong, plain: ['int', 'long'], shown: 'an integer' },
  bool: { accepts: (t) => t === 'bool' || isLoose(t), convert: toBool, plain: ['bool'], shown: 'a bool' },
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
  dynamic: { accepts: (t) => isLoose(t), convert: undefined, plain: [], shown: 'a dynamic value' },
  any: { accepts: () => true, convert: undefined, plain: [], shown: 'a value' },
  json: {
    accepts: () => true,
    convert: asDynamic,
    plain: ['dynamic', 'string', 'int', 'long', 'bool', 'guid'],
    shown: 'a value',
  },
} as const satisfies Record<string, ParamRule>;

type Run = (...values: never[]) => Value;

interface Options {
  readonly seesNull?: boolean;
  readonly keepsName?: boolean;
  /** Makes `run` when it depends on the static types of the arguments. */
  readonly runFor?: (types: readonly ValueType[]) => Run;
}

/**
 * Declares a function: its parameters in words (`string long? any*`: optional `?`, repeated `*`), what it gives, how it
 * computes. Unless it `seesNull`, one null argument makes the result null; a string is never null.
 */
export function fn(takes: string, gives: ScalarFunction['gives'], run: Run, options: Options = {}): ScalarFunction {
  const words = takes.split(' ').filter((word) => word !== '');
  const rest = words.find((word) => word.endsWith('*'));
  const fixed = words.filter((word) => !word.endsWith('*'));
  const seesNull = options.seesNull ?? false;
  return {
    params: fixed.map(paramNamed),
    required: fixed.filter((word) => !word.endsWith('?')).length,
    rest: rest === undefined ? undefined : paramNamed(rest),
    gives,
    rule: (types) => ({ run: options.runFor?.(types) ?? run, seesNull }),
    keepsName: options.keepsName ?? false,
  };
}

function paramNamed(word: string): Param {
  const name = word.replace(/[?*]$/, '');
  if (!Object.hasOwn(PARAMS, name)) throw new TypeError(`'${name}' is not a kind of parameter.`);
  return name as Param;
}

/** The type of the first argument. */
export const likeFirst = (types: readonly ValueType[]): ValueType | undefined => types[0];
