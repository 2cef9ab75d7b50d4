import type { ExpandOperator, Operator } from '../ast.ts';
import type { Binder } from '../binder.ts';
import { type Field, through } from '../field.ts';
import { driverOf, type Relation, rowByRow } from '../relation.ts';
import type { Eval, Row, Run } from '../run.ts';
import { innerRow } from './frames.ts';
import { bindExpansion, type Expansion, framesOf } from './mv-expand.ts';

export interface Applied {
  readonly input: Relation;
  readonly apply: (b: Binder, operators: readonly Operator[], input: Relation) => Relation;
}

/** A row of mv-apply: the row it comes from, and a row of the sub-query over that row's elements. */
type Pair = readonly [Row, Row];

/**
 * mv-apply: expands each row, runs the sub-query over the expanded rows of that one row, and gives its rows with the
 * columns of the row they come from.
 */
export function mvApply(b: Binder, operator: ExpandOperator, { input, apply }: Applied): Relation {
  const expansion = bindExpansion(b, operator, input);
  const current = {};
  const elements: Relation = {
    ...expansion.relation,
    rows: (run) => run.once.get(current) as readonly Row[],
  };
  const before = b.intakes.length;
  const inner = apply(b, operator.body ?? [], elements);
  const driver = driverOf(input);
  const needs = b.intakes.slice(before);
  const rows = rowByRow(driver && { ...driver, needs: [...driver.needs, ...needs] }, (run) =>
    applied(input, expansion, { inner, current }, run),
  );
  return { fields: columns(input, inner), open: undefined, read: undefined, rows };
}

/** Columns of the outer row, replaced where the sub-query gives one of the name; then the sub-query's other columns. */
function columns(input: Relation, inner: Relation): readonly Field[] {
  const made = new Map(inner.fields.map((field) => [field.name, through(field, innerOfPair)]));
  const names = new Set(input.fields.map((field) => field.name));
  const kept = input.fields.map((field) => made.get(field.name) ?? through(field, innerRow));
  return [...kept, ...[...made.values()].filter((field) => !names.has(field.name))];
}

function innerOfPair(read: Eval): Eval {
  return (row, run) => read((row as Pair)[1], run);
}

interface Body {
  readonly inner: Relation;
  /** Under which key of the run the expanded rows of the current row stand. */
  readonly current: object;
}

function* applied(input: Relation, expansion: Expansion, { inner, current }: Body, run: Run): Iterable<Pair> {
  for (const row of input.rows(run)) {
    run.once.set(current, framesOf(row, expansion, run));
    for (const result of inner.rows(run)) yield [row, result];
  }
}
