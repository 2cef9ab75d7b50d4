import { isInteger, isLoose, isNumeric, type ValueType } from '../value-type.ts';
import {
  type Collector,
  collectAny,
  collectAverage,
  collectBag,
  collectBits,
  collectCount,
  collectCovariance,
  collectDistinct,
  collectExtreme,
  collectList,
  collectSet,
  collectSum,
  collectVariance,
} from './collector.ts';
import { collectSchema } from './schema-of.ts';

/** An aggregation as data: what it takes, what it gives, how its column is named, how it collects. */
export interface Aggregate {
  readonly least: number;
  readonly most: number;
  /** Which argument is a condition that a row must fulfil to count; -1 is the last. */
  readonly condition?: number;
  /** What the first argument may be; anything unless said. */
  readonly accepts?: (type: ValueType) => boolean;
  /** What the argument behind it may be, when that is an option: a limit or an accuracy. */
  readonly option?: (type: ValueType) => boolean;
  readonly gives: (types: readonly ValueType[]) => ValueType;
  /** `max` gives `max_capacity`; undefined when the column is named as the argument is. */
  readonly prefix: string | undefined;
  readonly start: (types: readonly ValueType[]) => Collector;
}

// A dynamic value has no order and cannot be added up, as the official analyser has it; without a schema the values decide.
const summable = (type: ValueType) => isNumeric(type) || type === 'open' || type === 'timespan';
const orderable = (type: ValueType) => summable(type) || type === 'datetime' || type === 'string' || type === 'bool';
const whole = (type: ValueType) => isInteger(type) || type === 'open';
const plain = (type: ValueType) => type !== 'dynamic';
const asFirst = ([type]: readonly ValueType[]): ValueType => type ?? 'dynamic';
const toLong = (): ValueType => 'long';
const toReal = (): ValueType => 'real';
const toDynamic = (): ValueType => 'dynamic';

const one = { least: 1, most: 1 } as const;
const list: Aggregate = {
  least: 1,
  most: 2,
  option: whole,
  gives: toDynamic,
  prefix: 'list',
  start: () => collectList(),
};
const set: Aggregate = { least: 1, most: 2, option: whole, gives: toDynamic, prefix: 'set', start: () => collectSet() };
const bag: Aggregate = { ...set, accepts: isLoose, prefix: 'bag', start: () => collectBag() };
const sum: Aggregate = { ...one, accepts: summable, gives: sumType, prefix: 'sum', start: collectSum };
const average: Aggregate = { ...one, accepts: summable, gives: averageType, prefix: 'avg', start: collectAverage };
const smallest: Aggregate = {
  ...one,
  accepts: orderable,
  gives: asFirst,
  prefix: 'min',
  start: () => collectExtreme(-1),
};
const greatest: Aggregate = { ...smallest, prefix: 'max', start: () => collectExtreme(1) };
const dcount: Aggregate = {
  least: 1,
  most: 2,
  option: plain,
  gives: toLong,
  prefix: 'dcount',
  start: () => collectDistinct(),
};
const distinct: Aggregate = {
  ...one,
  accepts: plain,
  gives: toLong,
  prefix: 'count_distinct',
  start: () => collectDistinct(),
};
const any: Aggregate = { ...one, gives: asFirst, prefix: 'any', start: () => collectAny() };
const several: Aggregate = { least: 1, most: 64, gives: asFirst, prefix: undefined, start: () => collectAny() };
const spread = (finish: (variance: number) => number, sample: boolean): Omit<Aggregate, 'prefix'> => ({
  ...one,
  accepts: summable,
  gives: toReal,
  start: () => collectVariance(finish, sample),
});
const same = (variance: number) => variance;
const [sampleDeviation, deviation] = [spread(Math.sqrt, true), spread(Math.sqrt, false)];
const [sampleVariance, variance] = [spread(same, true), spread(same, false)];
const together = (sample: boolean): Omit<Aggregate, 'prefix'> => ({
  least: 2,
  most: 2,
  accepts: summable,
  option: summable,
  gives: toReal,
  start: () => collectCovariance(sample),
});
const bits = (join: (a: bigint, b: bigint) => bigint): Aggregate => ({
  ...one,
  accepts: whole,
  gives: asFirst,
  prefix: undefined,
  start: () => collectBits(join),
});

/** The same aggregation with a condition as its last argument, and as the second where options may follow. */
function when(aggregate: Omit<Aggregate, 'prefix'>, prefix: string | undefined, condition = -1): Aggregate {
  return { ...aggregate, least: aggregate.least + 1, most: aggregate.most + 1, condition, prefix };
}

/**
 * Aggregations. Those that give several columns (arg_max, arg_min, any, take_any, the percentiles) are bound by the
 * summarize operator, which needs only their numbers of arguments here.
 */
export const AGGREGATES: Readonly<Record<string, Aggregate>> = {
  count: { least: 0, most: 0, gives: toLong, prefix: 'count', start: collectCount },
  countif: { ...one, condition: 0, gives: toLong, prefix: 'countif', start: collectCount },
  sum,
  sumif: when(sum, 'sumif'),
  avg: average,
  avgif: when(average, 'avgif'),
  min: smallest,
  minif: when(smallest, 'minif'),
  max: greatest,
  maxif: when(greatest, 'maxif'),
  dcount,
  dcountif: when(dcount, 'dcountif', 1),
  buildschema: { ...one, accepts: isLoose, gives: toDynamic, prefix: 'schema', start: collectSchema },
  count_distinct: distinct,
  count_distinctif: when(distinct, 'count_distinctif'),
  make_list: list,
  makelist: list,
  make_list_if: when(list, 'list', 1),
  make_list_with_nulls: { ...list, most: 1, start: () => collectList(true) },
  make_set: set,
  makeset: set,
  make_set_if: when(set, 'set', 1),
  make_bag: bag,
  make_bag_if: when(bag, 'bag', 1),
  any: { ...several, prefix: 'any' },
  anyif: when(any, 'anyif'),
  take_any: several,
  take_anyif: when(any, undefined),
  arg_max: { ...several, accepts: orderable },
  arg_min: { ...several, accepts: orderable },
  stdev: { ...sampleDeviation, prefix: 'stdev' },
  stdevif: when(sampleDeviation, 'stdevif'),
  stdevp: { ...deviation, prefix: 'stdevp' },
  variance: { ...sampleVariance, prefix: 'variance' },
  varianceif: when(sampleVariance, 'varianceif'),
  variancep: { ...variance, prefix: 'variancep' },
  variancepif: when(variance, 'variancepif'),
  covariance: { ...together(true), prefix: 'covariance' },
  covarianceif: when(together(true), 'covarianceif'),
  covariancep: { ...together(false), prefix: 'covariancep' },
  covariancepif: when(together(false), 'covariancepif'),
  percentile: { ...several, least: 2, most: 2 },
  percentiles: { ...several, least: 2 },
  percentiles_array: { ...several, least: 2 },
  binary_all_and: bits((a, b) => a & b),
  binary_all_or: bits((a, b) => a | b),
  binary_all_xor: bits((a, b) => a ^ b),
};

function sumType([type = 'dynamic']: readonly ValueType[]): ValueType {
  return isInteger(type) ? 'long' : type;
}

function averageType([type = 'dynamic']: readonly ValueType[]): ValueType {
  return type === 'timespan' || type === 'decimal' ? type : 'real';
}
