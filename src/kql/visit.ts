import type { Expr, Operator, Pipeline, Query, Source } from './ast.ts';

/** What to do at the parts of a query; all parts are optional. */
export interface Visit {
  readonly pipeline?: (pipeline: Pipeline) => unknown;
  readonly operator?: (operator: Operator) => unknown;
  readonly expression?: (expr: Expr) => unknown;
}

/** Visits every pipeline, operator and expression of a query, lets included, outer before inner. */
export function visitQuery(query: Query, visit: Visit): void {
  for (const statement of query.lets) {
    if (statement.pipeline !== undefined) visitPipeline(statement.pipeline, visit);
    else visitExpression(statement.value, visit);
  }
  visitPipeline(query.pipeline, visit);
}

function visitPipeline(pipeline: Pipeline, visit: Visit): void {
  visit.pipeline?.(pipeline);
  visitSource(pipeline.source, visit);
  for (const operator of pipeline.operators) visitOperator(operator, visit);
}

function visitSource(source: Source, visit: Visit): void {
  if (source.source === 'pipeline') visitPipeline(source.pipeline, visit);
  if (source.source === 'union') visitOperator(source.union, visit);
  if (source.source === 'datatable') for (const value of source.values) visitExpression(value, visit);
  if (source.source === 'print') for (const { value } of source.items) visitExpression(value, visit);
  if (source.source === 'range')
    for (const value of [source.from, source.to, source.step]) visitExpression(value, visit);
}

function visitOperator(operator: Operator, visit: Visit): void {
  visit.operator?.(operator);
  for (const expr of expressionsOf(operator)) visitExpression(expr, visit);
  if (operator.operator === 'join') visitPipeline(operator.right, visit);
  if (operator.operator === 'union') for (const leg of operator.legs) visitPipeline(leg, visit);
  if (operator.operator === 'mv-expand') for (const inner of operator.body ?? []) visitOperator(inner, visit);
}

function expressionsOf(operator: Operator): readonly Expr[] {
  switch (operator.operator) {
    case 'where':
      return [operator.predicate];
    case 'project':
    case 'extend':
    case 'distinct':
    case 'mv-expand':
      return operator.items.map((item) => item.value);
    case 'summarize':
      return [...operator.items, ...operator.by].map((item) => item.value);
    case 'order':
      return operator.keys.map((key) => key.value);
    case 'top':
      return [operator.key.value];
    case 'join':
      return operator.on;
    case 'parse':
      return [operator.value];
    default:
      return [];
  }
}

function visitExpression(expr: Expr, visit: Visit): void {
  visit.expression?.(expr);
  if (expr.node === 'subquery') visitPipeline(expr.pipeline, visit);
  for (const part of partsOf(expr)) visitExpression(part, visit);
}

function partsOf(expr: Expr): readonly Expr[] {
  switch (expr.node) {
    case 'member':
      return [expr.base];
    case 'element':
      return [expr.base, expr.index];
    case 'call':
      return expr.args.map((arg) => arg.value);
    case 'unary':
      return [expr.operand];
    case 'binary':
      return [expr.left, expr.right];
    case 'logical':
      return expr.terms;
    case 'membership':
      return [expr.left, ...expr.list];
    case 'between':
      return [expr.operand, expr.low, expr.high];
    default:
      return [];
  }
}
