import type { Bound, Rule } from './bound.ts';
import type { Eval, Run } from './run.ts';
import { elementOf, property, toBool, type Value } from './value.ts';

/** Turns a bound expression into a closure over a row. One arrow a node kind; nothing here knows a type or a name. */
export function compileExpression(bound: Bound): Eval {
  return GENERATORS[bound.kind](bound as never);
}

type Of<Kind extends Bound['kind']> = Extract<Bound, { readonly kind: Kind }>;
type Generators = { readonly [Kind in Bound['kind']]: (bound: Of<Kind>) => Eval };

const GENERATORS: Generators = {
  constant:
    ({ value }) =>
    () =>
      value,
  field: ({ field }) => field.read,
  property: ({ base, name }) => {
    const inner = compileExpression(base);
    return (row, run) => property(inner(row, run), name);
  },
  element: ({ base, index }) => {
    const [inner, at] = [compileExpression(base), compileExpression(index)];
    return (row, run) => elementOf(inner(row, run), at(row, run));
  },
  apply: ({ rule, args }) => applied(rule, args),
  all: ({ terms }) => connective(terms, false),
  any: ({ terms }) => connective(terms, true),
  choose: ({ arms, otherwise }) => {
    const compiled = arms.map(([when, then]) => [compileExpression(when), compileExpression(then)] as const);
    const last = compileExpression(otherwise);
    return (row, run) => {
      for (const [when, then] of compiled) if (toBool(when(row, run)) === true) return then(row, run);
      return last(row, run);
    };
  },
  once: (bound) => {
    const key = bound;
    return (_row, run) => onceARun(run, key, () => bound.compute(run));
  },
  test: (bound) => memberTest(bound),
};

/** Three-valued: one deciding term decides, else one null makes null. */
function connective(terms: readonly Bound[], decides: boolean): Eval {
  const compiled = terms.map((term) =>
    term.type === 'bool' ? compileExpression(term) : asBool(compileExpression(term)),
  );
  const [first, second] = compiled;
  if (compiled.length === 2 && first !== undefined && second !== undefined) {
    return (row, run) => {
      const left = first(row, run);
      if (left === decides) return decides;
      const right = second(row, run);
      if (right === decides) return decides;
      return left === null || right === null ? null : !decides;
    };
  }
  return (row, run) => {
    let unknown = false;
    for (const term of compiled) {
      const value = term(row, run);
      if (value === decides) return decides;
      if (value === null) unknown = true;
    }
    return unknown ? null : !decides;
  };
}

function asBool(inner: Eval): Eval {
  return (row, run) => toBool(inner(row, run));
}

type Call = (...values: readonly Value[]) => Value;

function applied(rule: Rule, args: readonly Bound[]): Eval {
  const last = args.at(-1);
  if (args.length === 2 && last?.kind === 'constant' && rule.prepare !== undefined) return prepared(rule, args);
  const run = rule.run as Call;
  const compiled = args.map(compileExpression);
  return rule.seesNull === true ? eager(run, compiled) : strict(run, compiled);
}

function prepared(rule: Rule, args: readonly Bound[]): Eval {
  const [first, last] = args;
  if (first === undefined || last?.kind !== 'constant') return () => null;
  const inner = compileExpression(first);
  const test = (rule.prepare as unknown as (last: Value) => (first: Value) => Value)(last.value);
  if (rule.seesNull === true) return (row, run) => test(inner(row, run));
  return (row, run) => {
    const value = inner(row, run);
    return value === null ? null : test(value);
  };
}

function eager(call: Call, [a, b, ...more]: readonly Eval[]): Eval {
  if (a === undefined) return () => call();
  if (b === undefined) return (row, run) => call(a(row, run));
  if (more.length === 0) return (row, run) => call(a(row, run), b(row, run));
  return (row, run) => call(a(row, run), b(row, run), ...more.map((arg) => arg(row, run)));
}

function strict(call: Call, [a, b, ...more]: readonly Eval[]): Eval {
  if (a === undefined) return () => call();
  if (b === undefined) {
    return (row, run) => {
      const value = a(row, run);
      return value === null ? null : call(value);
    };
  }
  if (more.length === 0) {
    return (row, run) => {
      const left = a(row, run);
      if (left === null) return null;
      const right = b(row, run);
      return right === null ? null : call(left, right);
    };
  }
  return (row, run) => {
    const values = [a(row, run), b(row, run), ...more.map((arg) => arg(row, run))];
    return values.includes(null) ? null : call(...values);
  };
}

function memberTest({ operand, list, make }: Of<'test'>): Eval {
  const inner = compileExpression(operand);
  if (list.every((item) => item.kind === 'constant' || item.kind === 'once')) {
    const items = list.map(compileExpression);
    const key = {};
    return (row, run) => {
      const test = onceARun(run, key, () => make(items.map((item) => item(undefined, run))));
      return test(inner(row, run));
    };
  }
  const items = list.map(compileExpression);
  return (row, run) => make(items.map((item) => item(row, run)))(inner(row, run));
}

function onceARun<T>(run: Run, key: object, compute: () => T): T {
  if (run.once.has(key)) return run.once.get(key) as T;
  const value = compute();
  run.once.set(key, value);
  return value;
}
