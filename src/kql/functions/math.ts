import { Datetime, datetimeOf, Timespan, timespanOf } from '../datetime.ts';
import { DECIMAL_ARITHMETIC, Decimal, decimalOf } from '../decimal.ts';
import { compare, safeLong, text, toLong, toNumber, toTimespan, type Value } from '../value.ts';
import { commonType, isInteger, isNumeric, type ValueType } from '../value-type.ts';
import { hashText } from './hash.ts';
import { fn, likeFirst, type ScalarFunction, sameName } from './signature.ts';

const sees = { seesNull: true } as const;
const bin = fn('any any', binType, (value: Value, size: Value) => binOf(value, size), sameName);

/** Mathematics. A real function gives null outside its domain (sqrt(-1)), as NaN would spoil what follows. */
export const MATH_FUNCTIONS: Readonly<Record<string, ScalarFunction>> = {
  abs: fn('any', absoluteType, absolute, sameName),
  sign: fn('number', 'real', (value: number | bigint) => (value > 0 ? 1 : value < 0 ? -1 : 0)),
  round: fn('numeric long!?', likeFirst, round, sameName),
  ceiling: fn('numeric', likeFirst, (value: Value) => upwards(value), sameName),
  floor: bin,
  bin,
  bin_at: fn('any any any', binAtType, binAt, sameName),
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
  asin: real1(Math.asin),
  acos: real1(Math.acos),
  atan: real1(Math.atan),
  atan2: real2(Math.atan2),
  cot: unnamed(real1((value) => 1 / Math.tan(value))),
  degrees: unnamed(real1((value) => (value * 180) / Math.PI)),
  radians: unnamed(real1((value) => (value * Math.PI) / 180)),
  pi: fn('', 'real', () => Math.PI),
  around: fn('any any any', aroundType, around),
  min_of: fn('any any any*', orderableType, (...values: Value[]) => extreme(values, -1), sees),
  max_of: fn('any any any*', orderableType, (...values: Value[]) => extreme(values, 1), sees),
  hash: fn('scalar long?', 'long', hash),
  hash_xxhash64: fn('scalar long?', 'long', hash),
  binary_and: whole2((a, b) => a & b),
  binary_or: whole2((a, b) => a | b),
  binary_xor: whole2((a, b) => a ^ b),
  binary_not: whole1((a) => ~a),
  binary_shift_left: whole2((a, by) => a << (by & 63n)),
  binary_shift_right: whole2((a, by) => a >> (by & 63n)),
  bitset_count_ones: whole1((a) => BigInt(BigInt.asUintN(64, a).toString(2).replaceAll('0', '').length)),
};

function real1(compute: (value: number) => number): ScalarFunction {
  return fn('number', 'real', (value: number | bigint) => finite(compute(Number(value))), sameName);
}

function real2(compute: (a: number, b: number) => number): ScalarFunction {
  const run = (a: number | bigint, b: number | bigint) => finite(compute(Number(a), Number(b)));
  return fn('number number', 'real', run, sameName);
}

function whole1(compute: (a: bigint) => bigint): ScalarFunction {
  return fn('long', 'long', (a: number | bigint) => safeLong(compute(BigInt(a))), sameName);
}

function whole2(compute: (a: bigint, b: bigint) => bigint): ScalarFunction {
  const run = (a: number | bigint, b: number | bigint) => safeLong(compute(BigInt(a), BigInt(b)));
  return fn('long long', 'long', run, sameName);
}

function unnamed(known: ScalarFunction): ScalarFunction {
  return { ...known, label: undefined };
}

