import type { Argument, Call, Expr } from '../ast.ts';
import { bindExpression } from '../bind.ts';
import { type Binder, refuse, sayType, shown } from '../binder.ts';
import { type Bound, constantOf } from '../bound.ts';
import { compileExpression } from '../compile.ts';
import type { Span } from '../errors.ts';
import { mergeUses, type Uses } from '../field.ts';
import { AGGREGATES, type Aggregate } from '../functions/aggregate.ts';
import { allFields, type Relation } from '../relation.ts';
import type { Row, Run } from '../run.ts';
import { absent, compare, text, toBool, type Value } from '../value.ts';
import { isLoose, type ValueType } from '../value-type.ts';

/** An aggregation bound to columns: what it gives, and how it collects the rows of a group. */
export interface BoundAggregate {
  readonly columns: readonly { readonly name: string; readonly type: ValueType; readonly uses: Uses }[];
  readonly start: () => RowCollector;
}

export interface RowCollector {
  readonly add: (row: Row, run: Run) => void;
  readonly results: () => readonly Value[];
}

/**
 * The aggregations in an expression. `rest` is the expression with each of them replaced by a name (\0 and its number),
 * undefined when the expression is just one aggregation.
 */
export function aggregatesOf(
  b: Binder,
  expr: Expr,
  input: Relation,
): { aggregates: BoundAggregate[]; rest: Expr | undefined } {
  if (expr.node === 'call' && isAggregate(expr))
    return { aggregates: [bindAggregate(b, expr, input)], rest: undefined };
  const aggregates: BoundAggregate[] = [];
  const rest = replaceCalls(expr, (call) => {
    const bound = bindAggregate(b, call, input);
    if (bound.columns.length !== 1) refuse(b, 'KQL013', `${call.name}() cannot be a part of an expression.`, call);
    const name = `\u0000${aggregates.push(bound) - 1}`;
    return { node: 'name', name, start: call.start, end: call.end, depth: 1 };
  });
  return { aggregates, rest };
}

function isAggregate(call: Call): boolean {
  return Object.hasOwn(AGGREGATES, call.name);
}

function replaceCalls(expr: Expr, replace: (call: Call) => Expr): Expr {
  const inner = (part: Expr) => replaceCalls(part, replace);
  switch (expr.node) {
    case 'call':
      if (isAggregate(expr)) return replace(expr);
      return { ...expr, args: expr.args.map((arg) => ({ ...arg, value: inner(arg.value) })) };
    case 'unary':
      return { ...expr, operand: inner(expr.operand) };
    case 'binary':
      return { ...expr, left: inner(expr.left), right: inner(expr.right) };
    case 'logical':
      return { ...expr, terms: expr.terms.map(inner) };
    case 'membership':
      return { ...expr, left: inner(expr.left), list: expr.list.map(inner) };
    case 'between':
      return { ...expr, operand: inner(expr.operand), low: inner(expr.low), high: inner(expr.high) };
    case 'member':
      return { ...expr, base: inner(expr.base) };
    case 'element':
      return { ...expr, base: inner(expr.base), index: inner(expr.index) };
    default:
      return expr;
  }
}

function bindAggregate(b: Binder, call: Call, input: Relation): BoundAggregate {
  const aggregate = AGGREGATES[call.name];
  const given = call.args.length;
  if (aggregate === undefined || given < aggregate.least || given > aggregate.most) {
    const most = aggregate?.most === aggregate?.least ? '' : ` to ${aggregate?.most}`;
    return refuse(b, 'KQL007', `${call.name}() takes ${aggregate?.least}${most} arguments, not ${given}.`, call);
  }
  if (call.name === 'arg_max' || call.name === 'arg_min') return bindArgExtreme(b, call, input);
  if (call.name === 'take_any') return bindTakeAny(b, call, input);
  return bindSimple(b, call, aggregate, input);
}

