import { Timespan, timespanOf } from '../datetime.ts';
import { DECIMAL_ARITHMETIC, Decimal, decimalOf } from '../decimal.ts';
import { asDynamic, bagOf, compare, isBag, keyOf, safeLong, toDecimal, toNumber, type Value } from '../value.ts';
import type { ValueType } from '../value-type.ts';

/** Collects the rows of one group. Values are the arguments, without the condition. */
export interface Collector {
  readonly add: (values: readonly Value[]) => void;
  readonly result: () => Value;
}

/** make_set and make_list stop at this many elements, as Kusto does (kql.md 46). */
const MAX_ELEMENTS = 1_048_576;

export function collectCount(): Collector {
  let count = 0;
  return {
    add: () => {
      count++;
    },
    result: () => count,
  };
}

/** Sums what is not null; the sum of nothing is 0, of a decimal or timespan too. */
export function collectSum([type = 'dynamic']: readonly ValueType[]): Collector {
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

export function collectAverage(types: readonly ValueType[]): Collector {
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

export function collectExtreme(direction: 1 | -1): Collector {
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
export function collectDistinct(): Collector {
  const seen = new Set<unknown>();
  return {
    add: ([value]) => {
      if (value !== null && value !== undefined) seen.add(keyOf(value));
    },
    result: () => seen.size,
  };
}

export function collectAny(): Collector {
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

export function collectList(nulls = false): Collector {
  const elements: Value[] = [];
  return {
    add: (values) => {
      const value = values[0] ?? null;
      if ((nulls || value !== null) && elements.length < limitOf(values)) elements.push(asDynamic(value));
    },
    result: () => elements,
  };
}

/** Elements stand in the order in which they first appear; Kusto leaves the order open. */
export function collectSet(): Collector {
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
export function collectBag(): Collector {
  const entries = new Map<string, Value>();
  return {
    add: ([value]) => {
      if (!isBag(value)) return;
      for (const [key, part] of Object.entries(value)) if (!entries.has(key)) entries.set(key, part);
    },
    result: () => bagOf(entries),
  };
}

/** Welford's method: no loss of digits for large means. Of a sample a single value gives 0, of a population too. */
export function collectVariance(finish: (variance: number) => number, sample: boolean): Collector {
  const moments = collectMoments();
  return {
    add: ([value]) => moments.add([value, value]),
    result: () => {
      const variance = moments.result(sample);
      return variance === null ? null : finish(variance);
    },
  };
}

export function collectCovariance(sample: boolean): Collector {
  const moments = collectMoments();
  return { add: moments.add, result: () => moments.result(sample) };
}

function collectMoments(): { add: (values: readonly Value[]) => void; result: (sample: boolean) => number | null } {
  let [count, meanX, meanY, products] = [0, 0, 0, 0];
  return {
    add: ([first, second]) => {
      const [x, y] = [measure(first), measure(second)];
      if (x === null || y === null) return;
      const delta = x - meanX;
      meanX += delta / ++count;
      meanY += (y - meanY) / count;
      products += delta * (y - meanY);
    },
    result: (sample) => (count === 0 ? null : count === 1 ? 0 : products / (sample ? count - 1 : count)),
  };
}

function measure(value: Value): number | null {
  if (value instanceof Timespan) return Number(value.ticks);
  const number = toNumber(value);
  return number === null ? null : Number(number);
}

/** All values joined bit by bit, nulls passed over; of no value null. */
export function collectBits(join: (a: bigint, b: bigint) => bigint): Collector {
  let bits: bigint | null = null;
  return {
    add: ([value]) => {
      const number = toNumber(value);
      if (number !== null) bits = bits === null ? BigInt(number) : join(bits, BigInt(number));
    },
    result: () => (bits === null ? null : safeLong(bits)),
  };
}

/** Nearest rank over the sorted values, exact where Kusto estimates: one value for each percent. */
export function collectPercentiles(percents: readonly number[]): {
  add: (value: Value) => void;
  results: () => Value[];
} {
  const values: Value[] = [];
  return {
    add: (value) => {
      if (value !== null && value !== undefined) values.push(value);
    },
    results: () => {
      const sorted = [...values].sort(compare);
      return percents.map((percent) => {
        if (sorted.length === 0 || !(percent >= 0 && percent <= 100)) return null;
        return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? null;
      });
    },
  };
}
