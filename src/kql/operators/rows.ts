import type { OperatorOf } from '../ast.ts';
import { bindExpression } from '../bind.ts';
import { type Binder, refuse } from '../binder.ts';
import { NO_USES } from '../field.ts';
import { markFilters } from '../lineage.ts';
import { allFields, type Relation } from '../relation.ts';
import { type Eval, hold, type Row, type Run } from '../run.ts';
import { keyOfAll, type Value } from '../value.ts';
import { bindCount, bindItem, mustNotBeRawDynamic, type NamedBound, nameFields, slotField } from './columns.ts';
import { type Sink, takeIn } from './intake.ts';

/** count: one row with the number of rows. */
export function count(b: Binder, operator: OperatorOf<'count'>, input: Relation): Relation {
  const counted = takeIn(b, input, counter);
  return {
    fields: [slotField(operator.name?.name ?? 'Count', 'long', 0, NO_USES)],
    open: undefined,
    read: undefined,
    rows: (run) => [[counted.all(run)]],
  };
}

function counter(): Sink<number> {
  let rows = 0;
  return {
    add: () => {
      rows++;
    },
    result: () => rows,
  };
}

export function take(b: Binder, operator: OperatorOf<'take'>, input: Relation): Relation {
  const limit = bindCount(b, operator.rows, 'take');
  return {
    ...input,
    read: undefined,
    *rows(run) {
      let taken = 0;
      if (limit === 0) return;
      for (const row of input.rows(run)) {
        yield row;
        if (++taken >= limit) return;
      }
    },
  };
}

/** distinct: the first row of each combination of values, in order of appearance. */
export function distinct(b: Binder, operator: OperatorOf<'distinct'>, input: Relation): Relation {
  const items = operator.items.flatMap((item): NamedBound[] =>
    item.value.node === 'star' ? everyColumn(b, item, input) : [bindKey(b, item, input)],
  );
  const fields = nameFields(b, items);
  for (const field of fields) markFilters(field.uses);
  const reads = fields.map((field) => field.read);
  const taken = takeIn(b, input, () => distinctSink(reads));
  return {
    fields: fields.map((field, slot) => ({ ...slotField(field.name, field.type, slot, field.uses), path: field.path })),
    open: undefined,
    read: undefined,
    rows: (run) => taken.brought(run) ?? distinctRows(input, reads, run),
  };
}

/** One after the other as they come, so that a take behind it can end the run early. */
function* distinctRows(input: Relation, reads: readonly Eval[], run: Run): Iterable<Row> {
  const isNew = newcomer(reads);
  for (const row of input.rows(run)) {
    const values = isNew(row, run);
    if (values !== undefined) yield values;
  }
}

/** The values of a row that differ from those of all rows before it. */
function newcomer(reads: readonly Eval[]): (row: Row, run: Run) => readonly Value[] | undefined {
  const seen = new Set<unknown>();
  return (row, run) => {
    const values = reads.map((read) => read(row, run));
    const key = keyOfAll(values);
    if (seen.has(key)) return undefined;
    hold(run, reads.length);
    seen.add(key);
    return values;
  };
}

function distinctSink(reads: readonly Eval[]): Sink<readonly Row[]> {
  const isNew = newcomer(reads);
  const rows: Row[] = [];
  return {
    add: (row, run) => {
      const values = isNew(row, run);
      if (values !== undefined) rows.push(values);
    },
    result: () => rows,
  };
}

function bindKey(b: Binder, item: OperatorOf<'distinct'>['items'][number], input: Relation): NamedBound {
  const named = bindItem(b, item, input);
  mustNotBeRawDynamic(b, named.bound, 'distinct');
  return named;
}

function everyColumn(b: Binder, item: OperatorOf<'distinct'>['items'][number], input: Relation): NamedBound[] {
  if (input.open !== undefined) {
    refuse(b, 'KQL005', "The columns of this table are not known, so '*' cannot stand for them.", item, 'Name them.');
  }
  return allFields(input).map((field) => {
    const bound = bindExpression(b, { ...item.value, node: 'name', name: field.name }, { relation: input });
    if (bound.type === 'dynamic') {
      const hint = `Name the columns, with tostring(${field.name}) among them.`;
      refuse(b, 'KQL009', `distinct cannot use '${field.name}', which is dynamic.`, item, hint);
    }
    return { name: field.name, bound, place: item, plain: false };
  });
}
