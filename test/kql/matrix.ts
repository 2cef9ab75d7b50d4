import type { KqlType } from '../../src/kql/engine.ts';
import { AGGREGATES } from '../../src/kql/functions/aggregate.ts';
import { SCALAR_FUNCTIONS } from '../../src/kql/functions/scalar.ts';
import type { Param, ScalarFunction } from '../../src/kql/functions/signature.ts';

/** A column of each type, which stands for it in the calls. */
export const TYPES: Readonly<Record<string, KqlType>> = {
  b: 'bool',
  i: 'int',
  l: 'long',
  r: 'real',
  m: 'decimal',
  s: 'string',
  d: 'datetime',
  t: 'timespan',
  g: 'guid',
  y: 'dynamic',
};

/** One expression of the matrix: whose it is, which types it is tried with, and its text. */
export interface Call {
  readonly of: string;
  readonly with: string;
  readonly text: string;
}

const FITTING: Readonly<Record<Param, string>> = {
  string: 's',
  text: 's',
  json: 's',
  number: 'l',
  numeric: 'r',
  real: 'r',
  long: 'l',
  loosebool: 'b',
  bool: 'b',
  datetime: 'd',
  timespan: 't',
  guid: 'g',
  dynamic: 'y',
  any: 'l',
  scalar: 'l',
  points: 'l',
  part: 'l',
};

/** Arguments that the parameters alone do not tell; what stands in quotes or is a number is not exchanged. */
const SAMPLES: Readonly<Record<string, readonly string[]>> = {
  datetime_part: ["'day' d"],
  datepart: ["'day' d"],
  datetime_diff: ["'day' d d"],
  datetime_add: ["'day' l d"],
  extract: ["'a' 1 s"],
  extract_all: ["'(a)' s", "'(a)' y s"],
  extractall: ["'(a)' s"],
  extract_json: ["'$.a' s"],
  extractjson: ["'$.a' s"],
  indexof_regex: ["s 'a'", "s 'a' l l 1"],
  trim: ["'a' s"],
  trim_start: ["'a' s"],
  trim_end: ["'a' s"],
  replace: ["'a' 'b' s"],
  replace_regex: ["s 'a' 'b'"],
  split: ["s ','", "s ',' l"],
  bin: ['l l', 'd t', 'r r', 't t'],
  floor: ['l l', 'd t'],
  bin_at: ['l l l', 'd t d'],
  around: ['l l l', 'd d t'],
  array_split: ['y l', 'y y'],
  range: ['l l', 'l l l', 'd d t', 't t t'],
  repeat: ['l 1'],
  format_bytes: ['l', "l 1 'KB'"],
  coalesce: ['s s', 'l l l', 'y y'],
  bag_set_key: ["y 'k' l"],
  iff: ['b l l', 'b s s', 'b y y'],
  case: ['b l l'],
  now: ['', 't'],
  ago: ['t'],
  pack_all: ['', 'true'],
  column_ifexists: ["'zz' s"],
  iscolumnexists: ["'l'"],
  bag_pack_columns: ['l', 'l s'],
  percentile: ['l 50', 'l 50.5'],
  percentiles: ['l 5 50'],
  percentiles_array: ['l 5 50'],
  countif: ['b'],
  arg_max: ['l s', 'l *'],
  arg_min: ['l s', 'l *'],
  any: ['l', 'l s', '*'],
  take_any: ['l', 'l s', '*'],
  covariance: ['l r'],
};

const FIXED = /^(?:'|\d|\*|true)/;

/** Calls of every scalar function: each argument in turn of each type. */
export function scalarCalls(): Call[] {
  const names = [...new Set([...Object.keys(SCALAR_FUNCTIONS), ...Object.keys(SAMPLES)])];
  return names
    .filter((name) => !Object.hasOwn(AGGREGATES, name))
    .flatMap((name) => variants(name, SAMPLES[name] ?? fitting(SCALAR_FUNCTIONS[name])));
}

/** Calls of every aggregation, likewise. */
export function aggregateCalls(): Call[] {
  return Object.entries(AGGREGATES).flatMap(([name, aggregate]) => {
    const plain = Array.from({ length: aggregate.most - aggregate.least + 1 }, (_, more) => {
      const count = aggregate.least + more;
      const at = aggregate.condition === -1 ? count - 1 : aggregate.condition;
      return Array.from({ length: count }, (_, index) => (index === at ? 'b' : index === 0 ? 'l' : '2')).join(' ');
    });
    return variants(name, SAMPLES[name] ?? plain);
  });
}

function fitting(known: ScalarFunction | undefined): readonly string[] {
  if (known === undefined) return [];
  const { params, constants, required, rest } = known;
  const words = params.map((param, at) => (constants.includes(at) ? literal(param) : FITTING[param]));
  const counts = Array.from({ length: params.length - required + 1 }, (_, more) => required + more);
  const fixed = counts.map((count) => words.slice(0, count).join(' '));
  return rest === undefined ? fixed : [...fixed, [...words, FITTING[rest]].join(' ')];
}

function literal(param: Param): string {
  return param === 'bool' ? 'true' : param === 'string' || param === 'text' ? "'a'" : '1';
}

function variants(name: string, samples: readonly string[]): Call[] {
  const tried = samples.flatMap((sample) => {
    const words = sample.split(' ').filter((word) => word !== '');
    const exchanged = words.flatMap((word, at) =>
      FIXED.test(word) ? [] : Object.keys(TYPES).map((type) => words.with(at, type)),
    );
    return [words, ...exchanged];
  });
  const distinct = new Map(tried.map((words) => [words.join(','), words]));
  return [...distinct].map(([shown, words]) => ({ of: name, with: shown, text: `${name}(${words.join(', ')})` }));
}

const BINARY = ['==', '!=', '=~', '!~', '<', '<=', '>', '>=', '+', '-', '*', '/', '%', 'and', 'or'];
const TEXTUAL = [
  'contains',
  'has',
  'startswith',
  'endswith',
  'hasprefix',
  'hassuffix',
  'matches regex',
  '!contains',
  'has_cs',
];
const LISTS = ['in', '!in', 'in~', '!in~', 'has_any', 'has_all'];

/** Every operator between every two types. */
export function operatorCalls(): Call[] {
  const pairs = Object.keys(TYPES).flatMap((a) => Object.keys(TYPES).map((b) => [a, b] as const));
  const make = (of: string, text: (a: string, b: string) => string) =>
    pairs.map(([a, b]): Call => ({ of, with: `${a},${b}`, text: text(a, b) }));
  return [
    ...[...BINARY, ...TEXTUAL].flatMap((sign) => make(sign, (a, b) => `${a} ${sign} ${b}`)),
    ...LISTS.flatMap((sign) => make(sign, (a, b) => `${a} ${sign} (${b})`)),
    ...make('between', (a, b) => `${a} between (${b} .. ${b})`),
    ...['-', '+'].flatMap((sign) =>
      Object.keys(TYPES).map((a): Call => ({ of: `unary ${sign}`, with: a, text: `${sign}${a}` })),
    ),
  ];
}
