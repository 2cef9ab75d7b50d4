import type { Aggregation, CallName, Column, Expr, JoinKind, Query, Sign, Step, Type } from './query.ts';

/** A row as a plain record; every step makes new ones. Nulls are null, a string is never null. */
type Row = Readonly<Record<string, unknown>>;

/** What a query gives: columns in order, rows in order. */
export interface Rows {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

/** Reads a query word by word, as the documentation says it: no plan, no laziness, every row copied at every step. */
export function interpret({ table, steps }: Query, tables: Readonly<Record<string, Rows>>): Rows {
  const start = tables[table] ?? { columns: [], rows: [] };
  return steps.reduce((input, step) => STEPS[step.step](step as never, input, tables), start);
}

type Of<Name extends Step['step']> = Extract<Step, { readonly step: Name }>;
type Steps = {
  readonly [Name in Step['step']]: (step: Of<Name>, input: Rows, tables: Readonly<Record<string, Rows>>) => Rows;
};

const STEPS: Steps = {
  where: ({ test }, { columns, rows }) => ({ columns, rows: rows.filter((row) => value(test, row) === true) }),
  extend: ({ items }, { columns, rows }) => {
    const added = items.filter(({ name }) => !columns.some((column) => column.name === name));
    const kept = columns.map((column) => items.find(({ name }) => name === column.name) ?? column);
    return {
      columns: [...kept, ...added].map(({ name, type }) => ({ name, type })),
      rows: rows.map((row) => ({ ...row, ...valuesOf(items, row) })),
    };
  },
  project: ({ items }, { rows }) => ({
    columns: items.map(({ name, type }) => ({ name, type })),
    rows: rows.map((row) => valuesOf(items, row)),
  }),
  'project-away': ({ names }, input) =>
    only(
      input,
      input.columns.map(({ name }) => name).filter((name) => !names.includes(name)),
    ),
  distinct: ({ names }, input) => {
    const { columns, rows } = only(input, names);
    return { columns, rows: rows.filter((row, index) => rows.findIndex((other) => same(row, other)) === index) };
  },
  summarize: ({ items, by }, { rows }) => {
    const keyed = rows.map((row) => ({ row, key: valuesOf(by, row) }));
    const keys = keyed.map(({ key }) => key);
    const groups = by.length === 0 ? [{}] : keys.filter((key, i) => keys.findIndex((other) => same(key, other)) === i);
    const members = (key: Row) => keyed.filter((one) => same(one.key, key)).map(({ row }) => row);
    return {
      columns: [...by, ...items].map(({ name, type }) => ({ name, type })),
      rows: groups.map((key) => ({
        ...key,
        ...Object.fromEntries(items.map((item) => [item.name, aggregate(item, members(key))])),
      })),
    };
  },
  order: ({ names, ascending }, { columns, rows }) => ({ columns, rows: sorted(rows, names, ascending) }),
  top: ({ rows: count, name, ascending }, { columns, rows }) => ({
    columns,
    rows: sorted(rows, [name], ascending).slice(0, count),
  }),
  take: ({ rows: count }, { columns, rows }) => ({ columns, rows: rows.slice(0, count) }),
  count: (_, { rows }) => ({ columns: [{ name: 'Count', type: 'long' }], rows: [{ Count: rows.length }] }),
  'mv-expand': ({ name, value: list }, { columns, rows }) => ({
    columns: [...columns.filter((column) => column.name !== name), { name, type: 'dynamic' }],
    rows: rows.flatMap((row) => elements(value(list, row)).map((element) => ({ ...row, [name]: element }))),
  }),
  join: (step, left, tables) => join(step, left, interpret(step.right, tables)),
  union: ({ other }, { columns, rows }, tables) => ({ columns, rows: [...rows, ...interpret(other, tables).rows] }),
};

const valuesOf = (items: readonly { readonly name: string; readonly value: Expr }[], row: Row): Row =>
  Object.fromEntries(items.map((item) => [item.name, value(item.value, row)]));

function only({ columns, rows }: Rows, names: readonly string[]): Rows {
  const kept = names.flatMap((name) => columns.filter((column) => column.name === name));
  return { columns: kept, rows: rows.map((row) => Object.fromEntries(names.map((name) => [name, row[name]]))) };
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

// ---- order

/** Nulls first when ascending, last when descending; equal rows stay in their order. */
function sorted(rows: readonly Row[], names: readonly string[], ascending: boolean): readonly Row[] {
  return [...rows].sort((a, b) => {
    for (const name of names) {
      const sign = ranked(a[name], b[name]);
      if (sign !== 0) return ascending ? sign : -sign;
    }
    return 0;
  });
}

function ranked(a: unknown, b: unknown): number {
  if (a === null || b === null) return Number(b === null) - Number(a === null);
  return (a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0;
}

// ---- rows of several tables

/** Null expands to one null, an array to its elements, a bag to its entries, anything else to itself. */
function elements(list: unknown): readonly unknown[] {
  if (Array.isArray(list)) return list;
  if (typeof list !== 'object' || list === null) return [list];
  return Object.entries(list).map(([key, entry]) => ({ [key]: entry }));
}

/** A nested loop over both sides. Right rows stand together by key, in the order in which the keys first appear. */
function join({ kind, left: on, on: other }: Of<'join'>, left: Rows, right: Rows): Rows {
  const lefts = kind === 'innerunique' ? firstOfKey(left.rows, on) : left.rows;
  const rights = togetherByKey(right.rows, other);
  const meets = (a: Row, b: Row) => a[on] === b[other];
  const matchedLeft = (row: Row) => rights.some((one) => meets(row, one));
  const matchedRight = (row: Row) => lefts.some((one) => meets(one, row));
  if (kind === 'leftsemi') return { ...left, rows: lefts.filter(matchedLeft) };
  if (kind === 'leftanti') return { ...left, rows: lefts.filter((row) => !matchedLeft(row)) };
  if (kind === 'rightsemi') return { ...right, rows: rights.filter(matchedRight) };
  if (kind === 'rightanti') return { ...right, rows: rights.filter((row) => !matchedRight(row)) };
  const names = rightNames(left.columns, right.columns);
  const renamed = right.columns.map((column, i) => ({ name: names[i] ?? '', type: column.type }));
  const pair = (a: Row | undefined, b: Row | undefined): Row => ({
    ...Object.fromEntries(left.columns.map(({ name, type }) => [name, a === undefined ? none(type) : a[name]])),
    ...Object.fromEntries(
      right.columns.map(({ name, type }, i) => [names[i] ?? '', b === undefined ? none(type) : b[name]]),
    ),
  });
  const rows = lefts.flatMap((row) => {
    const matches = rights.filter((one) => meets(row, one)).map((one) => pair(row, one));
    return matches.length === 0 && KEEPS_LEFT.has(kind) ? [pair(row, undefined)] : matches;
  });
  const alone = KEEPS_RIGHT.has(kind) ? rights.filter((row) => !matchedRight(row)) : [];
  return { columns: [...left.columns, ...renamed], rows: [...rows, ...alone.map((row) => pair(undefined, row))] };
}

const KEEPS_LEFT: ReadonlySet<JoinKind> = new Set<JoinKind>(['leftouter', 'fullouter']);
const KEEPS_RIGHT: ReadonlySet<JoinKind> = new Set<JoinKind>(['rightouter', 'fullouter']);

const none = (type: Type): unknown => (type === 'string' ? '' : null);

const firstOfKey = (rows: readonly Row[], name: string): readonly Row[] =>
  rows.filter((row, index) => rows.findIndex((other) => other[name] === row[name]) === index);

const togetherByKey = (rows: readonly Row[], name: string): readonly Row[] =>
  firstOfKey(rows, name).flatMap((first) => rows.filter((row) => row[name] === first[name]));

/** A right column whose name is taken gets the first number that is free. */
function rightNames(left: readonly Column[], right: readonly Column[]): readonly string[] {
  const taken = new Set(left.map(({ name }) => name));
  return right.map(({ name }) => {
    let free = name;
    for (let number = 1; taken.has(free); number++) free = `${name}${number}`;
    taken.add(free);
    return free;
  });
}

// ---- aggregations

function aggregate({ by, value: expr }: Aggregation, rows: readonly Row[]): unknown {
  const values = rows.map((row) => (expr === undefined ? null : value(expr, row)));
  const known = values.filter((one) => one !== null);
  switch (by) {
    case 'count':
      return rows.length;
    case 'countif':
      return values.filter((one) => one === true).length;
    case 'sum':
      return known.reduce<number>((sum, one) => sum + (one as number), 0);
    case 'min':
      return known.length === 0 ? null : Math.min(...(known as number[]));
    case 'max':
      return known.length === 0 ? null : Math.max(...(known as number[]));
    case 'make_list':
      return known;
    case 'make_set':
      return [...new Set(known)];
    case 'dcount':
      return new Set(known).size;
  }
}

// ---- expressions

function value(expr: Expr, row: Row): unknown {
  switch (expr.is) {
    case 'column':
      return row[expr.name] ?? null;
    case 'text':
    case 'number':
      return expr.value;
    case 'path':
      return expr.steps.reduce(within, row[expr.base] ?? null);
    case 'call':
      return CALLS[expr.name](expr.args.map((arg) => value(arg, row)));
    case 'operator':
      return SIGNS[expr.sign](value(expr.left, row), value(expr.right, row));
    case 'in': {
      const seen = (word: string) => (expr.ignoreCase ? word.toLowerCase() : word);
      return expr.list.map(seen).includes(seen(String(value(expr.left, row))));
    }
  }
}

/** One step into a dynamic value; what is not there is null. */
function within(base: unknown, step: string | number): unknown {
  if (typeof base !== 'object' || base === null) return null;
  if (typeof step === 'number') return Array.isArray(base) ? (base.at(step) ?? null) : null;
  return !Array.isArray(base) && Object.hasOwn(base, step) ? ((base as Row)[step] ?? null) : null;
}

const words = (one: unknown): string => {
  if (one === null) return '';
  return typeof one === 'string' ? one : JSON.stringify(one);
};

function whole(one: unknown): number | null {
  if (typeof one === 'number') return one;
  if (typeof one === 'boolean') return one ? 1 : 0;
  return typeof one === 'string' && /^-?\d+$/.test(one) ? Number(one) : null;
}

const CALLS: Readonly<Record<CallName, (args: readonly unknown[]) => unknown>> = {
  tostring: ([one]) => words(one),
  tolower: ([one]) => words(one).toLowerCase(),
  strcat: (all) => all.map(words).join(''),
  strlen: ([one]) => words(one).length,
  tolong: ([one]) => whole(one),
  isnull: ([one]) => one === null,
  isempty: ([one]) => words(one) === '',
  not: ([one]) => (one === null ? null : one !== true),
  iff: ([test, yes, no]) => (test === true ? yes : no),
  coalesce: (all) => all.find((one) => one !== null && one !== '') ?? all.at(-1) ?? null,
  array_length: ([one]) => (Array.isArray(one) ? one.length : null),
};

type Binary = (a: unknown, b: unknown) => unknown;

/** Null against a value is different; two nulls, and any order with a null, are null. */
const equal: Binary = (a, b) => (a === null && b === null ? null : a === b);
const unequal: Binary = (a, b) => (a === null && b === null ? null : a !== b);
const known =
  (compute: (a: number, b: number) => unknown): Binary =>
  (a, b) =>
    a === null || b === null ? null : compute(a as number, b as number);
const folded =
  (test: (a: string, b: string) => boolean): Binary =>
  (a, b) =>
    test(words(a).toLowerCase(), words(b).toLowerCase());

const SIGNS: Readonly<Record<Sign, Binary>> = {
  '+': known((a, b) => a + b),
  '-': known((a, b) => a - b),
  // A long has no negative zero.
  '*': known((a, b) => a * b + 0),
  '==': equal,
  '!=': unequal,
  '=~': folded((a, b) => a === b),
  '!~': folded((a, b) => a !== b),
  '<': known((a, b) => a < b),
  '<=': known((a, b) => a <= b),
  '>': known((a, b) => a > b),
  '>=': known((a, b) => a >= b),
  contains: folded((a, b) => a.includes(b)),
  startswith: folded((a, b) => a.startsWith(b)),
  endswith: folded((a, b) => a.endsWith(b)),
  and: (a, b) => (a === false || b === false ? false : a === null || b === null ? null : true),
  or: (a, b) => (a === true || b === true ? true : a === null || b === null ? null : false),
};
