import { Timespan, timespanOf } from '../datetime.ts';
import { DECIMAL_ARITHMETIC, Decimal, decimalOf } from '../decimal.ts';
import { asDynamic, bagOf, compare, isBag, keyOf, safeLong, toDecimal, toNumber, type Value } from '../value.ts';
import { isInteger, isLoose, isNumeric, type ValueType } from '../value-type.ts';

/** An aggregation as data: what it takes, what it gives, how its column is named, how it collects. */
export interface Aggregate {
  readonly least: number;
  readonly most: number;
  /** Which argument is a condition that a row must fulfil to count; -1 is the last. */
  readonly condition?: number;
  readonly accepts?: (type: ValueType) => boolean;
  readonly gives: (types: readonly ValueType[]) => ValueType;
  /** `max_` gives `max_capacity`; the whole name is also the one without an argument: `count_`. */
  readonly prefix: string;
  readonly start: (types: readonly ValueType[]) => Collector;
}

/** Collects the rows of one group. Values are the arguments, without the condition. */
export interface Collector {
  readonly add: (values: readonly Value[]) => void;
  readonly result: () => Value;
}

/** make_set and make_list stop at this many elements, as Kusto does (kql.md 46). */
const MAX_ELEMENTS = 1_048_576;

const asFirst = ([type]: readonly ValueType[]): ValueType => type ?? 'dynamic';
const countable = (type: ValueType) => isNumeric(type) || isLoose(type) || type === 'timespan';
const list: Aggregate = { least: 1, most: 2, gives: () => 'dynamic', prefix: 'list_', start: () => collectList() };
const set: Aggregate = { least: 1, most: 2, gives: () => 'dynamic', prefix: 'set_', start: () => collectSet() };
const sum: Aggregate = { least: 1, most: 1, accepts: countable, gives: sumType, prefix: 'sum_', start: collectSum };
const average: Aggregate = {
  least: 1,
  most: 1,
  accepts: countable,
  gives: averageType,
  prefix: 'avg_',
  start: collectAverage,
};
const smallest: Aggregate = { least: 1, most: 1, gives: asFirst, prefix: 'min_', start: () => collectExtreme(-1) };
const greatest: Aggregate = { least: 1, most: 1, gives: asFirst, prefix: 'max_', start: () => collectExtreme(1) };
const distinct: Aggregate = {
  least: 1,
  most: 2,
  gives: () => 'long',
  prefix: 'dcount_',
  start: () => collectDistinct(),
};
const any: Aggregate = { least: 1, most: 1, gives: asFirst, prefix: 'any_', start: () => collectAny() };
const bag: Aggregate = {
  least: 1,
  most: 2,
  accepts: isLoose,
  gives: () => 'dynamic',
  prefix: 'bag_',
  start: () => collectBag(),
};
const percentile: Aggregate = {
  least: 2,
  most: 2,
  accepts: (t) => countable(t) || t === 'datetime',
  gives: asFirst,
  prefix: 'percentile_',
  start: () => collectPercentile(),
};

/** Aggregations of one column. arg_max, arg_min and take_any give several and live in the summarize operator. */
export const AGGREGATES: Readonly<Record<string, Aggregate>> = {
  count: { least: 0, most: 0, gives: () => 'long', prefix: 'count_', start: collectCount },
  countif: { least: 1, most: 1, condition: 0, gives: () => 'long', prefix: 'countif_', start: collectCount },
  sum,
  sumif: { ...sum, least: 2, most: 2, condition: -1, prefix: 'sumif_' },
  avg: average,
  avgif: { ...average, least: 2, most: 2, condition: -1, prefix: 'avgif_' },
  min: smallest,
  minif: { ...smallest, least: 2, most: 2, condition: -1, prefix: 'minif_' },
  max: greatest,
  maxif: { ...greatest, least: 2, most: 2, condition: -1, prefix: 'maxif_' },
  dcount: distinct,
  dcountif: { ...distinct, least: 2, most: 3, condition: 1, prefix: 'dcountif_' },
  count_distinct: { ...distinct, most: 1, prefix: 'count_distinct_' },
  make_list: list,
  makelist: list,
  make_list_if: { ...list, least: 2, most: 3, condition: 1 },
  make_set: set,
  makeset: set,
  make_set_if: { ...set, least: 2, most: 3, condition: 1 },
  make_bag: bag,
  make_bag_if: { ...bag, least: 2, most: 3, condition: 1 },
  any,
  take_anyif: { ...any, least: 2, most: 2, condition: 1, prefix: '' },
  stdev: {
    least: 1,
    most: 1,
    accepts: countable,
    gives: () => 'real',
    prefix: 'stdev_',
    start: () => collectVariance(Math.sqrt),
  },
  variance: {
    least: 1,
    most: 1,
    accepts: countable,
    gives: () => 'real',
    prefix: 'variance_',
    start: () => collectVariance((v) => v),
  },
  percentile,
  arg_max: { least: 2, most: 64, gives: asFirst, prefix: '', start: () => collectAny() },
  arg_min: { least: 2, most: 64, gives: asFirst, prefix: '', start: () => collectAny() },
  take_any: { least: 1, most: 64, gives: asFirst, prefix: '', start: () => collectAny() },
};

function sumType([type = 'dynamic']: readonly ValueType[]): ValueType {
  if (isInteger(type)) return 'long';
  return isLoose(type) ? 'dynamic' : type;
}

function averageType([type = 'dynamic']: readonly ValueType[]): ValueType {
  return type === 'timespan' || type === 'decimal' ? type : 'real';
}

