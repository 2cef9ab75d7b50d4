import type { OperatorOf, SortKey } from '../ast.ts';
import { bindExpression } from '../bind.ts';
import type { Binder } from '../binder.ts';
import { compileExpression } from '../compile.ts';
import { markFilters } from '../lineage.ts';
import { driverOf, type Relation, rowByRow } from '../relation.ts';
import { type Eval, hold, poll, type Row, type Run, release } from '../run.ts';
import { compare, type Value } from '../value.ts';
import { bindCount, mustNotBeRawDynamic } from './columns.ts';
import { settle } from './frames.ts';

/** order by: descending unless it says asc; nulls last when descending, first when ascending. Stable. */
export function order(b: Binder, operator: OperatorOf<'order'>, input: Relation): Relation {
  const settled = settle(input);
  const keys = operator.keys.map((key) => bindKey(b, key, settled, 'order'));
  const driver = driverOf(input);
  const rows = (run: Run) => sorted(settled, keys, run);
  return { ...settled, rows: rowByRow(driver && { ...driver, sorted: true }, rows) };
}

/** top: the first rows of that order. Its key decides which rows there are. */
export function top(b: Binder, operator: OperatorOf<'top'>, input: Relation): Relation {
  const count = bindCount(b, operator.rows, 'top');
  const settled = settle(input);
  const key = bindKey(b, operator.key, settled, 'top');
  markFilters(bindExpression(b, operator.key.value, { relation: settled }).uses);
  return { ...settled, read: undefined, rows: (run) => sorted(settled, [key], run, count) };
}

interface Key {
  readonly read: Eval;
  readonly direction: 1 | -1;
  readonly nullSign: 1 | -1;
}

function bindKey(b: Binder, key: SortKey, input: Relation, operator: string): Key {
  const bound = bindExpression(b, key.value, { relation: input });
  mustNotBeRawDynamic(b, bound, operator);
  return { read: compileExpression(bound), direction: key.ascending ? 1 : -1, nullSign: key.nullsFirst ? -1 : 1 };
}

function* sorted(input: Relation, keys: readonly Key[], run: Run, count = Number.POSITIVE_INFINITY): Iterable<Row> {
  const width = keys.length + 1;
  const keyed: { readonly row: Row; readonly values: readonly Value[] }[] = [];
  try {
    for (const row of input.rows(run)) {
      hold(run, width);
      keyed.push({ row, values: keys.map((key) => key.read(row, run)) });
    }
    keyed.sort((left, right) => {
      poll(run);
      return compareKeys(keys, left.values, right.values);
    });
    for (const { row } of keyed.slice(0, count)) yield row;
  } finally {
    release(run, keyed.length * width);
  }
}

function compareKeys(keys: readonly Key[], left: readonly Value[], right: readonly Value[]): number {
  let sign = 0;
  for (let index = 0; sign === 0 && index < keys.length; index++) {
    const key = keys[index];
    if (key !== undefined) sign = compareKey(key, left[index], right[index]);
  }
  return sign;
}

function compareKey(key: Key, left: unknown, right: unknown): number {
  if (left === null || right === null) return left === right ? 0 : left === null ? key.nullSign : -key.nullSign;
  return compare(left, right) * key.direction;
}
