import type { Item, SummarizeOperator } from '../ast.ts';
import { bindExpression } from '../bind.ts';
import { type Binder, refuse } from '../binder.ts';
import { type Field, mergeUses } from '../field.ts';
import { markFilters } from '../lineage.ts';
import { type Relation, uniqueName } from '../relation.ts';
import { hold, poll, type Row, type Run, release } from '../run.ts';
import { keyOfAll, type Value } from '../value.ts';
import type { BoundAggregate, Input, RowCollector } from './aggregate-bound.ts';
import { aggregatesOf } from './aggregation.ts';
import { bindItem, fieldOf, mustNotBeRawDynamic, nameFields, slotField } from './columns.ts';
import { type Sink, takeIn } from './intake.ts';

/**
 * summarize: one row a group, the groups in order of first appearance. Without `by` there is always one row, with `by`
 * over no rows none (kql.md 42).
 */
export function summarize(b: Binder, operator: SummarizeOperator, input: Relation): Relation {
  const keys = bindKeys(b, operator.by, input);
  const names = new Set(keys.map((key) => key.name));
  const columns = operator.items.map((item) => bindAggregation(b, item, { relation: input, keys: names }));
  const aggregates = columns.flatMap((column) => column.aggregates);
  const groups = takeIn(b, input, () => grouping({ keys, aggregates, always: operator.by.length === 0 }));
  const rows = (run: Run) => groupRows(groups.all(run), run);
  const grouped = keys.map((key, slot) => ({ ...slotField(key.name, key.type, slot, key.uses), path: key.path }));
  const fields = nameColumns(b, grouped, columns, keys.length);
  return { fields, open: undefined, read: undefined, rows };
}

function bindKeys(b: Binder, by: readonly Item[], input: Relation): Field[] {
  const items = by.map((item) => bindItem(b, item, input));
  for (const { bound } of items) {
    mustNotBeRawDynamic(b, bound, 'summarize by');
    markFilters(bound.uses);
  }
  return nameFields(b, items);
}

/** One item of summarize: its aggregations, and the expression over them when it is more than one aggregation. */
interface Aggregation {
  readonly item: Item;
  readonly aggregates: readonly BoundAggregate[];
  /** The item with every aggregation replaced by the name of its slot. */
  readonly rest: Item['value'] | undefined;
}

function bindAggregation(b: Binder, item: Item, input: Input): Aggregation {
  const { aggregates, rest } = aggregatesOf(b, item.value, input);
  if (aggregates.length === 0) {
    const message = 'An item of summarize is an aggregation such as count() or max(x).';
    refuse(b, 'KQL013', message, item, "Columns to group by stand behind 'by'.");
  }
  return { item, aggregates, rest };
}

function nameColumns(b: Binder, keys: readonly Field[], columns: readonly Aggregation[], first: number): Field[] {
  const fields = [...keys];
  const names = new Set(keys.map((key) => key.name));
  let slot = first;
  let unnamed = 0;
  const push = (
    asked: string | undefined,
    suggested: string | undefined,
    make: (name: string) => Field,
    item: Item,
  ) => {
    if (asked !== undefined && names.has(asked)) {
      refuse(b, 'KQL011', `The column '${asked}' is given twice.`, item.name ?? item);
    }
    const name = asked ?? uniqueName(suggested ?? `Column${++unnamed}`, names);
    names.add(name);
    fields.push(make(name));
  };
  for (const { item, aggregates, rest } of columns) {
    const slots = aggregates.flatMap((aggregate) => aggregate.columns.map((column) => ({ ...column, slot: slot++ })));
    if (rest === undefined) {
      slots.forEach((column, index) => {
        const asked = index === 0 ? item.name?.name : undefined;
        push(asked, column.name, (name) => slotField(name, column.type, column.slot, column.uses), item);
      });
      continue;
    }
    const inner = slots.map((column, index) => slotField(`\u0000${index}`, column.type, column.slot, column.uses));
    const relation: Relation = { fields: inner, open: undefined, read: undefined, rows: () => [] };
    const bound = bindExpression(b, rest, { relation });
    const uses = mergeUses([bound, ...slots]);
    const label = labelOver(bound.label, slots);
    push(item.name?.name, label, (name) => ({ ...fieldOf(b, name, bound), uses }), item);
  }
  return fields;
}

/** toint(max(x)) is named as max(x) is: the number of a slot in the name gives way to the name of its column. */
function labelOver(
  label: string | undefined,
  slots: readonly { readonly name: string | undefined }[],
): string | undefined {
  if (label === undefined || !label.includes('\u0000')) return label;
  const [before = '', rest = ''] = label.split('\u0000');
  const at = Number.parseInt(rest, 10);
  const inner = slots[at]?.name;
  return inner === undefined ? undefined : `${before}${inner}${rest.slice(String(at).length)}`;
}

interface Grouping {
  readonly keys: readonly Field[];
  readonly aggregates: readonly BoundAggregate[];
  /** Whether there is a row even when nothing came in. */
  readonly always: boolean;
}

interface Group {
  readonly values: readonly Value[];
  readonly collectors: readonly RowCollector[];
}

interface Groups {
  readonly list: Iterable<Group>;
  readonly held: number;
}

/** Puts rows into groups. */
function grouping({ keys, aggregates, always }: Grouping): Sink<Groups> {
  const found = new Map<unknown, Group>();
  const width = keys.length + aggregates.length;
  let held = 0;
  const start = (values: readonly Value[]): Group => ({ values, collectors: aggregates.map((a) => a.start()) });
  if (always) found.set(keyOfAll([]), start([]));
  return {
    add: (row, run) => {
      const values = keys.map((key) => key.read(row, run));
      const key = keyOfAll(values);
      let group = found.get(key);
      if (group === undefined) {
        hold(run, width);
        held += width;
        group = start(values);
        found.set(key, group);
      }
      for (const collector of group.collectors) collector.add(row, run);
    },
    result: () => ({ list: found.values(), held }),
  };
}

function* groupRows({ list, held }: Groups, run: Run): Iterable<Row> {
  try {
    for (const group of list) {
      poll(run);
      yield [...group.values, ...group.collectors.flatMap((collector) => collector.results())];
    }
  } finally {
    release(run, held);
  }
}
