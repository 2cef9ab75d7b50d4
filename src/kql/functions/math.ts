import { Datetime, datetimeOf, Timespan, timespanOf } from '../datetime.ts';
import { DECIMAL_ARITHMETIC, Decimal, decimalOf } from '../decimal.ts';
import { compare, safeLong, text, toLong, toNumber, toTimespan, type Value } from '../value.ts';
import { commonType, isInteger, isLoose, isNumeric, type ValueType } from '../value-type.ts';
import { hashText } from './hash.ts';
import { fn, likeFirst, type ScalarFunction } from './signature.ts';

const sees = { seesNull: true } as const;
const bin = fn('any any', binType, (value: Value, size: Value) => binOf(value, size), { keepsName: true });
const ceiling = fn('number', likeFirst, (value: number | bigint) => mapNumber(value, Math.ceil));

/** Mathematics. A real function gives null outside its domain (sqrt(-1)), as NaN would spoil what follows. */
export const MATH_FUNCTIONS: Readonly<Record<string, ScalarFunction>> = {
  abs: fn('any', likeFirst, absolute),
  sign: fn('number', 'int', (value: number | bigint) => (value > 0 ? 1 : value < 0 ? -1 : 0)),
  round: fn('number long?', (types) => (isInteger(types[0] ?? 'open') ? types[0] : 'real'), round),
  ceiling,
  floor: bin1('floor'),
  bin,
  pow: real2((base, exponent) => base ** exponent),
  exp: real1(Math.exp),
  exp2: real1((value) => 2 ** value),
  exp10: real1((value) => 10 ** value),
  log: real1(Math.log),
  log2: real1(Math.log2),
  log10: real1(Math.log10),
  sqrt: real1(Math.sqrt),
  sin: real1(Math.sin),
  cos: real1(Math.cos),
  tan: real1(Math.tan),
  pi: fn('', 'real', () => Math.PI),
  min_of: fn('any any any*', commonType, (...values: Value[]) => extreme(values, -1), sees),
  max_of: fn('any any any*', commonType, (...values: Value[]) => extreme(values, 1), sees),
  hash: fn('any long?', 'long', hash),
  binary_and: whole2((a, b) => a & b),
  binary_or: whole2((a, b) => a | b),
  binary_xor: whole2((a, b) => a ^ b),
};

function real1(compute: (value: number) => number): ScalarFunction {
  return fn('number', 'real', (value: number | bigint) => finite(compute(Number(value))));
}

function real2(compute: (a: number, b: number) => number): ScalarFunction {
  return fn('number number', 'real', (a: number | bigint, b: number | bigint) => finite(compute(Number(a), Number(b))));
}

function whole2(compute: (a: bigint, b: bigint) => bigint): ScalarFunction {
  return fn('long long', 'long', (a: number | bigint, b: number | bigint) => safeLong(compute(BigInt(a), BigInt(b))));
}

/** floor() with one argument rounds down, with two it is bin(). */
function bin1(_name: string): ScalarFunction {
  const run = (value: Value, size?: Value) => (size === undefined ? mapNumber(value, Math.floor) : binOf(value, size));
  return fn('any any?', (types) => (types.length === 1 ? likeFirst(types) : binType(types)), run, { keepsName: true });
}

function finite(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

function mapNumber(value: Value, change: (value: number) => number): Value {
  const number = toNumber(value);
  return typeof number === 'number' ? change(number) : number;
}

function absolute(value: Value): Value {
  if (value instanceof Timespan) return value.ticks < 0n ? timespanOf(-value.ticks) : value;
  if (value instanceof Decimal) return value.digits < 0n ? new Decimal(-value.digits, value.scale) : value;
  const number = toNumber(value);
  if (typeof number === 'bigint') return number < 0n ? safeLong(-number) : number;
  return number === null ? null : Math.abs(number);
}

/** Rounds half away from zero on the printed digits, so that round(2.675, 2) is 2.68. */
function round(value: number | bigint, precision: number | bigint = 0): Value {
  const places = Number(precision);
  if (typeof value === 'bigint' || !Number.isFinite(value) || Math.abs(places) > 15) return value;
  const [digits, exponent = '0'] = String(Math.abs(value)).split('e');
  const scaled = Math.round(Number(`${digits}e${Number(exponent) + places}`));
  const [back, backExponent = '0'] = String(scaled).split('e');
  const result = Number(`${back}e${Number(backExponent) - places}`);
  return value < 0 ? -result : result;
}

function binType([value, size]: readonly ValueType[]): ValueType | undefined {
  if (value === undefined || size === undefined) return undefined;
  if (value === 'datetime' || value === 'timespan') return size === 'timespan' || isLoose(size) ? value : undefined;
  if (value === 'open') return size === 'timespan' ? 'datetime' : 'open';
  if (!(isNumeric(value) || isLoose(value)) || !(isNumeric(size) || isLoose(size))) return undefined;
  return isLoose(value) ? 'real' : commonType([value, size]);
}

/** The largest multiple of the size that is not above the value; datetimes count from the year 1. */
function binOf(value: Value, size: Value): Value {
  if (size instanceof Timespan) return binTime(value, size.ticks);
  if (value instanceof Decimal || size instanceof Decimal) return binDecimal(value, size);
  const [number, step] = [toNumber(value), toNumber(size)];
  if (number === null || step === null || step <= 0) return null;
  if (typeof number === 'bigint' || typeof step === 'bigint') {
    const [whole, wide] = [toLong(number), toLong(step)];
    return whole === null || wide === null ? null : safeLong(floorTo(BigInt(whole), BigInt(wide)));
  }
  return Math.floor(number / step) * step;
}

function binDecimal(value: Value, size: Value): Value {
  const [number, step] = [decimalOf(value as number), decimalOf(size as number)];
  const rest = number === null || step === null ? null : DECIMAL_ARITHMETIC['%']?.(number, step);
  return rest === null || rest === undefined || number === null
    ? null
    : (DECIMAL_ARITHMETIC['-']?.(number, rest) ?? null);
}

function binTime(value: Value, step: bigint): Value {
  if (step <= 0n) return null;
  if (value instanceof Datetime) return datetimeOf(floorTo(value.ticks, step));
  const span = toTimespan(value);
  return span === null ? null : timespanOf(floorTo(span.ticks, step));
}

function floorTo(value: bigint, step: bigint): bigint {
  return value - (((value % step) + step) % step);
}

/** The smallest or greatest of the values that are not null. */
function extreme(values: readonly Value[], direction: 1 | -1): Value {
  const present = values.filter((value) => value !== null);
  return present.reduce<Value>(
    (best, value) => (best === null || compare(value, best) * direction > 0 ? value : best),
    null,
  );
}

/** xxHash64 of the value's text, as Kusto's hash() of a string; with a modulus, within 0 and below it. */
function hash(value: Value, modulus?: number | bigint): Value {
  const hashed = hashText(text(value));
  if (modulus === undefined) return safeLong(hashed);
  const divisor = BigInt(modulus);
  return divisor <= 0n ? null : safeLong(((hashed % divisor) + divisor) % divisor);
}
