import type { Expr, OperatorOf } from '../ast.ts';
import { bindExpression } from '../bind.ts';
import { type Binder, refuse, sayType, shown } from '../binder.ts';
import type { Bound } from '../bound.ts';
import { compileExpression } from '../compile.ts';
import type { Field } from '../field.ts';
import { markFilters } from '../lineage.ts';
import { driverOf, type Relation, rowByRow } from '../relation.ts';
import type { Row, Run } from '../run.ts';
import { text, toBool } from '../value.ts';

/** Keeps the rows for which the condition is true; null is not true. */
export function where(b: Binder, operator: OperatorOf<'where'>, input: Relation): Relation {
  const bound = bindCondition(b, operator.predicate, input);
  markFilters(bound.uses);
  for (const { field, narrow } of input.read?.columns ?? []) {
    const values = provenValues(bound, field);
    if (values !== undefined) narrow(values);
  }
  const test = compileExpression(bound);
  const accept = bound.type === 'bool' ? test : (row: Row, run: Run) => toBool(test(row, run));
  const rows = function* (run: Run): Iterable<Row> {
    for (const row of input.rows(run)) if (accept(row, run) === true) yield row;
  };
  return { ...input, rows: rowByRow(driverOf(input), rows) };
}

function bindCondition(b: Binder, expr: Expr, input: Relation): Bound {
  const bound = bindExpression(b, expr, { relation: input });
  if (bound.type === 'bool' || bound.type === 'open') return bound;
  const what = shown(b, expr);
  const hint = bound.type === 'dynamic' ? `Write ${what} == true, or tobool(${what}).` : undefined;
  return refuse(b, 'KQL008', `where needs a condition; '${what}' is a ${sayType(bound.type)}.`, expr, hint);
}

/**
 * The values of a column that a row must have for the condition to be true, lower-cased; undefined when the
 * condition proves nothing. Sound for `and` (any term proves), `or` (every term must), equality and lists.
 */
function provenValues(bound: Bound, column: Field): ReadonlySet<string> | undefined {
  if (bound.kind === 'all') {
    const proven = bound.terms.map((term) => provenValues(term, column)).filter((values) => values !== undefined);
    const [first, ...others] = proven;
    return first && new Set([...first].filter((value) => others.every((other) => other.has(value))));
  }
  if (bound.kind === 'any') {
    const proven = bound.terms.map((term) => provenValues(term, column));
    return proven.includes(undefined) ? undefined : new Set(proven.flatMap((values) => [...(values ?? [])]));
  }
  const operand = bound.proves?.operand;
  if (operand?.kind !== 'field' || operand.field.read !== column.read) return undefined;
  return new Set(bound.proves?.values.map((value) => text(value).toLowerCase()));
}