function finite(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

function absoluteType([type = 'open']: readonly ValueType[]): ValueType | undefined {
  if (isInteger(type)) return 'long';
  return isNumeric(type) || type === 'timespan' || type === 'open' ? type : undefined;
}

function absolute(value: Value): Value {
  if (value instanceof Timespan) return value.ticks < 0n ? timespanOf(-value.ticks) : value;
  if (value instanceof Decimal) return value.digits < 0n ? new Decimal(-value.digits, value.scale) : value;
  const number = toNumber(value);
  if (typeof number === 'bigint') return number < 0n ? safeLong(-number) : number;
  return number === null ? null : Math.abs(number);
}

function upwards(value: Value): Value {
  if (value instanceof Decimal) {
    const unit = 10n ** BigInt(value.scale);
    return new Decimal(-floorTo(-value.digits, unit) / unit, 0);
  }
  return typeof value === 'number' ? Math.ceil(value) + 0 : value;
}

/** Rounds half away from zero on the printed digits, so that round(2.675, 2) is 2.68. */
function round(value: Value, precision: number | bigint = 0): Value {
  const places = Number(precision);
  if (value instanceof Decimal) return roundDecimal(value, places);
  if (typeof value !== 'number' || !Number.isFinite(value) || Math.abs(places) > 15) return value;
  const [digits, exponent = '0'] = String(Math.abs(value)).split('e');
  const scaled = Math.round(Number(`${digits}e${Number(exponent) + places}`));
  const [back, backExponent = '0'] = String(scaled).split('e');
  const result = Number(`${back}e${Number(backExponent) - places}`);
  return value < 0 ? -result : result;
}

function roundDecimal(value: Decimal, places: number): Value {
  const dropped = value.scale - Math.max(-28, Math.min(28, places));
  if (dropped <= 0) return value;
  const unit = 10n ** BigInt(dropped);
  const half = value.digits < 0n ? -unit / 2n : unit / 2n;
  return DECIMAL_ARITHMETIC['+']?.(new Decimal(((value.digits + half) / unit) * unit, value.scale), ZERO) ?? null;
}
const ZERO = new Decimal(0n, 0);

function binType([value = 'open', size = 'open']: readonly ValueType[]): ValueType | undefined {
  if (value === 'datetime' || value === 'timespan') return size === 'timespan' || size === 'open' ? value : undefined;
  if (value === 'open') return size === 'timespan' ? 'datetime' : 'open';
  if (!isNumeric(value) || !(isNumeric(size) || size === 'open')) return undefined;
  return commonType([value, size]);
}

/** The fixed point is of the value's kind. */
function binAtType([value = 'open', size = 'open', start = 'open']: readonly ValueType[]): ValueType | undefined {
  const type = binType([value, size]);
  if (type === undefined || start === 'open' || type === 'open') return type;
  return isNumeric(type) && isNumeric(start) ? commonType([type, start]) : start === value ? type : undefined;
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

/** bin() whose bins are counted from a fixed point. */
function binAt(value: Value, size: Value, start: Value): Value {
  if (value instanceof Datetime && size instanceof Timespan && start instanceof Datetime) {
    return size.ticks <= 0n ? null : datetimeOf(start.ticks + floorTo(value.ticks - start.ticks, size.ticks));
  }
  if (value instanceof Timespan && size instanceof Timespan && start instanceof Timespan) {
    return size.ticks <= 0n ? null : timespanOf(start.ticks + floorTo(value.ticks - start.ticks, size.ticks));
  }
  const [number, step, from] = [toNumber(value), toNumber(size), toNumber(start)].map((part) =>
    Number(part ?? Number.NaN),
  );
  if (number === undefined || step === undefined || from === undefined || !(step > 0)) return null;
  return finite(from + Math.floor((number - from) / step) * step);
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

/** Whether a value is no further from the middle than delta. */
function around(value: Value, center: Value, delta: Value): boolean | null {
  if (value instanceof Datetime && center instanceof Datetime && delta instanceof Timespan) {
    const distance = value.ticks - center.ticks;
    return (distance < 0n ? -distance : distance) <= delta.ticks;
  }
  const [a, b, most] = [toNumber(value), toNumber(center), toNumber(delta)];
  return a === null || b === null || most === null ? null : Math.abs(Number(a) - Number(b)) <= Number(most);
}

function aroundType([value = 'open', center = 'open', delta = 'open']: readonly ValueType[]): ValueType | undefined {
  const numbers = [value, center, delta].every((type) => isNumeric(type) || type === 'open');
  const times = [value, center].every((type) => type === 'datetime' || type === 'open');
  return numbers || (times && (delta === 'timespan' || delta === 'open')) ? 'bool' : undefined;
}

/** Dynamic values and guids have no order. */
function orderableType(types: readonly ValueType[]): ValueType | undefined {
  return types.some((type) => type === 'dynamic' || type === 'guid') ? undefined : commonType(types);
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
