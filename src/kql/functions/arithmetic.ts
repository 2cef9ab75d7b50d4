import { Datetime, datetimeOf, Timespan, timespanOf } from '../datetime.ts';
import { DECIMAL_ARITHMETIC } from '../decimal.ts';
import { safeLong, toDecimal, toNumber, type Value } from '../value.ts';
import { isInteger, isLoose, isNumeric, type ValueType, widerNumeric } from '../value-type.ts';
import type { BinaryOperator, BinaryRule } from './comparison.ts';

/**
 * + - * / %. Integers give long, truncate in division and wrap at 64 bits; a remainder is never negative (-14 % 12 = 10);
 * division of integers by zero is null. Source: Kusto, "Numerical operators"; types as the official analyser's.
 */
export const ARITHMETIC: Readonly<Record<string, BinaryOperator>> = Object.fromEntries(
  ['+', '-', '*', '/', '%'].map((sign) => [
    sign,
    (left, right) => timeRule(sign, left, right) ?? numberRule(sign, left, right),
  ]),
);

type Numeric = number | bigint;

function numberRule(sign: string, left: ValueType, right: ValueType): BinaryRule | undefined {
  if (left === 'decimal' || right === 'decimal') return decimalRule(sign, left, right);
  if (isNumeric(left) && isNumeric(right)) {
    const real = widerNumeric(left, right) === 'real';
    return { type: real ? 'real' : 'long', run: real ? realArithmetic(sign) : longArithmetic(sign) };
  }
  if (!(isLoose(left) || isNumeric(left)) || !(isLoose(right) || isNumeric(right))) return undefined;
  return looseRule(sign, isLoose(left) ? right : left, [left, right].includes('open'));
}

/** A dynamic value with a number gives what the number is; two dynamic values give a dynamic one. */
function looseRule(sign: string, typed: ValueType, open: boolean): BinaryRule {
  const type = open ? 'open' : typed === 'real' ? 'real' : isInteger(typed) ? 'long' : 'dynamic';
  if (typed !== 'real') return { type, run: looseArithmetic(sign) };
  const real = realArithmetic(sign);
  const run = (a: Value, b: Value) => {
    const [x, y] = [toNumber(a), toNumber(b)];
    return x === null || y === null ? null : real(x, y);
  };
  return { type, run };
}

function decimalRule(sign: string, left: ValueType, right: ValueType): BinaryRule | undefined {
  if (![left, right].every((type) => isNumeric(type) || isLoose(type))) return undefined;
  const compute = DECIMAL_ARITHMETIC[sign];
  const run = (a: Value, b: Value) => {
    const [x, y] = [toDecimal(a), toDecimal(b)];
    return x === null || y === null || compute === undefined ? null : compute(x, y);
  };
  return { type: 'decimal', run };
}

/** A dynamic number is an integer or not as it stands there; a fraction is kept, whatever the type of the column. */
function looseArithmetic(sign: string): (a: Value, b: Value) => Value {
  const [whole, real] = [longArithmetic(sign), realArithmetic(sign)];
  return (a, b) => {
    const [x, y] = [toNumber(a), toNumber(b)];
    if (x === null || y === null) return null;
    return isWhole(x) && isWhole(y) ? whole(x, y) : real(x, y);
  };
}

function isWhole(value: Numeric): boolean {
  return typeof value === 'bigint' || Number.isSafeInteger(value);
}

const REAL: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => ((a % b) + Math.abs(b)) % Math.abs(b),
};

const WHOLE: Readonly<Record<string, (a: bigint, b: bigint) => bigint>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => ((a % b) + absolute(b)) % absolute(b),
};

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}

function realArithmetic(sign: string): (a: Numeric, b: Numeric) => number | null {
  const compute = REAL[sign];
  return (a, b) => compute?.(Number(a), Number(b)) ?? null;
}

function longArithmetic(sign: string): (a: Numeric, b: Numeric) => Numeric | null {
  const [fast, exact] = [REAL[sign], WHOLE[sign]];
  const divides = sign === '/' || sign === '%';
  return (a, b) => {
    if (fast === undefined || exact === undefined || (divides && Number(b) === 0)) return null;
    if (typeof a === 'number' && typeof b === 'number') {
      const quick = Math.trunc(fast(a, b));
      if (Number.isSafeInteger(quick)) return quick + 0;
    }
    return safeLong(exact(BigInt(a), BigInt(b)));
  };
}