function bindSimple(b: Binder, call: Call, aggregate: Aggregate, input: Relation): BoundAggregate {
  const all = call.args.map((arg) => bindExpression(b, arg.value, { relation: input }));
  const conditionAt = aggregate.condition === -1 ? all.length - 1 : aggregate.condition;
  const condition = conditionAt === undefined ? undefined : all[conditionAt];
  const args = all.filter((arg) => arg !== condition);
  if (condition !== undefined) mustBeCondition(b, call, condition);
  const [first, second] = args;
  if (first !== undefined && aggregate.accepts?.(first.type) === false) {
    const hint = isLoose(first.type) ? undefined : 'Convert it, for example with tolong(…).';
    refuse(
      b,
      'KQL008',
      `${call.name}() does not take ${sayType(first.type)} '${shown(b, first.span)}'.`,
      first.span,
      hint,
    );
  }
  const types = args.map((arg) => arg.type);
  const label = [first?.label, call.name === 'percentile' ? text(second && constantOf(second)) : undefined]
    .filter((part) => part)
    .join('_');
  const columns = [{ name: aggregate.prefix + label || 'any_', type: aggregate.gives(types), uses: mergeUses(all) }];
  const reads = args.map(compileExpression);
  const test = condition === undefined ? undefined : compileExpression(condition);
  const start = (): RowCollector => {
    const collector = aggregate.start(types);
    return {
      add: (row, run) => {
        if (test !== undefined && toBool(test(row, run)) !== true) return;
        collector.add(reads.map((read) => read(row, run)));
      },
      results: () => [collector.result()],
    };
  };
  return { columns, start };
}

function mustBeCondition(b: Binder, call: Call, condition: Bound): void {
  if (condition.type === 'bool' || isLoose(condition.type)) return;
  const message = `${call.name}() takes a condition; '${shown(b, condition.span)}' is a ${sayType(condition.type)}.`;
  refuse(b, 'KQL008', message, condition.span);
}

interface Part {
  readonly name: string;
  readonly bound: Bound;
}

/** The arguments as columns; `*` is every column of the table that is not among the others. */
function bindParts(b: Binder, args: readonly Argument[], input: Relation): readonly Part[] {
  const named = args
    .filter(({ value }) => value.node !== 'star')
    .map(({ value }, index) => {
      const bound = bindExpression(b, value, { relation: input });
      return { name: bound.label ?? (index === 0 ? 'Column1' : `Column${index + 1}`), bound };
    });
  const star = args.find(({ value }) => value.node === 'star')?.value;
  if (star === undefined) return named;
  const taken = new Set(named.map((part) => part.name));
  const others = allFields(input).filter((field) => !taken.has(field.name));
  return [...named, ...others.map((field) => ({ name: field.name, bound: columnOf(b, field.name, star, input) }))];
}

function columnOf(b: Binder, name: string, place: Span, input: Relation): Bound {
  return bindExpression(b, { node: 'name', name, depth: 1, start: place.start, end: place.end }, { relation: input });
}

/** arg_max(x, a, b): a and b of the row with the greatest x; of the first such row when there are several. */
function bindArgExtreme(b: Binder, call: Call, input: Relation): BoundAggregate {
  const direction = call.name === 'arg_max' ? 1 : -1;
  if (call.args[0]?.value.node === 'star') refuse(b, 'KQL002', `${call.name}() first takes what to compare.`, call);
  const parts = bindParts(b, call.args, input);
  const columns = parts.map(({ name, bound }) => ({ name, type: bound.type, uses: bound.uses }));
  const reads = parts.map(({ bound }) => compileExpression(bound));
  const start = (): RowCollector => {
    let best: readonly Value[] | undefined;
    return {
      add: (row, run) => {
        const value = reads[0]?.(row, run) ?? null;
        if (value === null || (best !== undefined && compare(value, best[0]) * direction <= 0)) return;
        best = reads.map((read) => read(row, run));
      },
      results: () => best ?? columns.map((column) => absent(column.type)),
    };
  };
  return { columns, start };
}

/** take_any(a, b): the values of the first row, so that the same data gives the same answer. */
function bindTakeAny(b: Binder, call: Call, input: Relation): BoundAggregate {
  const parts = bindParts(b, call.args, input);
  const columns = parts.map(({ name, bound }) => ({ name, type: bound.type, uses: bound.uses }));
  const reads = parts.map(({ bound }) => compileExpression(bound));
  const start = (): RowCollector => {
    let found: readonly Value[] | undefined;
    return {
      add: (row, run) => {
        found ??= reads.map((read) => read(row, run));
      },
      results: () => found ?? columns.map((column) => absent(column.type)),
    };
  };
  return { columns, start };
}