function collectCount(): Collector {
  let count = 0;
  return {
    add: () => {
      count++;
    },
    result: () => count,
  };
}

/** Sums what is not null; the sum of nothing is 0, of a decimal or timespan too. */
function collectSum([type = 'dynamic']: readonly ValueType[]): Collector {
  if (type === 'timespan') return collectTicks((ticks) => timespanOf(ticks));
  if (type === 'decimal') return collectDecimals();
  let [total, exact] = [0, 0n];
  let whole = true;
  return {
    add: ([value]) => {
      const number = toNumber(value);
      if (number === null) return;
      if (whole && (typeof number === 'bigint' || Number.isSafeInteger(number))) exact += BigInt(number);
      else whole = false;
      total += Number(number);
    },
    result: () => (whole && !(type === 'real') ? safeLong(exact) : total),
  };
}

function collectTicks(finish: (ticks: bigint, count: bigint) => Value): Collector {
  let [ticks, count] = [0n, 0n];
  return {
    add: ([value]) => {
      if (!(value instanceof Timespan)) return;
      ticks += value.ticks;
      count++;
    },
    result: () => finish(ticks, count),
  };
}

function collectDecimals(): Collector {
  let total: Decimal | null = new Decimal(0n, 0);
  return {
    add: ([value]) => {
      const decimal = toDecimal(value);
      if (decimal !== null && total !== null) total = DECIMAL_ARITHMETIC['+']?.(total, decimal) ?? null;
    },
    result: () => total,
  };
}

function collectAverage(types: readonly ValueType[]): Collector {
  if (types[0] === 'timespan') return collectTicks((ticks, count) => (count === 0n ? null : timespanOf(ticks / count)));
  const sums = collectSum(types);
  let count = 0;
  return {
    add: (values) => {
      if (toNumber(values[0]) === null) return;
      count++;
      sums.add(values);
    },
    result: () => (count === 0 ? null : divided(sums.result(), count)),
  };
}

function divided(total: Value, count: number): Value {
  const divisor = decimalOf(count);
  if (total instanceof Decimal) return divisor === null ? null : (DECIMAL_ARITHMETIC['/']?.(total, divisor) ?? null);
  return Number(total) / count;
}

function collectExtreme(direction: 1 | -1): Collector {
  let best: Value = null;
  return {
    add: ([value]) => {
      if (value === null || value === undefined) return;
      if (best === null || compare(value, best) * direction > 0) best = value;
    },
    result: () => best,
  };
}

/** Exact, where Kusto estimates: the same snapshot must always give the same number. */
function collectDistinct(): Collector {
  const seen = new Set<unknown>();
  return {
    add: ([value]) => {
      if (value !== null && value !== undefined) seen.add(keyOf(value));
    },
    result: () => seen.size,
  };
}

function collectAny(): Collector {
  let found: Value = null;
  return {
    add: ([value]) => {
      if (found === null || found === '') found = value;
    },
    result: () => found ?? null,
  };
}

function limitOf(values: readonly Value[]): number {
  const limit = Number(values[1] ?? MAX_ELEMENTS);
  return limit > 0 ? Math.min(limit, MAX_ELEMENTS) : MAX_ELEMENTS;
}

function collectList(): Collector {
  const elements: Value[] = [];
  return {
    add: (values) => {
      const value = values[0] ?? null;
      if (value !== null && elements.length < limitOf(values)) elements.push(asDynamic(value));
    },
    result: () => elements,
  };
}

/** Elements stand in the order in which they first appear; Kusto leaves the order open. */
function collectSet(): Collector {
  const elements = new Map<unknown, Value>();
  return {
    add: (values) => {
      const value = values[0] ?? null;
      if (value === null || elements.size >= limitOf(values)) return;
      // A set of arrays is the set of their elements, as in Kusto.
      for (const part of Array.isArray(value) ? value : [value]) {
        if (part !== null && !elements.has(keyOf(part))) elements.set(keyOf(part), asDynamic(part));
      }
    },
    result: () => [...elements.values()],
  };
}

/** The first value of a key stays. */
function collectBag(): Collector {
  const entries = new Map<string, Value>();
  return {
    add: ([value]) => {
      if (!isBag(value)) return;
      for (const [key, part] of Object.entries(value)) if (!entries.has(key)) entries.set(key, part);
    },
    result: () => bagOf(entries),
  };
}

/** Welford's method: no loss of digits for large means. Sample variance; a single value gives 0. */
function collectVariance(finish: (variance: number) => number): Collector {
  let [count, mean, squares] = [0, 0, 0];
  return {
    add: ([value]) => {
      const number = toNumber(value);
      if (number === null) return;
      const delta = Number(number) - mean;
      mean += delta / ++count;
      squares += delta * (Number(number) - mean);
    },
    result: () => (count === 0 ? null : finish(count === 1 ? 0 : squares / (count - 1))),
  };
}

/** Nearest rank over the sorted values, exact where Kusto estimates. */
function collectPercentile(): Collector {
  const values: Value[] = [];
  let wanted = 50;
  return {
    add: ([value, percent]) => {
      wanted = Number(percent);
      if (value !== null && value !== undefined) values.push(value);
    },
    result: () => {
      if (values.length === 0 || !(wanted >= 0 && wanted <= 100)) return null;
      const sorted = [...values].sort(compare);
      return sorted[Math.max(0, Math.ceil((wanted / 100) * sorted.length) - 1)] ?? null;
    },
  };
}
