import type { Aggregation, Column, Expr, JoinKind, Named, Query, Sign, Step, Type } from './query.ts';

/** The tables that generated queries read. */
export const TABLES: Readonly<Record<'t' | 'u', readonly Column[]>> = {
  t: [
    { name: 'id', type: 'string' },
    { name: 'n', type: 'long' },
    { name: 'b', type: 'bool' },
    { name: 'p', type: 'dynamic' },
  ],
  u: [
    { name: 'id', type: 'string' },
    { name: 'k', type: 'string' },
    { name: 'm', type: 'long' },
  ],
};

/** Chooses by the numbers of a tape, so that a failing query shrinks with its tape; past its end it chooses the first. */
interface Chooser {
  readonly below: (count: number) => number;
  readonly from: <One>(choices: readonly One[]) => One;
  readonly name: () => string;
}

function chooser(tape: readonly number[]): Chooser {
  let [at, names] = [0, 0];
  const below = (count: number) => (tape[at++] ?? 0) % count;
  return {
    below,
    from: (choices) => {
      const chosen = choices[below(choices.length)];
      if (chosen === undefined) throw new Error('nothing to choose from');
      return chosen;
    },
    name: () => `x${names++}`,
  };
}

/** A valid query of up to `steps` steps. */
export function queryFrom(tape: readonly number[], steps: number): Query {
  return build(chooser(tape), 't', steps).query;
}

function build(pick: Chooser, table: 't' | 'u', most: number): { query: Query; columns: readonly Column[] } {
  const steps: Step[] = [];
  let columns = TABLES[table];
  for (let left = 1 + pick.below(most); left > 0; left--) {
    const next = pick.from(MAKERS)(pick, columns);
    if (next === undefined) continue;
    steps.push(next.step);
    columns = next.columns;
  }
  return { query: { table, steps }, columns };
}

type Made = { readonly step: Step; readonly columns: readonly Column[] } | undefined;
type Maker = (pick: Chooser, columns: readonly Column[]) => Made;

const same = (columns: readonly Column[], step: Step): Made => ({ step, columns });

const where: Maker = (pick, columns) => same(columns, { step: 'where', test: condition(pick, columns, 2) });

const extend: Maker = (pick, columns) => {
  const named = typed(pick, columns);
  const taken = pick.below(4) === 0 ? pick.from(columns).name : named.name;
  const item = { ...named, name: taken };
  const changed = { name: item.name, type: item.type };
  const kept = columns.map((column) => (column.name === item.name ? changed : column));
  const isNew = !columns.some(({ name }) => name === item.name);
  return { step: { step: 'extend', items: [item] }, columns: isNew ? [...kept, changed] : kept };
};

const project: Maker = (pick, columns) => {
  const kept = columns.filter(() => pick.below(3) > 0).map(asItself);
  const items = [...kept, typed(pick, columns)];
  return { step: { step: 'project', items }, columns: items.map(({ name, type }) => ({ name, type })) };
};

const asItself = ({ name, type }: Column): Named => ({ name, type, value: { is: 'column', name } });

const projectAway: Maker = (pick, columns) => {
  const gone = pick.from(columns).name;
  if (columns.length === 1) return undefined;
  return { step: { step: 'project-away', names: [gone] }, columns: columns.filter(({ name }) => name !== gone) };
};

const scalars = (columns: readonly Column[]) => columns.filter(({ type }) => type !== 'dynamic');

const distinct: Maker = (pick, columns) => {
  const kept = scalars(columns).filter(() => pick.below(2) === 0);
  return kept.length === 0
    ? undefined
    : { step: { step: 'distinct', names: kept.map(({ name }) => name) }, columns: kept };
};

const summarize: Maker = (pick, columns) => {
  const by = scalars(columns)
    .filter(() => pick.below(3) === 0)
    .map(asItself);
  const items = [aggregation(pick, columns), ...(pick.below(2) === 0 ? [aggregation(pick, columns)] : [])];
  return {
    step: { step: 'summarize', items, by },
    columns: [...by, ...items].map(({ name, type }) => ({ name, type })),
  };
};

