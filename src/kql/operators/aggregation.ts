import type { Call, Expr } from '../ast.ts';
import { bindExpression } from '../bind.ts';
import { mustBeCondition } from '../bind-apply.ts';
import { checkNamedArguments } from '../bind-call.ts';
import { type Binder, refuse } from '../binder.ts';
import { compileExpression } from '../compile.ts';
import { mergeUses } from '../field.ts';
import { AGGREGATES, type Aggregate } from '../functions/aggregate.ts';
import type { Relation } from '../relation.ts';
import { absent, toBool } from '../value.ts';
import { type BoundAggregate, type Input, mustFit, type RowCollector } from './aggregate-bound.ts';
import { SEVERAL } from './several.ts';

/**
 * The aggregations in an expression. `rest` is the expression with each of them replaced by a name (\0 and its number),
 * undefined when the expression is just one aggregation.
 */
export function aggregatesOf(
  b: Binder,
  expr: Expr,
  input: Input,
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

function bindAggregate(b: Binder, call: Call, input: Input): BoundAggregate {
  const aggregate = AGGREGATES[call.name];
  const given = call.args.length;
  if (aggregate === undefined || given < aggregate.least || given > aggregate.most) {
    const most = aggregate?.most === aggregate?.least ? '' : ` to ${aggregate?.most}`;
    return refuse(b, 'KQL007', `${call.name}() takes ${aggregate?.least}${most} arguments, not ${given}.`, call);
  }
  const several = Object.hasOwn(SEVERAL, call.name) ? SEVERAL[call.name] : undefined;
  if (several !== undefined) return several(b, call, input);
  checkNamedArguments(b, call, input.relation);
  return bindSimple(b, call, aggregate, input.relation);
}

function bindSimple(b: Binder, call: Call, aggregate: Aggregate, relation: Relation): BoundAggregate {
  const all = call.args.map((arg) => bindExpression(b, arg.value, { relation }));
  const conditionAt = aggregate.condition === -1 ? all.length - 1 : aggregate.condition;
  const condition = conditionAt === undefined ? undefined : all[conditionAt];
  const args = all.filter((arg) => arg !== condition);
  if (condition !== undefined) mustBeCondition(b, condition);
  const [first, second] = args;
  if (first !== undefined) mustFit(b, call, first, aggregate.accepts);
  if (second !== undefined) mustFit(b, call, second, aggregate.option);
  const types = args.map((arg) => arg.type);
  const label = all[0]?.label;
  const name = aggregate.prefix === undefined ? label : `${aggregate.prefix}_${label ?? ''}`;
  const columns = [{ name, type: aggregate.gives(types), uses: mergeUses(all) }];
  const nothing = absent(aggregate.gives(types));
  const reads = args.map(compileExpression);
  const test = condition === undefined ? undefined : compileExpression(condition);
  const start = (): RowCollector => {
    const collector = aggregate.start(types);
    return {
      add: (row, run) => {
        if (test !== undefined && toBool(test(row, run)) !== true) return;
        collector.add(reads.map((read) => read(row, run)));
      },
      results: () => [collector.result() ?? nothing],
    };
  };
  return { columns, start };
}
