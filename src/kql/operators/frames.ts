import { type Field, through } from '../field.ts';
import type { OpenNames, Relation } from '../relation.ts';
import type { Eval } from '../run.ts';

/** A row that holds an inner row at place 0 and computed values behind it. */
type Frame = readonly unknown[];

/**
 * Computes what is computed once and puts it into slots: for operators that keep rows (order, the right of a join) and
 * whose columns are then read again and again.
 */
export function settle(input: Relation): Relation {
  const computed = input.fields.filter((field) => field.computed);
  if (computed.length === 0) return input;
  const reads = computed.map((field) => field.read);
  const slots = new Map(computed.map((field, index) => [field, index + 1]));
  return {
    fields: input.fields.map((field) => settled(field, slots.get(field))),
    open: input.open && openThrough(input.open, innerRow),
    read: undefined,
    *rows(run) {
      for (const row of input.rows(run)) {
        const frame: unknown[] = [row];
        for (const read of reads) frame.push(read(row, run));
        yield frame;
      }
    },
  };
}

function settled(field: Field, slot: number | undefined): Field {
  if (slot === undefined) return through(field, innerRow);
  return { ...field, computed: false, read: (row) => (row as Frame)[slot] };
}

export function innerRow(read: Eval): Eval {
  return (row, run) => read((row as Frame)[0], run);
}

/** The open names of an inner relation, seen from rows that hold its rows. */
export function openThrough(open: OpenNames, wrap: (inner: Eval) => Eval): OpenNames {
  return {
    field: (name) => through(open.field(name), wrap),
    silent: (name) => through(open.silent(name), wrap),
    named: () => open.named().map((field) => through(field, wrap)),
    entries: wrap(open.entries),
  };
}