// ---- times

type TimeRule = readonly [ValueType, ValueType, string, ValueType, (a: never, b: never) => Value];

const TIME_RULES: readonly TimeRule[] = [
  ['datetime', 'datetime', '-', 'timespan', (a: Datetime, b: Datetime) => timespanOf(a.ticks - b.ticks)],
  ['datetime', 'timespan', '-', 'datetime', (a: Datetime, b: Timespan) => datetimeOf(a.ticks - b.ticks)],
  ['datetime', 'timespan', '+', 'datetime', (a: Datetime, b: Timespan) => datetimeOf(a.ticks + b.ticks)],
  ['timespan', 'datetime', '+', 'datetime', (a: Timespan, b: Datetime) => datetimeOf(a.ticks + b.ticks)],
  ['timespan', 'timespan', '+', 'timespan', (a: Timespan, b: Timespan) => timespanOf(a.ticks + b.ticks)],
  ['timespan', 'timespan', '-', 'timespan', (a: Timespan, b: Timespan) => timespanOf(a.ticks - b.ticks)],
  ['timespan', 'timespan', '/', 'real', (a: Timespan, b: Timespan) => Number(a.ticks) / Number(b.ticks)],
  ['timespan', 'timespan', '%', 'timespan', (a: Timespan, b: Timespan) => spanRemainder(a, b)],
  ['timespan', 'long', '*', 'timespan', (a: Timespan, b: Value) => scaledSpan(a, factorOf(b))],
  ['long', 'timespan', '*', 'timespan', (a: Value, b: Timespan) => scaledSpan(b, factorOf(a))],
  ['timespan', 'long', '/', 'timespan', (a: Timespan, b: Value) => scaledSpan(a, 1 / factorOf(b))],
];

function factorOf(value: Value): number {
  return Number(toNumber(value) ?? Number.NaN);
}

function spanRemainder(a: Timespan, b: Timespan): Timespan | null {
  if (b.ticks === 0n) return null;
  const size = absolute(b.ticks);
  return timespanOf(((a.ticks % size) + size) % size);
}

function scaledSpan(span: Timespan, factor: number): Timespan | null {
  if (!Number.isFinite(factor)) return null;
  if (Number.isSafeInteger(factor)) return timespanOf(span.ticks * BigInt(factor));
  const inverse = 1 / factor;
  if (Number.isSafeInteger(inverse)) return timespanOf(span.ticks / BigInt(inverse));
  const ticks = Number(span.ticks) * factor;
  return Number.isFinite(ticks) ? timespanOf(BigInt(Math.round(ticks))) : null;
}

function timeRule(sign: string, left: ValueType, right: ValueType): BinaryRule | undefined {
  const [a, b] = [timeClass(left), timeClass(right)];
  const found = TIME_RULES.find((rule) => rule[0] === a && rule[1] === b && rule[2] === sign);
  if (found !== undefined) return { type: found[3], run: found[4] };
  if ((left === 'open' && isTime(right)) || (right === 'open' && isTime(left))) return openTimeRule(sign, left, right);
  return undefined;
}

/** A column without a declared type beside a time: its own value says which rule holds. */
function openTimeRule(sign: string, left: ValueType, right: ValueType): BinaryRule {
  const rules = TIME_RULES.filter((rule) => rule[2] === sign);
  const type = rules.find((rule) => rule[0] === left || rule[1] === right)?.[3] ?? 'open';
  const run = (a: Value, b: Value) => {
    const rule = rules.find(([x, y]) => x === runtimeClass(a) && y === runtimeClass(b));
    return rule === undefined ? null : (rule[4] as (a: Value, b: Value) => Value)(a, b);
  };
  return { type: rules.length === 1 ? type : 'open', run };
}

function timeClass(type: ValueType): ValueType {
  return isNumeric(type) ? 'long' : type;
}

function isTime(type: ValueType): boolean {
  return type === 'datetime' || type === 'timespan';
}

function runtimeClass(value: Value): ValueType {
  if (value instanceof Datetime) return 'datetime';
  if (value instanceof Timespan) return 'timespan';
  return typeof value === 'number' ? 'long' : 'open';
}
