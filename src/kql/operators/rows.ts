import type { OperatorOf } from '../ast.ts';
import { bindExpression } from '../bind.ts';
import { type Binder, refuse } from '../binder.ts';
import { NO_USES } from '../field.ts';
import { markFilters } from '../lineage.ts';
import { allFields, type Relation } from '../relation.ts';
import { keyOfAll } from '../value.ts';
import { bindCount, bindItem, mustNotBeRawDynamic, type NamedBound, nameFields, slotField } from './columns.ts';

/** count: one row with the number of rows. */
export function count(_b: Binder, operator: OperatorOf<'count'>, input: Relation): Relation {
  return {
    fields: [slotField(operator.name?.name ?? 'Count', 'long', 0, NO_USES)],
    open: undefined,
    read: undefined,
    *rows(run) {
      let rows = 0;
      for (const _ of input.rows(run)) rows++;
      yield [rows];
    },
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
  return {
    fields: fields.map((field, slot) => ({ ...slotField(field.name, field.type, slot, field.uses), path: field.path })),
    open: undefined,
    read: undefined,
    *rows(run) {
      const seen = new Set<unknown>();
      for (const row of input.rows(run)) {
        const values = reads.map((read) => read(row, run));
        const key = keyOfAll(values);
        if (!seen.has(key)) {
          seen.add(key);
          yield values;
        }
      }
    },
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
