import type { Rule } from '../bound.ts';
import { Datetime, Timespan } from '../datetime.ts';
import { compare, text, toBool, toDatetime, toGuid, toNumber, toTimespan, type Value } from '../value.ts';
import { isLoose, isNumeric, type ValueType } from '../value-type.ts';

/** What an operator does for two types; undefined when Kusto has no such comparison. */
export type BinaryRule = Rule & { readonly type: ValueType };
export type BinaryOperator = (left: ValueType, right: ValueType) => BinaryRule | undefined;

/**
 * Equality and order. Nulls (kql.md 2 to 8, 12): null against a value is different, two nulls are null, any order with
 * a null is null. A dynamic value is compared as what the other side is; with a string, by its text, so that a missing
 * property equals ''.
 */
export const COMPARISON: Readonly<Record<string, BinaryOperator>> = {
  '==': (left, right) => equality(left, right, true),
  '!=': (left, right) => equality(left, right, false),
  '<>': (left, right) => equality(left, right, false),
  '=~': (left, right) => equalityIgnoringCase(left, right, true),
  '!~': (left, right) => equalityIgnoringCase(left, right, false),
  '<': (left, right) => order(left, right, (sign) => sign < 0),
  '<=': (left, right) => order(left, right, (sign) => sign <= 0),
  '>': (left, right) => order(left, right, (sign) => sign > 0),
  '>=': (left, right) => order(left, right, (sign) => sign >= 0),
};

type Convert = (value: Value) => Value;

const same: Convert = (value) => value;

/** How both sides must be seen to be compared; undefined when they cannot be. */
function equalityView(left: ValueType, right: ValueType): Convert | undefined {
  if (isLoose(left) && isLoose(right)) return (value) => (value === null ? null : text(value));
  if (isText(left) && isText(right)) return left === 'guid' || right === 'guid' ? (v) => text(v).toLowerCase() : text;
  if (isNumeric(left) && isNumeric(right)) return same;
  if (left === right) return same;
  const typed = isLoose(left) ? right : isLoose(right) ? left : undefined;
  if (typed === undefined) return undefined;
  return isNumeric(typed) ? toNumber : (VIEW_OF_DYNAMIC[typed] ?? undefined);
}

const VIEW_OF_DYNAMIC: Readonly<Partial<Record<ValueType, Convert>>> = {
  bool: toBool,
  datetime: toDatetime,
  timespan: toTimespan,
  guid: toGuid,
};

/** String against guid or dynamic compares text; two dynamics are handled before, because they can both be null. */
function isText(type: ValueType): boolean {
  return type === 'string' || type === 'guid' || isLoose(type);
}

function equality(left: ValueType, right: ValueType, wanted: boolean): BinaryRule | undefined {
  const view = equalityView(left, right);
  if (view === undefined) return undefined;
  if (left === 'string' && right === 'string') {
    const prepare = (other: string) => (value: string) => (value === other) === wanted;
    return { type: 'bool', seesNull: true, run: (a: string, b: string) => (a === b) === wanted, prepare };
  }
  if (view === text) {
    const prepare = (other: Value) => {
      const known = text(other);
      return (value: Value) => (text(value) === known) === wanted;
    };
    return { type: 'bool', seesNull: true, run: (a: Value, b: Value) => (text(a) === text(b)) === wanted, prepare };
  }
  const run = (a: Value, b: Value) => equalViews(view(a), view(b), wanted);
  const prepare = (other: Value) => {
    const known = view(other);
    return (value: Value) => equalViews(view(value), known, wanted);
  };
  return { type: 'bool', seesNull: true, run, prepare };
}

function equalViews(a: Value, b: Value, wanted: boolean): boolean | null {
  if (a === null && b === null) return null;
  if (a === null || b === null) return !wanted;
  return (a === b || compare(a, b) === 0) === wanted;
}

function equalityIgnoringCase(left: ValueType, right: ValueType, wanted: boolean): BinaryRule | undefined {
  if (![left, right].every((type) => type === 'string' || isLoose(type))) return undefined;
  const prepare = (other: Value) => {
    const exact = text(other);
    const lower = exact.toLowerCase();
    return (value: Value) => {
      const shown = typeof value === 'string' ? value : text(value);
      return (shown === exact || shown.toLowerCase() === lower) === wanted;
    };
  };
  return { type: 'bool', seesNull: true, run: (a: Value, b: Value) => prepare(b)(a), prepare };
}

function order(left: ValueType, right: ValueType, accept: (sign: number) => boolean): BinaryRule | undefined {
  const view = orderView(left, right);
  if (view === undefined) return undefined;
  const run = (a: Value, b: Value) => {
    const [x, y] = [view(a, b), view(b, a)];
    if (x === null || y === null) return null;
    // NaN is neither smaller nor greater than anything.
    return Number.isNaN(x) || Number.isNaN(y) ? false : accept(compare(x, y));
  };
  return { type: 'bool', run };
}

type View = (value: Value, other: Value) => Value;

/** Errors in Kusto: two strings (strcmp orders them), `dynamic > '3'`, `dynamic < datetime(…)`. */
function orderView(left: ValueType, right: ValueType): View | undefined {
  if (left === 'open' || right === 'open') return openView;
  if (isLoose(left) && isLoose(right)) return toNumber;
  if (isNumeric(left) && isNumeric(right)) return same;
  if ((isNumeric(left) && isLoose(right)) || (isLoose(left) && isNumeric(right))) return toNumber;
  const ordered = left === 'bool' || left === 'datetime' || left === 'timespan';
  return left === right && ordered ? same : undefined;
}

/** Nobody declared a type: the kinds of both values decide, and what cannot be seen as the other is null. */
function openView(value: Value, other: Value): Value {
  if (isNumber(value) || isNumber(other)) return toNumber(value);
  if (value instanceof Datetime || other instanceof Datetime) return toDatetime(value);
  if (value instanceof Timespan || other instanceof Timespan) return toTimespan(value);
  return typeof value === 'string' && typeof other === 'string' ? value : null;
}

function isNumber(value: Value): boolean {
  return typeof value === 'number' || typeof value === 'bigint';
}
