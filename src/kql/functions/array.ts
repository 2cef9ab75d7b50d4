import { Datetime, datetimeOf, Timespan, timespanOf } from '../datetime.ts';
import { asDynamic, toBool, toNumber, type Value } from '../value.ts';
import { isNumeric, type ValueType } from '../value-type.ts';
import { boundedArray, MAX_ARRAY } from './limits.ts';
import { fn, type ScalarFunction } from './signature.ts';

const choose = fn('dynamic part part', 'dynamic', chooseElements, { seesNull: true });

/** Functions that make arrays, move their elements and cut them. What is not an array gives null. */
export const ARRAY_FUNCTIONS: Readonly<Record<string, ScalarFunction>> = {
  array_iff: choose,
  array_iif: choose,
  array_rotate_left: fn('dynamic long', 'dynamic', (array: Value, by: number) => rotated(array, by)),
  array_rotate_right: fn('dynamic long', 'dynamic', (array: Value, by: number) => rotated(array, -by)),
  array_shift_left: fn('dynamic long part?', 'dynamic', (array: Value, by: number, fill?: Value) =>
    shifted(array, Number(by), fill),
  ),
  array_shift_right: fn('dynamic long part?', 'dynamic', (array: Value, by: number, fill?: Value) =>
    shifted(array, -Number(by), fill),
  ),
  array_split: fn('dynamic any', splitType, splitArray),
  range: fn('any any any?', rangeType, range),
  repeat: fn('part long', 'dynamic', repeated, { seesNull: true, label: (first) => `repeat_${first}` }),
};

/** The element of one side or of the other; a side that is no array stands for each of its elements. */
function chooseElements(conditions: Value, whenTrue: Value, whenFalse: Value): Value {
  if (!Array.isArray(conditions)) return null;
  const at = (side: Value, index: number) => (Array.isArray(side) ? (side[index] ?? null) : side);
  return conditions.map((condition, index) => {
    const wanted = typeof condition === 'string' ? null : toBool(condition);
    return wanted === null ? null : at(wanted ? whenTrue : whenFalse, index);
  });
}

function rotated(array: Value, by: number): Value {
  if (!Array.isArray(array) || array.length === 0) return Array.isArray(array) ? [] : null;
  const start = ((Number(by) % array.length) + array.length) % array.length;
  return [...array.slice(start), ...array.slice(0, start)];
}

/** The array keeps its length; what moves in is the fill, or null. */
function shifted(array: Value, by: number, fill: Value = null): Value {
  if (!Array.isArray(array)) return null;
  return array.map((_, index) => (index + by in array ? array[index + by] : fill));
}

function splitType([, index = 'open']: readonly ValueType[]): ValueType | undefined {
  return index === 'int' || index === 'long' || index === 'dynamic' || index === 'open' ? 'dynamic' : undefined;
}

/** Cut before each index; an index may count from the end. */
function splitArray(array: Value, at: Value): Value {
  if (!Array.isArray(array)) return null;
  const cuts = (Array.isArray(at) ? at : [at]).map((index) => {
    const place = Number(index);
    return place < 0 ? Math.max(0, array.length + place) : place;
  });
  if (cuts.some((place) => !Number.isInteger(place))) return null;
  return [0, ...cuts].map((from, part) => array.slice(from, cuts[part] ?? array.length));
}

function rangeType([from = 'open', to = 'open', step = 'open']: readonly ValueType[]): ValueType | undefined {
  const open = [from, to].includes('open');
  const numbers = [from, to, step].every((type) => isNumeric(type) || type === 'open');
  const times = (from === 'datetime' || from === 'timespan') && to === from && (step === 'timespan' || step === 'open');
  return open || numbers || times ? 'dynamic' : undefined;
}

/** from, from + step, … up to and including to; the step is 1, of times an hour. */
function range(from: Value, to: Value, step?: Value): Value {
  if (from instanceof Datetime || from instanceof Timespan) return timeRange(from, to, step ?? new Timespan(HOUR));
  const [start, end, by] = [from, to, step ?? 1].map((part) => Number(toNumber(part) ?? Number.NaN));
  if (start === undefined || end === undefined || by === undefined || !Number.isFinite(start + end) || !by) return null;
  const count = Math.floor((end - start) / by) + 1;
  if (count > MAX_ARRAY) return boundedArray({ length: count } as Value[]);
  return Array.from({ length: Math.max(0, count) }, (_, index) => start + index * by);
}
const HOUR = 36_000_000_000n;

function timeRange(from: Datetime | Timespan, to: Value, step: Value): Value {
  if (!(to instanceof Datetime || to instanceof Timespan) || !(step instanceof Timespan) || step.ticks === 0n)
    return null;
  const count = Number((to.ticks - from.ticks) / step.ticks) + 1;
  if (count > MAX_ARRAY) return boundedArray({ length: count } as Value[]);
  const make = from instanceof Datetime ? datetimeOf : timespanOf;
  return Array.from({ length: Math.max(0, count) }, (_, index) =>
    asDynamic(make(from.ticks + BigInt(index) * step.ticks)),
  );
}

function repeated(value: Value, count: number | bigint | null): Value {
  if (count === null || count < 0) return null;
  if (count > MAX_ARRAY) return boundedArray({ length: Number(count) } as Value[]);
  return Array.from({ length: Number(count) }, () => value);
}