function aggregation(pick: Chooser, columns: readonly Column[]): Aggregation {
  const name = pick.name();
  const by = pick.from(['count', 'countif', 'sum', 'min', 'max', 'make_list', 'make_set', 'dcount'] as const);
  switch (by) {
    case 'count':
      return { name, by, type: 'long', value: undefined };
    case 'countif':
      return { name, by, type: 'long', value: condition(pick, columns, 1) };
    case 'sum':
    case 'min':
    case 'max':
      return { name, by, type: 'long', value: number(pick, columns, 1) };
    case 'dcount':
      return { name, by, type: 'long', value: string(pick, columns, 1) };
    case 'make_list':
    case 'make_set':
      return { name, by, type: 'dynamic', value: string(pick, columns, 1) };
  }
}

const order: Maker = (pick, columns) => {
  const keys = scalars(columns).filter(() => pick.below(2) === 0);
  if (keys.length === 0) return undefined;
  return same(columns, { step: 'order', names: keys.map(({ name }) => name), ascending: pick.below(2) === 0 });
};

const top: Maker = (pick, columns) => {
  const keys = scalars(columns);
  if (keys.length === 0) return undefined;
  const name = pick.from(keys).name;
  return same(columns, { step: 'top', rows: pick.below(4), name, ascending: pick.below(2) === 0 });
};

const take: Maker = (pick, columns) => same(columns, { step: 'take', rows: pick.below(5) });

const count: Maker = () => ({ step: { step: 'count' }, columns: [{ name: 'Count', type: 'long' }] });

const expand: Maker = (pick, columns) => {
  const value = dynamic(pick, columns);
  if (value === undefined) return undefined;
  const name = pick.name();
  return { step: { step: 'mv-expand', name, value }, columns: [...columns, { name, type: 'dynamic' }] };
};

const KINDS: readonly JoinKind[] = [
  'leftouter',
  'inner',
  'innerunique',
  'rightouter',
  'fullouter',
  'leftsemi',
  'leftanti',
  'rightsemi',
  'rightanti',
];

const join: Maker = (pick, columns) => {
  const right = build(pick, pick.from(['u', 't'] as const), 2);
  const [lefts, rights] = [columns, right.columns].map((side) => side.filter(({ type }) => type === 'string'));
  if (lefts === undefined || rights === undefined || lefts.length === 0 || rights.length === 0) return undefined;
  const kind = pick.from(KINDS);
  const step: Step = {
    step: 'join',
    kind,
    right: right.query,
    left: pick.from(lefts).name,
    on: pick.from(rights).name,
  };
  if (kind === 'leftsemi' || kind === 'leftanti') return { step, columns };
  if (kind === 'rightsemi' || kind === 'rightanti') return { step, columns: right.columns };
  const taken = new Set(columns.map(({ name }) => name));
  const renamed = right.columns.map(({ name, type }) => {
    let free = name;
    for (let suffix = 1; taken.has(free); suffix++) free = `${name}${suffix}`;
    taken.add(free);
    return { name: free, type };
  });
  return { step, columns: [...columns, ...renamed] };
};

/** Both sides get the same columns first, because a union otherwise renames what has two types. */
const union: Maker = (pick, columns) => {
  const other = build(pick, 't', 2);
  const items = columns.map(({ name, type }): Named => ({ name, type, value: ofType(pick, other.columns, type) }));
  const steps: Step[] = [...other.query.steps, { step: 'project', items }];
  if (columns.some(({ type }) => type === 'dynamic')) return undefined;
  return same(columns, { step: 'union', other: { table: other.query.table, steps } });
};

const MAKERS: readonly Maker[] = [
  where,
  extend,
  project,
  expand,
  join,
  summarize,
  where,
  extend,
  order,
  union,
  distinct,
  top,
  take,
  projectAway,
  join,
  count,
];

// ---- expressions

function typed(pick: Chooser, columns: readonly Column[]): Named {
  const type = pick.from<Type>(['string', 'long', 'bool']);
  return { name: pick.name(), type, value: ofType(pick, columns, type) };
}

function ofType(pick: Chooser, columns: readonly Column[], type: Type): Expr {
  if (type === 'string') return string(pick, columns, 2);
  return type === 'bool' ? condition(pick, columns, 2) : number(pick, columns, 2);
}

const WORDS = ['', 'a', 'B', 'ab', '7', 'true'];

const columnOf = (pick: Chooser, columns: readonly Column[], type: Type): Expr | undefined => {
  const fitting = columns.filter((column) => column.type === type);
  return fitting.length === 0 ? undefined : { is: 'column', name: pick.from(fitting).name };
};

function string(pick: Chooser, columns: readonly Column[], depth: number): Expr {
  const leaf = (): Expr => columnOf(pick, columns, 'string') ?? { is: 'text', value: pick.from(WORDS) };
  if (depth === 0) return leaf();
  const inner = () => string(pick, columns, depth - 1);
  const makers: readonly (() => Expr)[] = [
    leaf,
    () => ({ is: 'text', value: pick.from(WORDS) }),
    () => ({ is: 'call', name: 'tostring', args: [dynamic(pick, columns) ?? number(pick, columns, 0)] }),
    () => ({ is: 'call', name: 'tolower', args: [inner()] }),
    () => ({ is: 'call', name: 'strcat', args: [inner(), inner()] }),
    () => ({ is: 'call', name: 'iff', args: [condition(pick, columns, depth - 1), inner(), inner()] }),
    () => ({ is: 'call', name: 'coalesce', args: [inner(), inner()] }),
  ];
  return pick.from(makers)();
}

function number(pick: Chooser, columns: readonly Column[], depth: number): Expr {
  const leaf = (): Expr => columnOf(pick, columns, 'long') ?? { is: 'number', value: pick.below(5) - 1 };
  if (depth === 0) return leaf();
  const inner = () => number(pick, columns, depth - 1);
  const makers: readonly (() => Expr)[] = [
    leaf,
    () => ({ is: 'number', value: pick.below(5) - 1 }),
    () => ({ is: 'call', name: 'strlen', args: [string(pick, columns, depth - 1)] }),
    () => ({ is: 'call', name: 'tolong', args: [dynamic(pick, columns) ?? string(pick, columns, 0)] }),
    () => ({ is: 'operator', sign: pick.from(['+', '-'] as const), left: inner(), right: inner() }),
    () => ({ is: 'operator', sign: '*', left: inner(), right: { is: 'number', value: pick.below(4) } }),
    () => ({ is: 'call', name: 'iff', args: [condition(pick, columns, depth - 1), inner(), inner()] }),
    () => {
      const list = dynamic(pick, columns);
      return list === undefined ? leaf() : { is: 'call', name: 'array_length', args: [list] };
    },
  ];
  return pick.from(makers)();
}

/** A dynamic column, or a path into one. */
function dynamic(pick: Chooser, columns: readonly Column[]): Expr | undefined {
  const column = columnOf(pick, columns, 'dynamic');
  if (column?.is !== 'column') return undefined;
  const paths = [[], ['a'], ['list'], ['list', 0], ['list', -1], ['bag', 'a'], ['constructor'], ['missing', 'a']];
  return { is: 'path', base: column.name, steps: pick.from(paths) };
}

const TEXT_SIGNS: readonly Sign[] = ['==', '!=', '=~', '!~', 'contains', 'startswith', 'endswith'];
const NUMBER_SIGNS: readonly Sign[] = ['==', '!=', '<', '<=', '>', '>='];

function condition(pick: Chooser, columns: readonly Column[], depth: number): Expr {
  const compared = (): Expr => ({
    is: 'operator',
    sign: pick.from(TEXT_SIGNS),
    left: string(pick, columns, 1),
    right: { is: 'text', value: pick.from(WORDS) },
  });
  if (depth === 0) return columnOf(pick, columns, 'bool') ?? compared();
  const inner = () => condition(pick, columns, depth - 1);
  const makers: readonly (() => Expr)[] = [
    compared,
    () => columnOf(pick, columns, 'bool') ?? compared(),
    () => ({
      is: 'operator',
      sign: pick.from(NUMBER_SIGNS),
      left: number(pick, columns, 1),
      right: number(pick, columns, 1),
    }),
    () => ({ is: 'call', name: 'isnull', args: [dynamic(pick, columns) ?? number(pick, columns, 1)] }),
    () => ({ is: 'call', name: 'isempty', args: [string(pick, columns, 1)] }),
    () => ({ is: 'call', name: 'not', args: [inner()] }),
    () => ({ is: 'operator', sign: pick.from(['and', 'or'] as const), left: inner(), right: inner() }),
    () => ({
      is: 'in',
      left: string(pick, columns, 1),
      list: [pick.from(WORDS), pick.from(WORDS)],
      ignoreCase: pick.below(2) === 0,
    }),
  ];
  return pick.from(makers)();
}
